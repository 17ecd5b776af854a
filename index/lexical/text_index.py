"""Tantivy: which passages have the question's words, and BM25 over them.

Tantivy finds candidates; its BM25 has k1 and b fixed, so they are scored here, with the term
counts that the index was made from, kept as arrays beside it: for each term, by its hash, the
passages that have it, how often and in which sentences. So a question reads of its own terms alone.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import tantivy

from wherein.index.arrays import Mask, Numbers, Scores
from wherein.index.errors import DamagedSnapshot
from wherein.index.passages.splitter import Passage

K1 = 0.9
B = 0.4
TITLE_COUNTS = 2
"""How often the words of a title count among a passage's words."""

LAST_BIT = 31
EVERYWHERE = 2**32 - 1
"""Where a word stands is 32 bits: one for each of the first sentences, the last for all others."""

STOP_WORDS = (
    "a an the and or of in on at to for from by with as it its this that s "
    "is are was were be been do does did what which who whom whose when where why how "
    "happen"
)
"""Words that a question is made of and that say nothing of what it asks for."""

_FIELD = "words"
_EXACT, _EXACT_TITLE = "exact", "exact_title"
# A limit, not what is taken. Within it Tantivy writes one segment, with the passages in their
# order, so that of equal scores the same ones are candidates in every build.
_HEAP_BYTES = 4_000_000_000
_ARRAYS = ("terms", "starts", "passages", "counts", "where", "lengths")


def make_analyzer(*, folded: bool = True, stemmed: bool = True) -> tantivy.TextAnalyzer:
    """Text to the words of the index. What each step is worth, scripts/ablation.py measures."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.lowercase())
    if folded:
        builder = builder.filter(tantivy.Filter.ascii_fold())
    if stemmed:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def _schema() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_text_field(_FIELD, tokenizer_name="words", index_option="freq")
        .add_text_field(_EXACT, tokenizer_name="exact", index_option="position")
        .add_text_field(_EXACT_TITLE, tokenizer_name="exact", index_option="position")
        .add_unsigned_field("passage", fast=True)
        .build()
    )


def _term_id(term: str) -> int:
    return zlib.crc32(term.encode())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a passage and its title: their hashes, in order, and how often each is there.

    Bit n of `where` says that sentence n has the word, the last bit that any later one does, and
    all bits that the title does. `length` is how many words there are in all.
    """

    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    where: npt.NDArray[np.uint32]
    length: int

    @classmethod
    def of(cls, passage: Passage, analyzer: tantivy.TextAnalyzer) -> Self:
        title = list(map(_term_id, analyzer.analyze(passage.title or "")))
        counted = Counter(title * TITLE_COUNTS)
        where = dict.fromkeys(counted, EVERYWHERE)
        for number, (start, end) in enumerate(passage.sentences):
            terms = list(map(_term_id, analyzer.analyze(passage.text[start:end])))
            counted.update(terms)
            for term in terms:
                where[term] = where.get(term, 0) | 1 << min(number, LAST_BIT)
        ordered = sorted(counted)
        return cls(
            np.array(ordered, np.uint32),
            np.array([min(counted[term], 65_535) for term in ordered], np.uint16),
            np.array([where[term] for term in ordered], np.uint32),
            counted.total(),
        )


@dataclass(frozen=True, slots=True)
class WordScores:
    """What the words of a question are worth in some passages.

    `bm25` is (passages,). Of each of the question's terms `shares` says what it is of them all, by
    idf, and `where` in which sentences of each passage it stands, as Words has it: (terms,
    passages).
    """

    bm25: Scores
    shares: Scores
    where: npt.NDArray[np.uint32]

    def coverage(self, owners: Numbers, sentences: Numbers) -> Scores:
        """The share of the question's words, 0 to 1, that some sentences have under their titles.

        A sentence is told by its passage's place among those asked about and by its number in it.
        """
        bits = np.minimum(sentences, LAST_BIT).astype(np.uint32)
        covered = np.zeros(len(owners))
        for share, where in zip(self.shares.tolist(), self.where, strict=True):
            if where.any():
                covered += share * (where[owners] >> bits & np.uint32(1))
        return covered


def write(
    folder: Path, passages: Iterable[Passage], known: Iterable[Words | None] | None = None
) -> int:
    """Index passages in the order of their numbers; how many there were.

    `known` has the words of each, None where they are to be counted. `folder` must exist and be
    empty. Nothing is flushed to disk; the caller does that.
    """
    analyzer = make_analyzer()
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer("words", analyzer)
    index.register_tokenizer("exact", make_analyzer(stemmed=False))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    words: list[Words] = []
    for number, (passage, counted) in enumerate(zip(passages, known or repeat(None))):  # noqa: B905
        document = tantivy.Document()
        for part in [passage.title or ""] * TITLE_COUNTS + [passage.text]:
            document.add_text(_FIELD, part)
        document.add_text(_EXACT, passage.text)
        document.add_text(_EXACT_TITLE, passage.title or "")
        document.add_unsigned("passage", number)
        writer.add_document(document)
        words.append(counted or Words.of(passage, analyzer))
    writer.commit()
    writer.wait_merging_threads()
    _write_postings(folder, words)
    np.save(folder / "lengths.npy", np.array([one.length for one in words], np.uint32))
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return len(words)


def _write_postings(folder: Path, words: Sequence[Words]) -> None:
    """Turn the words of each passage into the passages of each word."""
    found = np.concatenate([np.empty(0, np.uint32), *(one.terms for one in words)])
    owners = np.repeat(np.arange(len(words), dtype=np.uint32), [len(one.terms) for one in words])
    # No passage has a term twice, so that there is one order only.
    order = np.argsort(found.astype(np.uint64) << np.uint64(32) | owners)
    distinct, firsts = np.unique(found[order], return_index=True)
    np.save(folder / "terms.npy", distinct)
    np.save(folder / "starts.npy", np.append(firsts, len(order)))
    np.save(folder / "passages.npy", owners[order])
    counts = np.concatenate([np.empty(0, np.uint16), *(one.counts for one in words)])
    np.save(folder / "counts.npy", counts[order])
    where = np.concatenate([np.empty(0, np.uint32), *(one.where for one in words)])
    np.save(folder / "where.npy", where[order])


@dataclass(frozen=True, slots=True)
class TermGain:
    """What one term gives to a passage's BM25: idf × count / (count + norm).

    `count` is how often the passage has it, the title's words counted TITLE_COUNTS times;
    `passages` how many passages have it at all.
    """

    term: str
    count: int
    passages: int
    idf: float
    norm: float
    gain: float


class LexicalIndex:
    """The words of a snapshot's passages. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._analyzer = make_analyzer()
        self._exact_analyzer = make_analyzer(stemmed=False)
        self._stop_words = frozenset(self._analyzer.analyze(STOP_WORDS))
        self._schema = _schema()
        try:
            index = tantivy.Index.open(str(folder))
        except ValueError as error:
            raise DamagedSnapshot(
                f"The index of words in {folder} cannot be opened: {error}"
            ) from error
        index.register_tokenizer("words", self._analyzer)
        index.register_tokenizer("exact", self._exact_analyzer)
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()
        # Plain arrays over the mapped files, for a memmap takes long to be sliced.
        arrays = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for name in _ARRAYS
        )
        self._terms, self._starts, self._passages, self._counts, self._where, self._lengths = arrays
        self._mean_length = float(self._lengths.mean()) if len(self) else 1.0

    def __len__(self) -> int:
        return len(self._lengths)

    def counted(self) -> Callable[[int], Words]:
        """The words of any passage by its number: what is stored, turned around at once."""
        owners = np.asarray(self._passages)
        order = np.argsort(owners, kind="stable")  # those of a passage stay in their order
        terms = np.repeat(self._terms, np.diff(self._starts))[order]
        counts, where = self._counts[order], self._where[order]
        ends = np.searchsorted(owners[order], np.arange(len(self) + 1))

        def words(passage: int) -> Words:
            own = slice(int(ends[passage]), int(ends[passage + 1]))
            return Words(terms[own], counts[own], where[own], int(self._lengths[passage]))

        return words

    def words(self, text: str) -> list[str]:
        """The words of a text as the index has them, in order."""
        words: list[str] = self._analyzer.analyze(text)
        return words

    def terms(self, question: str) -> list[str]:
        """The question's words as the index has them, each once, in the order of the question.

        Stop words are left out, unless there are no others: "who is it".
        """
        terms = list(dict.fromkeys(self.words(question)))
        return [term for term in terms if term not in self._stop_words] or terms

    def candidates(self, terms: Sequence[str], limit: int, within: Mask | None = None) -> Numbers:
        """At most `limit` passages with any of the terms, those that Tantivy's BM25 puts first.

        `within` says of each passage whether it may be among them: (passages,). Tantivy is asked
        for as many more as that leaves out, in the end for all.
        """
        if within is None:
            return self._first(terms, limit)
        wanted = limit * len(within) // max(1, int(within.sum()))
        while True:
            found = self._first(terms, wanted)
            kept = found[within[found]][:limit]
            if len(kept) == limit or len(found) < wanted:
                return kept
            wanted *= 4

    def with_exactly(self, words: str) -> Mask:
        """For each passage whether it or its title has the words one after the other: (passages,).

        They are not stemmed; case, accents and what stands between words do not count. No word at
        all stands everywhere.
        """
        found = np.zeros(len(self), np.bool_)
        exact: list[str | tuple[int, str]] = [*self._exact_analyzer.analyze(words)]
        if not (exact and len(self)):
            return ~found
        for field in (_EXACT, _EXACT_TITLE):
            query = (
                tantivy.Query.term_query(self._schema, field, exact[0], "basic")
                if len(exact) == 1
                else tantivy.Query.phrase_query(self._schema, field, exact)
            )
            found[self._found(tantivy.Query.const_score_query(query, 1.0), len(self))] = True
        return found

    def _first(self, terms: Sequence[str], limit: int) -> Numbers:
        if not terms:
            return np.empty(0, np.int64)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _FIELD, term, "freq"))
            for term in terms
        ]
        return self._found(tantivy.Query.boolean_query(clauses), limit)

    def _found(self, query: tantivy.Query, limit: int) -> Numbers:
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return np.array(numbers, np.int64)

    def scores(self, terms: Sequence[str], passages: Numbers) -> WordScores:
        """What the terms are worth in each passage. The title's words count TITLE_COUNTS times.

        BM25 by Robertson and Zaragoza 2009, with Lucene's idf, which is never negative.
        """
        # In one order of the terms, so that the last digit does not depend on the question's.
        weighed = sorted(zip(map(_term_id, terms), self.idf(terms).tolist(), strict=True))
        scores = np.zeros(len(passages))
        where = np.zeros((len(weighed), len(passages)), np.uint32)
        wanted = passages.astype(np.uint32)  # as they are stored: else all of them were converted
        norms = self._norms(passages)
        for number, (term, idf) in enumerate(weighed):
            own = self._postings(term)
            having = self._passages[own]
            if not len(having):
                continue
            places = np.minimum(np.searchsorted(having, wanted), len(having) - 1)
            found = np.flatnonzero(having[places] == wanted)
            count = self._counts[own][places[found]].astype(np.float64)
            scores[found] += idf * count / (count + norms[found])
            where[number, found] = self._where[own][places[found]]
        idfs = np.array([idf for _, idf in weighed])
        return WordScores(scores, idfs / (idfs.sum() or 1), where)

    def _norms(self, passages: Numbers) -> Scores:
        norms: Scores = K1 * (1 - B + B * self._lengths[passages] / self._mean_length)
        return norms

    def _postings(self, term: int) -> slice:
        """Where the postings of a term lie, in the order of their passages."""
        place = int(np.searchsorted(self._terms, np.uint32(term)))
        if place == len(self._terms) or self._terms[place] != term:
            return slice(0, 0)
        return slice(*self._starts[place : place + 2].tolist())

    def gains(self, terms: Sequence[str], passage: int) -> list[TermGain]:
        """What each of the terms gives to the BM25 of one passage, those that it has."""
        counts = {term: count for term in terms if (count := self._count(term, passage))}
        norm = float(self._norms(np.array([passage]))[0])
        return [
            TermGain(
                term=term,
                count=count,
                passages=self._searcher.doc_freq(_FIELD, term),
                idf=float(idf),
                norm=norm,
                gain=float(idf) * count / (count + norm),
            )
            for (term, count), idf in zip(counts.items(), self.idf([*counts]), strict=True)
        ]

    def _count(self, term: str, passage: int) -> int:
        own = self._postings(_term_id(term))
        having = self._passages[own]
        place = int(np.searchsorted(having, np.uint32(passage)))
        has = place < len(having) and having[place] == passage
        return int(self._counts[own][place]) if has else 0

    def idf(self, terms: Sequence[str]) -> Scores:
        """What each term weighs: (terms,). The fewer passages have it, the more."""
        frequencies = np.array(
            [self._searcher.doc_freq(_FIELD, term) for term in terms], np.float64
        )
        return np.log1p((len(self) - frequencies + 0.5) / (frequencies + 0.5))
