"""A ranking as a value of its parts, and the passages of a set ranked by it.

Every passage is scored for every question, from what the program makes: its words, token vectors,
dates and constants. tests/test_ablation.py compares the ranking as shipped with the searcher's.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Numbers, Scores, Vectors
from wherein.index.build import Track
from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reader import Catalog, StoredPassage
from wherein.index.encoding.cache import EncodingCache
from wherein.index.encoding.encoder import Encoder, PassagesBy
from wherein.index.lexical import lexical_index as lexical
from wherein.index.lexical.analyzer import make_analyzer
from wherein.index.lexical.config import DEFAULT_BM25, DEFAULT_CONFIG, STOP_WORDS, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import Passage
from wherein.search.evaluation.evaluate import DEPTH
from wherein.search.evaluation.question_sets import Question
from wherein.search.query.intent import asks_when, times_named
from wherein.search.ranking.scoring import (
    COSINE_WEIGHT,
    COVERAGE_WEIGHT,
    FLOOR,
    TIME_BONUS,
    WHEN_BONUS,
)
from wherein.search.searcher import MOST_COUNTED

WHOLE = 1_000_000
"""As many sentences as no passage has."""

RANK_CONSTANT = 60
"""k of reciprocal rank fusion (Cormack et al. 2009)."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The parts of a ranking, at first as they are shipped.

    `window` is how many sentences have a vector together, and `alone` whether a sentence is encoded
    by itself, not in its passage; `titled` whether it is under the title, and `title_covers`
    whether the title's words count among those that it has. `candidates` is how many
    sentences and how many passages are put forward, None for all there are. With `reciprocal` the
    ranks by cosine and by BM25 are fused, dates counting on both sides, and not the scores.
    """

    titled: bool = True
    window: int = 1
    alone: bool = False
    title_counts: int = DEFAULT_CONFIG.title_weight
    stemmed: bool = True
    folded: bool = True
    stop_words: str = STOP_WORDS
    k1: float = DEFAULT_BM25.k1
    b: float = DEFAULT_BM25.b
    cosine_weight: float = COSINE_WEIGHT
    coverage_weight: float = COVERAGE_WEIGHT
    title_covers: bool = True
    bm25_weight: float = 1.0
    reciprocal: bool = False
    when_bonus: float = WHEN_BONUS
    time_bonus: float = TIME_BONUS
    floor: float | None = FLOOR
    candidates: int | None = None


class SummingEncoder(Encoder, Protocol):
    """An encoder that tells the sums which it makes its vectors of, as PooledEncoder does."""

    def sum_tokens(self, passage: Passage, /) -> Vectors:
        """The sum of each sentence's token vectors: (sentences, dimension), float32."""


class Encodings:
    """What the encoder makes of texts, kept in the cache."""

    def __init__(self, encoder: SummingEncoder, cache: EncodingCache, track: Track) -> None:
        self._sums = _Kept(encoder, "sums of tokens", encoder.sum_tokens)
        self._questions = _Kept(
            encoder, "questions", lambda text: encoder.encode_question(text.text)[np.newaxis]
        )
        self._cache = cache
        self._track = track

    def questions(self, texts: Iterable[str]) -> Vectors:
        """The vector of each question."""
        passages = [Passage(None, 0, 0, text, ((0, len(text)),)) for text in texts]
        return self._kept(passages, self._questions)

    def sums(self, passages: Sequence[Passage], *, titled: bool, alone: bool) -> Vectors:
        """The sum of the token vectors of each sentence: (sentences, dimension)."""
        if not titled:
            passages = [replace(passage, title=None) for passage in passages]
        if alone:
            passages = list(chain.from_iterable(map(_apart, passages)))
        return self._kept(passages, self._sums)

    def _kept(self, passages: Sequence[Passage], encoder: Encoder) -> Vectors:
        self._cache.encode(self._track(passages, "Encoding"), encoder, "ablation")
        return np.concatenate(list(self._cache.vectors(passages, encoder)))


class _Kept:
    """An encoder of something else, for the cache to keep."""

    def __init__(self, encoder: Encoder, what: str, encode: Callable[[Passage], Vectors]) -> None:
        self.fingerprint = f"{encoder.fingerprint}|{what}"
        self.passages_by = PassagesBy(self.fingerprint)
        self.dimension = encoder.dimension
        self.room = encoder.room
        self.count_tokens = encoder.count_tokens
        self.encode_question = encoder.encode_question
        self.encode_passage = encode

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        return map(self.encode_passage, passages)


def _apart(passage: Passage) -> Iterator[Passage]:
    for start, end in passage.sentences:
        yield Passage(passage.title, 0, 0, passage.text[start:end], ((0, end - start),))


class Words:
    """The words of passages, each with the passages that have it, in memory."""

    def __init__(self, passages: Iterable[Passage], ranking: Ranking) -> None:
        config = LexicalConfig(fold_accents=ranking.folded, stem=ranking.stemmed)
        self._analyze = make_analyzer(config).analyze
        places = defaultdict[str, list[tuple[int, int]]](list)
        covered = defaultdict[str, list[int]](list)
        lengths, sentences = [], 0
        for number, passage in enumerate(passages):
            title = self._analyze(passage.title or "") * ranking.title_counts
            counted = Counter(title)
            for sentence in (self._analyze(passage.text[a:b]) for a, b in passage.sentences):
                counted.update(sentence)
                for word in {*sentence, *(title if ranking.title_covers else ())}:
                    covered[word].append(sentences)
                sentences += 1
            for word, count in counted.items():
                places[word].append((number, count))
            lengths.append(counted.total())
        self._places: Mapping[str, Numbers] = {
            word: np.array(pairs, np.int64).T for word, pairs in places.items()
        }
        self._covered = {word: np.array(rows, np.int64) for word, rows in covered.items()}
        self._lengths = np.array(lengths, np.float64)
        self._sentences = sentences

    def terms(self, question: str, stop_words: str) -> list[str]:
        """The words of a question, as LexicalIndex.terms has them."""
        terms = list(dict.fromkeys(self._analyze(question)))
        stops = set(self._analyze(stop_words))
        return [term for term in terms if term not in stops] or terms

    def bm25(self, terms: Iterable[str], k1: float, b: float) -> Scores:
        """BM25 of every passage, as LexicalIndex.scores has it."""
        scores = np.zeros(len(self._lengths))
        norms = k1 * (1 - b + b * self._lengths / (self._lengths.mean() or 1))
        for term in terms:
            if term in self._places:
                passages, counts = self._places[term]
                scores[passages] += self._idf(term) * counts / (counts + norms[passages])
        return scores

    def coverage(self, terms: Sequence[str], spans: Numbers) -> Scores:
        """The share of the terms that each run of sentences has, as TermScores.coverage has it.

        `spans` are the runs' begins and ends in turn, as _Units has them.
        """
        total = sum(map(self._idf, terms)) or 1
        scores = np.zeros(len(spans) // 2)
        for term in terms:
            if term in self._covered:
                # One more row, since the last run ends where reduceat wants an index.
                has = np.zeros(self._sentences + 1, np.bool_)
                has[self._covered[term]] = True
                scores += self._idf(term) / total * np.logical_or.reduceat(has, spans)[::2]
        return scores

    def _idf(self, term: str) -> float:
        having = self._places[term].shape[1] if term in self._places else 0
        return float(np.log1p((len(self._lengths) - having + 0.5) / (having + 0.5)))


@dataclass(frozen=True, slots=True)
class _Units:
    """What has a vector of its own, in the order of the passages.

    `cosines` are to each question: (questions, units). `firsts` has each passage's first unit and
    `owners` each unit's passage; `spans` the first sentence of each and that after its last, in
    turn; `dated` says in which a date stands.
    """

    cosines: Vectors
    firsts: Numbers
    owners: Numbers
    spans: Numbers
    dated: npt.NDArray[np.bool_]


class Collection:
    """The questions and passages of a set, to be ranked by one ranking after another.

    `scratch` is an empty folder that stays as long as the collection.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        entries: Sequence[CatalogEntry],
        encodings: Encodings,
        scratch: Path,
    ) -> None:
        self.questions = tuple(questions)
        self._passages = [passage for entry in entries for passage in entry.passages]
        self._encodings = encodings
        texts = [question.text for question in questions]
        self._vectors = encodings.questions(texts)
        catalog_writer.write(scratch / "catalog.sqlite", entries, ())
        self._catalog = Catalog(scratch / "catalog.sqlite")
        (scratch / "lexical").mkdir()
        lexical.write(scratch / "lexical", self._passages)
        self._lexical = LexicalIndex(scratch / "lexical")
        self._asks_when = [asks_when(text) for text in texts]
        self._in_time = [self._catalog.dated(times_named(text)) for text in texts]
        self.places = self._places()
        """Each passage, and the others that have its text."""
        self._words: dict[tuple[int, bool, bool, bool], Words] = {}
        # Of the last encoding alone, since they are large; rankings come one encoding at a time.
        self._units: tuple[tuple[bool, int, bool], _Units] | None = None

    def rank(self, ranking: Ranking) -> Iterator[tuple[Numbers, Scores]]:
        """For each question the passages that the searcher would give, best first, and scores."""
        units, words = self._units_of(ranking), self._words_of(ranking)
        for i, question in enumerate(self.questions):
            cosines = units.cosines[i].astype(np.float64)
            bonus = ranking.when_bonus * self._asks_when[i] * units.dated
            terms = words.terms(question.text, ranking.stop_words)
            covered = ranking.coverage_weight * words.coverage(terms, units.spans)
            best = np.maximum.reduceat(
                ranking.cosine_weight * cosines + covered + bonus, units.firsts
            )
            bm25 = ranking.bm25_weight * words.bm25(terms, ranking.k1, ranking.b)
            dates = ranking.time_bonus * self._in_time[i]
            if ranking.reciprocal:
                scores = _reciprocal(best + dates) + _reciprocal(bm25 + dates)
            else:
                scores = best + bm25 + dates
            if ranking.candidates is not None:
                nearest = units.owners[np.argsort(-cosines)[: ranking.candidates]]
                found = self._lexical.candidates(
                    self._lexical.terms(question.text), ranking.candidates
                )
                left_out = np.ones(len(scores), np.bool_)
                left_out[np.union1d(nearest, found)] = False
                scores[left_out] = -np.inf
            found = self._best(scores, -np.inf if ranking.floor is None else ranking.floor)
            yield found, scores[found]

    def _best(self, scores: Scores, floor: float) -> Numbers:
        """At most DEPTH passages at or above the floor, repeats dropped, as the searcher does."""
        least = np.sort(scores)[-MOST_COUNTED:][0]
        top = np.flatnonzero((scores >= max(least, floor)) & (scores > -np.inf))
        ranked = top[np.lexsort((top, -scores[top]))]
        _, firsts = np.unique(self._catalog.same_as[ranked], return_index=True)
        return ranked[np.sort(firsts)[:DEPTH]]

    def _places(self) -> list[tuple[StoredPassage, tuple[StoredPassage, ...]]]:
        stored = self._catalog.passages(range(len(self._passages)))
        firsts = self._catalog.same_as.tolist()
        copies = defaultdict[int, list[StoredPassage]](list)
        for first, passage in zip(firsts, stored, strict=True):
            copies[first].append(passage)
        return [
            (passage, tuple(other for other in copies[first] if other is not passage))
            for first, passage in zip(firsts, stored, strict=True)
        ]

    def _words_of(self, ranking: Ranking) -> Words:
        key = (ranking.title_counts, ranking.title_covers, ranking.stemmed, ranking.folded)
        if key not in self._words:
            self._words[key] = Words(self._passages, ranking)
        return self._words[key]

    def _units_of(self, ranking: Ranking) -> _Units:
        key = (ranking.titled, ranking.window, ranking.alone)
        if self._units is None or self._units[0] != key:
            self._units = key, self._make_units(*key)
        return self._units[1]

    def _make_units(self, titled: bool, window: int, alone: bool) -> _Units:
        """Windows of so many sentences, each a step of one sentence from the one before."""
        sums = self._encodings.sums(self._passages, titled=titled, alone=alone)
        firsts = self._catalog.first_sentence
        counts = np.maximum(np.diff(firsts) - window + 1, 1)
        owners = np.repeat(np.arange(len(counts)), counts)
        starts = np.cumsum(counts) - counts
        begins = firsts[owners] + np.arange(len(owners)) - starts[owners]
        ends = np.minimum(begins + window, firsts[owners + 1])
        spans = np.stack([begins, ends], axis=1).ravel()
        # One more row, since the last window ends where reduceat wants an index.
        padded = np.concatenate([sums, np.zeros((1, sums.shape[1]), np.float32)])
        dated = np.append(self._catalog.has_date, False)
        vectors = np.add.reduceat(padded, spans)[::2]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(norms > 0, norms, 1)
        stored = vectors.astype(np.float16).astype(np.float32)  # as the index keeps them
        return _Units(
            cosines=self._vectors @ stored.T,
            firsts=starts,
            owners=owners,
            spans=spans,
            dated=np.logical_or.reduceat(dated, spans)[::2],
        )


def _reciprocal(scores: Scores) -> Scores:
    """1 / (k + rank) of each, nothing for a score of 0, which says that nothing was found."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    gains: Scores = np.where(scores > 0, 1 / (RANK_CONSTANT + ranks), 0)
    return gains
