"""Tantivy: which passages have the question's words, and BM25 over them.

Tantivy finds candidates; its BM25 has k1 and b fixed, so they are scored here, with the term
counts that the index was made from, kept as arrays beside it: for each term, by its hash, the
passages that have it and how often. So a question reads of its own terms alone.
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
# A limit, not what is taken. Within it Tantivy writes one segment, with the passages in their
# order, so that of equal scores the same ones are candidates in every build.
_HEAP_BYTES = 4_000_000_000
_ARRAYS = ("terms", "starts", "passages", "counts", "lengths")


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
        .add_unsigned_field("passage", fast=True)
        .build()
    )


def _term_id(term: str) -> int:
    return zlib.crc32(term.encode())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a passage and its title: their hashes, in order, and how often each is there.

    `length` is how many there are in all.
    """

    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    length: int

    @classmethod
    def of(cls, title: str | None, text: str, analyzer: tantivy.TextAnalyzer) -> Self:
        words = analyzer.analyze(title or "") * TITLE_COUNTS + analyzer.analyze(text)
        counted: dict[int, int] = {}
        for term, count in Counter(words).items():
            number = _term_id(term)
            counted[number] = counted.get(number, 0) + count
        terms = np.fromiter(counted, np.uint32, len(counted))
        counts = np.fromiter(counted.values(), np.int64, len(counted))
        order = np.argsort(terms)
        return cls(terms[order], np.minimum(counts, 65_535)[order].astype(np.uint16), len(words))


def write(
    folder: Path,
    passages: Iterable[tuple[str | None, str]],
    known: Iterable[Words | None] | None = None,
) -> int:
    """Index (title, text) of each passage, in the order of their numbers; how many there were.

    `known` has the words of each, None where they are to be counted. `folder` must exist and be
    empty. Nothing is flushed to disk; the caller does that.
    """
    analyzer = make_analyzer()
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer("words", analyzer)
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    terms: list[npt.NDArray[np.uint32]] = []
    counts: list[npt.NDArray[np.uint16]] = []
    lengths: list[int] = []
    for number, ((title, text), counted) in enumerate(zip(passages, known or repeat(None))):  # noqa: B905
        document = tantivy.Document()
        for part in [title or ""] * TITLE_COUNTS + [text]:
            document.add_text(_FIELD, part)
        document.add_unsigned("passage", number)
        writer.add_document(document)
        words = counted or Words.of(title, text, analyzer)
        terms.append(words.terms)
        counts.append(words.counts)
        lengths.append(words.length)
    writer.commit()
    writer.wait_merging_threads()
    _write_postings(folder, terms, counts)
    np.save(folder / "lengths.npy", np.array(lengths, np.uint32))
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return len(lengths)


def _write_postings(
    folder: Path, terms: Sequence[npt.NDArray[np.uint32]], counts: Sequence[npt.NDArray[np.uint16]]
) -> None:
    """Turn the terms of each passage, and their counts, into the passages of each term."""
    found = np.concatenate([np.empty(0, np.uint32), *terms])
    owners = np.repeat(np.arange(len(terms), dtype=np.uint32), [len(one) for one in terms])
    # No passage has a term twice, so that there is one order only.
    order = np.argsort(found.astype(np.uint64) << np.uint64(32) | owners)
    distinct, firsts = np.unique(found[order], return_index=True)
    np.save(folder / "terms.npy", distinct)
    np.save(folder / "starts.npy", np.append(firsts, len(order)))
    np.save(folder / "passages.npy", owners[order])
    np.save(folder / "counts.npy", np.concatenate([np.empty(0, np.uint16), *counts])[order])


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
        self._stop_words = frozenset(self._analyzer.analyze(STOP_WORDS))
        self._schema = _schema()
        try:
            index = tantivy.Index.open(str(folder))
        except ValueError as error:
            raise DamagedSnapshot(
                f"The index of words in {folder} cannot be opened: {error}"
            ) from error
        index.register_tokenizer("words", self._analyzer)
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()
        # Plain arrays over the mapped files, for a memmap takes long to be sliced.
        self._terms, self._starts, self._passages, self._counts, self._lengths = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for name in _ARRAYS
        )
        self._mean_length = float(self._lengths.mean()) if len(self) else 1.0

    def __len__(self) -> int:
        return len(self._lengths)

    def counted(self) -> Callable[[int], Words]:
        """The words of any passage by its number: what is stored, turned around at once."""
        owners = np.asarray(self._passages)
        order = np.argsort(owners, kind="stable")  # those of a passage stay in their order
        terms = np.repeat(self._terms, np.diff(self._starts))[order]
        counts = self._counts[order]
        ends = np.searchsorted(owners[order], np.arange(len(self) + 1))

        def words(passage: int) -> Words:
            own = slice(int(ends[passage]), int(ends[passage + 1]))
            return Words(terms[own], counts[own], int(self._lengths[passage]))

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

    def _first(self, terms: Sequence[str], limit: int) -> Numbers:
        if not terms:
            return np.empty(0, np.int64)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _FIELD, term, "freq"))
            for term in terms
        ]
        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return np.array(numbers, np.int64)

    def bm25(self, terms: Sequence[str], passages: Numbers) -> Scores:
        """BM25 of each passage: (passages,). The title's words count TITLE_COUNTS times.

        Robertson and Zaragoza 2009, with Lucene's idf, which is never negative.
        """
        scores = np.zeros(len(passages))
        wanted = passages.astype(np.uint32)  # as they are stored: else all of them were converted
        norms = self._norms(passages)
        # In one order of the terms, so that the last digit does not depend on the question's.
        for term, idf in sorted(zip(map(_term_id, terms), self.idf(terms), strict=True)):
            having, counts = self._postings(term)
            if not len(having):
                continue
            places = np.minimum(np.searchsorted(having, wanted), len(having) - 1)
            found = np.flatnonzero(having[places] == wanted)
            count = counts[places[found]].astype(np.float64)
            scores[found] += idf * count / (count + norms[found])
        return scores

    def _norms(self, passages: Numbers) -> Scores:
        norms: Scores = K1 * (1 - B + B * self._lengths[passages] / self._mean_length)
        return norms

    def _postings(self, term: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
        """The passages that have a term, in order, and how often each has it."""
        place = int(np.searchsorted(self._terms, np.uint32(term)))
        if place == len(self._terms) or self._terms[place] != term:
            return self._passages[:0], self._counts[:0]
        start, end = self._starts[place : place + 2].tolist()
        return self._passages[start:end], self._counts[start:end]

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
        having, counts = self._postings(_term_id(term))
        place = int(np.searchsorted(having, np.uint32(passage)))
        return int(counts[place]) if place < len(having) and having[place] == passage else 0

    def idf(self, terms: Sequence[str]) -> Scores:
        """What each term weighs: (terms,). The fewer passages have it, the more."""
        frequencies = np.array(
            [self._searcher.doc_freq(_FIELD, term) for term in terms], np.float64
        )
        return np.log1p((len(self) - frequencies + 0.5) / (frequencies + 0.5))
