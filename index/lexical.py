"""Tantivy: which passages have the question's words, and BM25 over them.

Tantivy finds candidates; its BM25 has k1 and b fixed, so they are scored here, with the term
counts that the index was made from, kept as arrays beside it.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from index.arrays import Mask, Numbers, Scores
from index.errors import DamagedSnapshot

K1 = 0.9
B = 0.4
TITLE_COUNTS = 2
"""How often the words of a title count among a passage's words."""

STOP_WORDS = (
    "a an the and or of in on at to for from by with as it its this that s "
    "is are was were be been do does did what which who whom whose when where why how"
)
"""Words that a question is made of and that say nothing of what it asks for."""

_FIELD = "words"
_EXACT, _EXACT_TITLE = "exact", "exact_title"
# A limit, not what is taken. Within it Tantivy writes one segment, with the passages in their
# order, so that of equal scores the same ones are candidates in every build.
_HEAP_BYTES = 4_000_000_000
_ARRAYS = ("starts", "terms", "counts", "lengths")


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


def write(folder: Path, passages: Iterable[tuple[str | None, str]]) -> int:
    """Index (title, text) of each passage, in the order of their numbers; how many there were.

    `folder` must exist and be empty. Nothing is flushed to disk; the caller does that.
    """
    analyzer = make_analyzer()
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer("words", analyzer)
    index.register_tokenizer("exact", make_analyzer(stemmed=False))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    terms: list[npt.NDArray[np.uint32]] = []
    counts: list[npt.NDArray[np.uint16]] = []
    lengths: list[int] = []
    for number, (title, text) in enumerate(passages):
        parts = [title or ""] * TITLE_COUNTS + [text]
        document = tantivy.Document()
        for part in parts:
            document.add_text(_FIELD, part)
        document.add_text(_EXACT, text)
        document.add_text(_EXACT_TITLE, title or "")
        document.add_unsigned("passage", number)
        writer.add_document(document)
        counted = Counter(map(_term_id, chain.from_iterable(map(analyzer.analyze, parts))))
        ordered = sorted(counted.items())
        terms.append(np.array([term for term, _ in ordered], np.uint32))
        counts.append(np.array([min(count, 65_535) for _, count in ordered], np.uint16))
        lengths.append(counted.total())
    writer.commit()
    writer.wait_merging_threads()
    sizes = np.array([0, *map(len, terms)], np.int64)
    np.save(folder / "starts.npy", np.cumsum(sizes))
    np.save(folder / "terms.npy", np.concatenate([np.empty(0, np.uint32), *terms]))
    np.save(folder / "counts.npy", np.concatenate([np.empty(0, np.uint16), *counts]))
    np.save(folder / "lengths.npy", np.array(lengths, np.uint32))
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return len(lengths)


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
        self._starts, self._terms, self._counts, self._lengths = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS
        )
        self._mean_length = float(self._lengths.mean()) if len(self) else 1.0

    def __len__(self) -> int:
        return len(self._lengths)

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

    def with_exactly(self, words: str, *, titles: bool = False) -> Mask:
        """For each passage whether the words stand in it one after the other: (passages,).

        They are not stemmed; case, accents and what stands between words do not count. With
        `titles` those whose title has them count too. No word at all stands everywhere.
        """
        found = np.zeros(len(self), np.bool_)
        exact: list[str | tuple[int, str]] = [*self._exact_analyzer.analyze(words)]
        if not exact:
            return ~found
        for field in (_EXACT, _EXACT_TITLE) if titles else (_EXACT,):
            query = (
                tantivy.Query.term_query(self._schema, field, exact[0], "basic")
                if len(exact) == 1
                else tantivy.Query.phrase_query(self._schema, field, exact)
            )
            found[self._passages(tantivy.Query.const_score_query(query, 1.0), len(self))] = True
        return found

    def _first(self, terms: Sequence[str], limit: int) -> Numbers:
        if not terms:
            return np.empty(0, np.int64)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _FIELD, term, "freq"))
            for term in terms
        ]
        return self._passages(tantivy.Query.boolean_query(clauses), limit)

    def _passages(self, query: tantivy.Query, limit: int) -> Numbers:
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return np.array(numbers, np.int64)

    def bm25(self, terms: Sequence[str], passages: Numbers) -> Scores:
        """BM25 of each passage: (passages,). The title's words count TITLE_COUNTS times.

        Robertson and Zaragoza 2009, with Lucene's idf, which is never negative.
        """
        if not terms:
            return np.zeros(len(passages))
        ids = np.array([_term_id(term) for term in terms], np.uint32)
        order = np.argsort(ids)
        ids, idf = ids[order], self.idf(terms)[order]
        starts, ends = self._starts[passages], self._starts[passages + 1]
        sizes = ends - starts
        owners = np.repeat(np.arange(len(passages)), sizes)
        places = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - ends, sizes)
        found = self._terms[places]
        nearest = np.minimum(np.searchsorted(ids, found), len(ids) - 1)
        match = np.flatnonzero(ids[nearest] == found)
        counts = self._counts[places[match]].astype(np.float64)
        norms = K1 * (1 - B + B * self._lengths[passages] / self._mean_length)
        gains = idf[nearest[match]] * counts / (counts + norms[owners[match]])
        scores = np.zeros(len(passages))
        np.add.at(scores, owners[match], gains)
        return scores

    def gains(self, terms: Sequence[str], passage: int) -> list[TermGain]:
        """What each of the terms gives to the BM25 of one passage, those that it has."""
        start, end = self._starts[passage], self._starts[passage + 1]
        counts = dict(zip(self._terms[start:end].tolist(), self._counts[start:end], strict=True))
        norm = K1 * (1 - B + B * int(self._lengths[passage]) / self._mean_length)
        found = [term for term in terms if _term_id(term) in counts]
        return [
            TermGain(
                term=term,
                count=(count := int(counts[_term_id(term)])),
                passages=self._searcher.doc_freq(_FIELD, term),
                idf=float(idf),
                norm=norm,
                gain=float(idf) * count / (count + norm),
            )
            for term, idf in zip(found, self.idf(found), strict=True)
        ]

    def idf(self, terms: Sequence[str]) -> Scores:
        """What each term weighs: (terms,). The fewer passages have it, the more."""
        frequencies = np.array(
            [self._searcher.doc_freq(_FIELD, term) for term in terms], np.float64
        )
        return np.log1p((len(self) - frequencies + 0.5) / (frequencies + 0.5))
