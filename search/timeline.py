"""The dates that the answers to a question name, in the order of time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from index.arrays import Numbers
from index.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Named:
    """A date in a hit's answering sentence. `first` and `last` are ordinals, 0 where unknown."""

    rank: int
    source: str
    edtf: str
    first: int
    last: int


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
        return self.edtf.startswith("XXXX")


def timeline(named: Iterable[Named]) -> tuple[Entry, ...]:
    """An entry for each interval, by its first day, the longer first; open years at the end."""
    gathered: dict[object, list[Named]] = {}
    for one in named:
        key = (one.first, one.last) if one.first else one.edtf
        gathered.setdefault(key, []).append(one)
    entries = [_entry(same) for same in gathered.values()]
    months = {entry.edtf for entry in entries}
    return tuple(
        replace(entry, within=month) if (month := _month(entry.edtf)) in months else entry
        for entry in sorted(entries, key=_place)
    )


def named_in(catalog: Catalog, sentences: Numbers, ranks: Sequence[int]) -> Iterator[Named]:
    """The dates in sentences, those of the hits of these ranks.

    What a caption dates is its picture, so captions are passed over, and so are dates that only an
    unknown day of publication could tell.
    """
    dates = catalog.dates
    passages = catalog.passage_of_sentence[sentences]
    begins = np.searchsorted(dates.sentences, sentences)
    ends = np.searchsorted(dates.sentences, sentences, side="right")
    for i in np.flatnonzero((ends > begins) & ~catalog.is_caption[passages]).tolist():
        source = catalog.sources[catalog.document_of_passage[passages[i]]]
        for j in range(begins[i], ends[i]):
            edtf = dates.edtf[j]
            if edtf is not None:
                yield Named(ranks[i], source, edtf, int(dates.firsts[j]), int(dates.lasts[j]))


def _entry(same: Sequence[Named]) -> Entry:
    """One for several that mean the same days: "2024-05" is also 2024-05-01/2024-05-31."""
    ordered = sorted(same, key=lambda one: (one.rank, one.source))
    edtf = min((one.edtf for one in same), key=lambda text: (len(text), text))
    first, last = same[0].first, same[0].last
    return Entry(
        edtf=edtf,
        first=date.fromordinal(first) if first else None,
        last=date.fromordinal(last) if last else None,
        ranks=tuple(dict.fromkeys(one.rank for one in ordered)),
        files=tuple(dict.fromkeys(one.source for one in ordered)),
    )


def _place(entry: Entry) -> tuple[int, int, int, str]:
    if entry.first and entry.last:
        return 1, entry.first.toordinal(), -entry.last.toordinal(), entry.edtf
    if entry.is_open:
        return 2, 0, 0, entry.edtf
    year, _, in_year = entry.edtf.partition("/")[0][1:].partition("-")
    return 0, -int(year), 0, in_year  # before Christ, of which the calendar has no days


def _month(edtf: str) -> str | None:
    """The month that days are of, None where they are of two, or no days."""
    months = {point.rpartition("-")[0] for point in edtf.split("/")}
    month = months.pop()
    return month if not months and "-" in month[1:] else None
