"""The dates that the answers to a question name, in the order of time."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index.arrays import Numbers
from index.catalog import Catalog
from index.runs import rows_of


class Named(NamedTuple):
    """A date in a hit's answering sentence. `first` and `last` are ordinals, 0 where unknown."""

    rank: int
    source: str
    edtf: str
    first: int
    last: int


_OPEN = "XXXX"


class Entry(NamedTuple):
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
        gathered.setdefault((one.first, one.last) if one.first else one.edtf, []).append(one)
    groups = sorted(gathered.values(), key=_place_of_first)
    names = [same[0].edtf if len(same) == 1 else _shortest(same) for same in groups]
    shown = set(names)
    return tuple(_entry(name, same, shown) for name, same in zip(names, groups, strict=True))


def named_in(catalog: Catalog, sentences: Numbers, ranks: Numbers) -> list[Named]:
    """The dates in sentences, those of the hits of these ranks.

    What a caption dates is its picture, so captions are passed over, and so are dates that only an
    unknown day of publication could tell.
    """
    dates, passages = catalog.dates, catalog.passage_of_sentence[sentences]
    begins = np.searchsorted(dates.sentences, sentences)
    counts = np.searchsorted(dates.sentences, sentences, side="right") - begins
    counts[catalog.is_caption[passages]] = 0
    rows, owners = rows_of(begins, counts)
    told = [dates.edtf[row] for row in rows.tolist()]
    sources = [catalog.sources[i] for i in catalog.document_of_passage[passages[owners]].tolist()]
    columns = (ranks[owners], dates.firsts[rows], dates.lasts[rows])
    of_rank, firsts, lasts = map(np.ndarray.tolist, columns)
    return [
        Named(rank, source, edtf, first, last)
        for rank, source, edtf, first, last in zip(
            of_rank, sources, told, firsts, lasts, strict=True
        )
        if edtf is not None
    ]


def _shortest(same: Iterable[Named]) -> str:
    """Of several that mean the same days the shortest: 2024-05, not 2024-05-01/2024-05-31."""
    return min((len(one.edtf), one.edtf) for one in same)[1]


def _entry(edtf: str, same: list[Named], shown: set[str]) -> Entry:
    month, first, last = _month(edtf), same[0].first, same[0].last
    ranks: tuple[int, ...] = same[0][:1]
    files: tuple[str, ...] = same[0][1:2]
    if len(same) > 1:
        same.sort()
        ranks = tuple(dict.fromkeys([one.rank for one in same]))
        files = tuple(dict.fromkeys([one.source for one in same]))
    return Entry(
        edtf,
        _day(first) if first else None,
        _day(last) if last else None,
        ranks,
        files,
        month if month in shown else None,
    )


def _place_of_first(same: list[Named]) -> tuple[int, int, int, str]:
    return _place(same[0])


def _place(one: Named) -> tuple[int, int, int, str]:
    if one.first:
        return 1, one.first, -one.last, ""
    if one.edtf.startswith(_OPEN):
        return 2, 0, 0, one.edtf
    # Before Christ, of which the calendar has no days.
    year, _, in_year = one.edtf.partition("/")[0][1:].partition("-")
    return 0, -int(year), 0, in_year


_day = lru_cache(maxsize=1 << 14)(date.fromordinal)


@lru_cache(maxsize=1 << 14)
def _month(edtf: str) -> str | None:
    """The month that days are of, None where they are of two, or no days."""
    first, _, last = edtf.partition("/")
    month = first.rpartition("-")[0]
    same = not last or last.rpartition("-")[0] == month
    return month if same and "-" in month[1:] else None
