"""Term counts on disk: for each term, the passages that contain it.

Six arrays, each a `.npy` file, which the reader maps into memory:

    terms.npy      (terms,) uint32          the id of each distinct term, ascending
    starts.npy     (terms + 1,) int64       where the postings of each term start
    passages.npy   (postings,) uint32       the passage of each posting, ascending within a term
    counts.npy     (postings,) uint16       how many times the passage contains the term
    where.npy      (postings,) uint32       which sentences contain the term: see `TermCounts`
    lengths.npy    (passages,) uint32       the number of words of each passage

A question reads the postings of its own terms only.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import tantivy

from wherein.index.arrays import Numbers
from wherein.index.lexical.analyzer import term_id
from wherein.index.lexical.config import LexicalConfig
from wherein.index.passages.splitter import Passage

LAST_BIT = 31
"""The bit of a sentence mask that all sentences from the 32nd on share."""

ALL_SENTENCES = 2**32 - 1
"""The sentence mask of a term that every sentence contains."""

_ARRAYS = ("terms", "starts", "passages", "counts", "where", "lengths")
_MAX_COUNT = 2**16 - 1


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often a passage and its title contain each of their terms.

    Attributes:
        terms: The ids of the distinct terms, ascending: (terms,).
        counts: How often the passage contains each term: (terms,). Title words are weighted.
        sentence_masks: For each term, a bit mask of sentences: (terms,). Bit n says that sentence n
            contains the term. The last bit says that any later sentence contains it.
        length: The number of words, with repetitions.
    """

    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    sentence_masks: npt.NDArray[np.uint32]
    length: int

    @classmethod
    def of(cls, passage: Passage, analyzer: tantivy.TextAnalyzer, config: LexicalConfig) -> Self:
        """Count the terms of a passage.

        Args:
            passage: The passage, with its title and sentences.
            analyzer: The analyzer that `config` describes.
            config: The weight of the title, and whether the title covers the sentences.

        Returns:
            The counts of all terms of the title and the sentences.
        """
        title = [term_id(term) for term in analyzer.analyze(passage.title or "")]
        counts = Counter(title * config.title_weight)
        masks = dict.fromkeys(counts, ALL_SENTENCES if config.title_covers_sentences else 0)
        for number, (start, end) in enumerate(passage.sentences):
            terms = [term_id(term) for term in analyzer.analyze(passage.text[start:end])]
            counts.update(terms)
            for term in terms:
                masks[term] = masks.get(term, 0) | 1 << min(number, LAST_BIT)
        ordered = sorted(counts)
        return cls(
            np.array(ordered, np.uint32),
            np.array([min(counts[term], _MAX_COUNT) for term in ordered], np.uint16),
            np.array([masks[term] for term in ordered], np.uint32),
            counts.total(),
        )


@dataclass(frozen=True, slots=True)
class TermPostings:
    """The passages that contain one term.

    Attributes:
        passages: The numbers of the passages, ascending: (postings,).
        counts: How often each passage contains the term: (postings,).
        sentence_masks: Which sentences of each passage contain the term: (postings,).
    """

    passages: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    sentence_masks: npt.NDArray[np.uint32]

    def locate(self, passages: Numbers) -> tuple[Numbers, Numbers]:
        """Find which of the given passages contain the term.

        Args:
            passages: Numbers of passages, in any order: (passages,).

        Returns:
            The positions in `passages` of those that contain the term, and the positions of their
            postings. Both have the same length.
        """
        if not len(self.passages):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # The type of the stored numbers. Otherwise NumPy would convert all postings.
        wanted = passages.astype(np.uint32)
        places = np.minimum(np.searchsorted(self.passages, wanted), len(self.passages) - 1)
        found = np.flatnonzero(self.passages[places] == wanted)
        return found, places[found]


def write(folder: Path, passages: Sequence[TermCounts]) -> None:
    """Write the term counts of all passages, sorted by term.

    Args:
        folder: An existing folder.
        passages: The term counts of each passage, in the order of their numbers.
    """
    terms = np.concatenate([np.empty(0, np.uint32), *(passage.terms for passage in passages)])
    sizes = [len(passage.terms) for passage in passages]
    owners = np.repeat(np.arange(len(passages), dtype=np.uint32), sizes)
    # A passage has each term once, so the order is unique.
    order = np.argsort(terms.astype(np.uint64) << np.uint64(32) | owners)
    distinct, firsts = np.unique(terms[order], return_index=True)
    np.save(folder / "terms.npy", distinct)
    np.save(folder / "starts.npy", np.append(firsts, len(order)))
    np.save(folder / "passages.npy", owners[order])
    counts = np.concatenate([np.empty(0, np.uint16), *(passage.counts for passage in passages)])
    np.save(folder / "counts.npy", counts[order])
    masks = [passage.sentence_masks for passage in passages]
    np.save(folder / "where.npy", np.concatenate([np.empty(0, np.uint32), *masks])[order])
    np.save(folder / "lengths.npy", np.array([passage.length for passage in passages], np.uint32))


class Postings:
    """The term counts of a snapshot, mapped into memory. Several threads may read them at once.

    Args:
        folder: A folder that `write` filled.

    Attributes:
        lengths: The number of words of each passage: (passages,).
        mean_length: The mean of `lengths`; 1 where there are no passages.
    """

    def __init__(self, folder: Path) -> None:
        # Views as plain arrays, because slicing a memmap object is slow.
        self._terms, self._starts, self._passages, self._counts, self._masks, self.lengths = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for name in _ARRAYS
        )
        self.mean_length = float(self.lengths.mean()) if len(self) else 1.0

    def __len__(self) -> int:
        return len(self.lengths)

    def of(self, term: str) -> TermPostings:
        """Look up the postings of a term. They are empty where no passage contains the term."""
        number = np.uint32(term_id(term))
        place = int(np.searchsorted(self._terms, number))
        rows = slice(0, 0)
        if place < len(self._terms) and self._terms[place] == number:
            rows = slice(*self._starts[place : place + 2].tolist())
        return TermPostings(self._passages[rows], self._counts[rows], self._masks[rows])

    def by_passage(self) -> Callable[[int], TermCounts]:
        """Sort all postings by passage.

        Returns:
            A function from the number of a passage to its term counts.
        """
        owners = np.asarray(self._passages)
        order = np.argsort(owners, kind="stable")  # the terms of a passage stay ascending
        terms = np.repeat(self._terms, np.diff(self._starts))[order]
        counts, masks = self._counts[order], self._masks[order]
        ends = np.searchsorted(owners[order], np.arange(len(self) + 1))

        def term_counts(passage: int) -> TermCounts:
            rows = slice(int(ends[passage]), int(ends[passage + 1]))
            length = int(self.lengths[passage])
            return TermCounts(terms[rows], counts[rows], masks[rows], length)

        return term_counts
