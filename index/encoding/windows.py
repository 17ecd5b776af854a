"""Passages as a model takes them in: windows of tokens, and which of these are which sentence's."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tokenizers import Encoding

from wherein.index.passages.sentences import Span
from wherein.index.passages.splitter import Passage


@dataclass(frozen=True, slots=True)
class Window:
    """What a model takes in at once: token ids, special ones included.

    `runs` are of neighbouring tokens, from the first to before the last, whose vectors are wanted
    in sum: at least one, and none is empty.
    """

    ids: list[int]
    runs: list[Span]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A passage's tokens, in runs that belong to one sentence each.

    A run begins at each of `starts`, the first of which is 0. `rows` are the sentences' numbers, -1
    where a run belongs to none.
    """

    ids: list[int]
    starts: list[int]
    rows: list[int]

    def windows(
        self, before: list[int], after: list[int], room: int
    ) -> Iterator[tuple[Window, list[int]]]:
        """Windows of at most `room` of them, between other ids, and each run's sentence."""
        spans = pairwise([*self.starts, len(self.ids)])
        owned = [(*run, row) for run, row in zip(spans, self.rows, strict=True) if row >= 0]
        for first, last in pairwise(self._ends(room)):
            here = [run for run in owned if run[0] < last and run[1] > first]
            if here:
                ids = [*before, *self.ids[first:last], *after]
                shift = len(before) - first
                runs = [(max(a, first) + shift, min(b, last) + shift) for a, b, _ in here]
                yield Window(ids, runs), [row for _, _, row in here]

    def _ends(self, room: int) -> Iterator[int]:
        """Where to cut so that each window fits and, where it can, ends with a sentence."""
        start, total = 0, len(self.ids)
        yield start
        while start < total:
            end = min(start + room, total)
            if end < total:
                between = self.starts[bisect_right(self.starts, end) - 1]
                end = between if between > start else end
            yield end
            start = end


def tokens_of(passages: Sequence[Passage], encodings: Sequence[Encoding]) -> Iterator[Tokens]:
    """The tokens of each passage, whose sentences are numbered through all of the passages.

    A token belongs to the sentence that holds its first character.
    """
    # Laid end to end the passages are one text, and one search finds the sentences of all tokens.
    lengths = np.array([len(passage.text) + 1 for passage in passages])
    places = np.cumsum(lengths) - lengths
    spans = np.array([span for passage in passages for span in passage.sentences], np.intp)
    spans += np.repeat(places, [len(passage.sentences) for passage in passages])[:, np.newaxis]
    offsets = [encoding.offsets for encoding in encodings]
    counts = np.array([len(one) for one in offsets])
    characters = np.fromiter((start for one in offsets for start, _ in one), np.intp, counts.sum())
    characters += np.repeat(places, counts)
    owners = np.searchsorted(spans[:, 0], characters, side="right") - 1
    owners[(owners < 0) | (characters >= spans[owners, 1])] = -1

    firsts = np.cumsum(counts) - counts
    starts = np.union1d(firsts[counts > 0], np.flatnonzero(np.diff(owners)) + 1)
    of = np.searchsorted(firsts, starts, side="right") - 1
    within, rows = (starts - firsts[of]).tolist(), owners[starts].tolist()
    edges = [*np.searchsorted(starts, firsts).tolist(), len(starts)]
    for encoding, (first, last) in zip(encodings, pairwise(edges), strict=True):
        yield Tokens(encoding.ids, within[first:last], rows[first:last])
