"""The dates that the answers to a question name, in the order of time."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from wherein.index.arrays import Numbers, firsts_of, rows_of
from wherein.index.catalog.reader import Catalog

_OPEN = "XXXX"


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """The dates in hits' answering sentences, as columns of one length.

    Of each the rank of its hit, its file, its EDTF, and its first and last day as ordinals, which
    are 0 where they are not known.
    """

    ranks: Numbers
    sources: list[str]
    edtf: list[str]
    firsts: Numbers
    lasts: Numbers


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


def timeline(named: Named) -> tuple[Entry, ...]:
    """An entry for each interval, by its first day, the longer first; open years at the end."""
    groups = _alike(named)
    names = [
        named.edtf[rows[0]] if len(rows) == 1 else _shortest([named.edtf[row] for row in rows])
        for rows in groups
    ]
    shown = set(names)
    ranks, sources = named.ranks.tolist(), named.sources
    firsts, lasts = named.firsts.tolist(), named.lasts.tolist()
    entries = []
    for name, rows in zip(names, groups, strict=True):
        row, month = rows[0], _month(name)
        whose: tuple[int, ...] = (ranks[row],)
        where: tuple[str, ...] = (sources[row],)
        if len(rows) > 1:
            whose, where = _gathered([(ranks[row], sources[row]) for row in rows])
        within = month if month in shown else None
        entries.append(Entry(name, _day(firsts[row]), _day(lasts[row]), whose, where, within))
    return tuple(entries)


def named_in(catalog: Catalog, sentences: Numbers, ranks: Numbers) -> Named:
    """The dates in sentences, those of the hits of these ranks.

    What a caption dates is its picture, so captions are passed over, and so are dates that only an
    unknown day of publication could tell.
    """
    dates, passages = catalog.dates, catalog.passage_of_sentence[sentences]
    begins = np.searchsorted(dates.sentences, sentences)
    counts = np.searchsorted(dates.sentences, sentences, side="right") - begins
    counts[catalog.is_caption[passages]] = 0
    rows, owners = rows_of(begins, counts)
    edtf = dates.edtf.of(rows)
    told = np.array([one is not None for one in edtf], np.bool_)
    rows, owners = rows[told], owners[told]
    documents = catalog.document_of_passage[passages[owners]].tolist()
    return Named(
        ranks[owners],
        [catalog.sources[document] for document in documents],
        [one for one in edtf if one is not None],
        dates.firsts[rows],
        dates.lasts[rows],
    )


def _alike(named: Named) -> list[list[int]]:
    """The rows of each interval, in the order of time."""
    known = np.flatnonzero(named.firsts)
    known = known[np.lexsort((-named.lasts[known], named.firsts[known]))]
    # Days are below four million, so that first and last are one number.
    days = named.firsts[known] << 22 | named.lasts[known]
    begins = firsts_of(days).tolist()
    rows = known.tolist()
    in_calendar = [rows[begin:end] for begin, end in pairwise([*begins, len(rows)])]
    others: dict[str, list[int]] = {}
    for row in np.flatnonzero(named.firsts == 0).tolist():
        others.setdefault(named.edtf[row], []).append(row)
    open_years = [others[edtf] for edtf in sorted(others) if edtf.startswith(_OPEN)]
    before_christ = [edtf for edtf in others if not edtf.startswith(_OPEN)]
    return [
        *(others[edtf] for edtf in sorted(before_christ, key=_before_christ)),
        *in_calendar,
        *open_years,
    ]


def _shortest(edtf: list[str]) -> str:
    """Of several that mean the same days the shortest: 2024-05, not 2024-05-01/2024-05-31."""
    return min(edtf, key=lambda one: (len(one), one))


def _gathered(places: list[tuple[int, str]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The ranks in order, and the files in the order of the ranks, each once."""
    ranks, files = zip(*sorted(places), strict=True)
    return tuple(dict.fromkeys(ranks)), tuple(dict.fromkeys(files))


def _before_christ(edtf: str) -> tuple[int, str]:
    """Its place in time, of which the calendar has no days."""
    year, _, in_year = edtf.partition("/")[0][1:].partition("-")
    return -int(year), in_year


@lru_cache(maxsize=1 << 14)
def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


@lru_cache(maxsize=1 << 14)
def _month(edtf: str) -> str | None:
    """The month that days are of, None where they are of two, or no days."""
    first, _, last = edtf.partition("/")
    month = first.rpartition("-")[0]
    same = not last or last.rpartition("-")[0] == month
    return month if same and "-" in month[1:] else None
