"""The dates that the answers to a question name, in the order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from index.arrays import Numbers
from index.catalog import Catalog


class Named(NamedTuple):
    """A date in a hit's answering sentence. `first` and `last` are ordinals, 0 where unknown."""

    rank: int
    source: str
    edtf: str
    first: int
    last: int


_OPEN = "XXXX"


@dataclass(frozen=True, slots=True)
class Entry:
    """An interval, the ranks of the hits that name it, and the files that they stand in.

    `first` and `last` are None where the year is open or before Christ. `within` is the EDTF of
    the month that the days are of, where that has an entry itself.
    """

    edtf: str
    first: date | None
    last: date | None
    ranks: tuple[int, ...]
    files: tuple[str, ...]
    within: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the year is not told."""
        return self.edtf.startswith(_OPEN)


def timeline(named: Iterable[Named]) -> tuple[Entry, ...]:
    """An entry for each interval, by its first day, the longer first; open years at the end."""
    gathered: dict[object, list[Named]] = {}
    for one in named:
        key = (one.first, one.last) if one.first else one.edtf
        gathered.setdefault(key, []).append(one)
    groups = sorted(gathered.values(), key=lambda same: _place(same[0]))
    names = [min((one.edtf for one in same), key=_length) for same in groups]
    shown = set(names)
    return tuple(_entry(name, same, shown) for name, same in zip(names, groups, strict=True))


def named_in(catalog: Catalog, sentences: Numbers, ranks: Numbers) -> Iterator[Named]:
    """The dates in sentences, those of the hits of these ranks.

    What a caption dates is its picture, so captions are passed over, and so are dates that only an
    unknown day of publication could tell.
    """
    dates, passages = catalog.dates, catalog.passage_of_sentence[sentences]
    begins = np.searchsorted(dates.sentences, sentences)
    counts = np.searchsorted(dates.sentences, sentences, side="right") - begins
    counts[catalog.is_caption[passages]] = 0
    owners = np.repeat(np.arange(len(sentences)), counts)
    rows = np.arange(len(owners)) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    documents = catalog.document_of_passage[passages[owners]]
    columns = (ranks[owners], documents, rows, dates.firsts[rows], dates.lasts[rows])
    for rank, document, row, first, last in zip(*map(np.ndarray.tolist, columns), strict=True):
        edtf = dates.edtf[row]
        if edtf is not None:
            yield Named(rank, catalog.sources[document], edtf, first, last)


def _length(edtf: str) -> tuple[int, str]:
    """Of several that mean the same days the shortest: 2024-05, not 2024-05-01/2024-05-31."""
    return len(edtf), edtf


def _entry(edtf: str, same: list[Named], shown: set[str]) -> Entry:
    same.sort()
    month, first, last = _month(edtf), same[0].first, same[0].last
    return Entry(
        edtf=edtf,
        first=date.fromordinal(first) if first else None,
        last=date.fromordinal(last) if last else None,
        ranks=tuple(dict.fromkeys(one.rank for one in same)),
        files=tuple(dict.fromkeys(one.source for one in same)),
        within=month if month in shown else None,
    )


def _place(one: Named) -> tuple[int, int, int, str]:
    if one.first:
        return 1, one.first, -one.last, ""
    if one.edtf.startswith(_OPEN):
        return 2, 0, 0, one.edtf
    # Before Christ, of which the calendar has no days.
    year, _, in_year = one.edtf.partition("/")[0][1:].partition("-")
    return 0, -int(year), 0, in_year


def _month(edtf: str) -> str | None:
    """The month that days are of, None where they are of two, or no days."""
    first, _, last = edtf.partition("/")
    month = first.rpartition("-")[0]
    same = not last or last.rpartition("-")[0] == month
    return month if same and "-" in month[1:] else None
