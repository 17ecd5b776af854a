"""The dates that the answers to a question name, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from wherein.index.arrays import Numbers, expand_ranges, group_starts
from wherein.index.catalog.reader import Catalog
from wherein.index.dates.interval import Interval
from wherein.search.ranking.duplicates import Duplicates
from wherein.search.ranking.ranking import Ranking
from wherein.search.ranking.scoring import best_sentences


@dataclass(frozen=True, slots=True, eq=False)
class DateColumns:
    """The dates in the answering sentences of hits, as columns of one length.

    Attributes:
        ranks: The rank of each date's hit.
        sources: The file of the hit.
        edtf: The date in EDTF.
        firsts: Its first day as an ordinal; 0 if that is not known or before Christ.
        lasts: Its last day as an ordinal, likewise.
    """

    ranks: Numbers
    sources: list[str]
    edtf: list[str]
    firsts: Numbers
    lasts: Numbers


class Entry(NamedTuple):
    """One interval of a timeline.

    Attributes:
        interval: The days.
        ranks: The ranks of the hits that name the interval, in order.
        files: The files of these hits, in the order of their ranks.
        within: The EDTF of the month that the days lie in, if the month has an entry of its own.
    """

    interval: Interval
    ranks: tuple[int, ...]
    files: tuple[str, ...]
    within: str | None = None

    @property
    def edtf(self) -> str:
        """Return the interval in EDTF. Every entry has one."""
        assert self.interval.edtf is not None
        return self.interval.edtf


def make_timeline(ranking: Ranking, duplicates: Duplicates) -> tuple[Entry, ...]:
    """Collect the dates of the answering sentences of all counted hits and their duplicates.

    Args:
        ranking: The ranking.
        duplicates: The duplicates of the snapshot.

    Returns:
        The entries in the order of time: see `group_dates`.
    """
    request, counted = ranking.request, ranking.counted
    rows, ranks = counted.sentences.rows, np.arange(1, len(counted) + 1)
    others, owners = duplicates.of(counted.passages, request.within)
    if len(others):
        rows = np.concatenate((rows, best_sentences(request, others).rows))
        ranks = np.concatenate((ranks, owners + 1))
    return group_dates(dates_in_sentences(request.snapshot.catalog, rows, ranks))


def dates_in_sentences(catalog: Catalog, sentences: Numbers, ranks: Numbers) -> DateColumns:
    """Read the dates of sentences.

    The date in a caption belongs to its picture, so captions are left out. So are dates whose days
    only an unknown day of publication could tell.

    Args:
        catalog: The catalog.
        sentences: The sentences' numbers.
        ranks: The rank of each sentence's hit.

    Returns:
        The dates in the order of the sentences.
    """
    dates, passages = catalog.dates, catalog.passage_of_sentence[sentences]
    begins = np.searchsorted(dates.sentences, sentences)
    counts = np.searchsorted(dates.sentences, sentences, side="right") - begins
    counts[catalog.is_caption[passages]] = 0
    rows, owners = expand_ranges(begins, counts)
    edtf = dates.edtf.of(rows)
    has_edtf = np.array([text is not None for text in edtf], np.bool_)
    rows, owners = rows[has_edtf], owners[has_edtf]
    documents = catalog.document_of_passage[passages[owners]].tolist()
    return DateColumns(
        ranks[owners],
        [catalog.sources[document] for document in documents],
        [text for text in edtf if text is not None],
        dates.firsts[rows],
        dates.lasts[rows],
    )


def group_dates(dates: DateColumns) -> tuple[Entry, ...]:
    """Make one entry for each interval.

    Entries are ordered by their first day, and of equal first days the longer interval comes first.
    Dates without a known year come at the end.
    """
    groups = _equal_intervals(dates)
    names = [
        dates.edtf[rows[0]] if len(rows) == 1 else _shortest([dates.edtf[row] for row in rows])
        for rows in groups
    ]
    all_names = set(names)
    ranks, firsts, lasts = dates.ranks.tolist(), dates.firsts.tolist(), dates.lasts.tolist()
    entries = []
    for name, rows in zip(names, groups, strict=True):
        row, month = rows[0], _month(name)
        entry_ranks: tuple[int, ...] = (ranks[row],)
        entry_files: tuple[str, ...] = (dates.sources[row],)
        if len(rows) > 1:
            places = [(ranks[row], dates.sources[row]) for row in rows]
            entry_ranks, entry_files = _ranks_and_files(places)
        interval = _interval(name, firsts[row], lasts[row])
        within = month if month in all_names else None
        entries.append(Entry(interval, entry_ranks, entry_files, within))
    return tuple(entries)


def _equal_intervals(dates: DateColumns) -> list[list[int]]:
    """Return the rows of each interval, in the order of time."""
    known = np.flatnonzero(dates.firsts)
    known = known[np.lexsort((-dates.lasts[known], dates.firsts[known]))]
    # Ordinals are below four million (22 bits), so two of them fit into one number.
    days = dates.firsts[known] << 22 | dates.lasts[known]
    begins = group_starts(days).tolist()
    rows = known.tolist()
    in_calendar = [rows[begin:end] for begin, end in pairwise([*begins, len(rows)])]
    others: dict[str, list[int]] = {}
    for row in np.flatnonzero(dates.firsts == 0).tolist():
        others.setdefault(dates.edtf[row], []).append(row)
    open_years = [edtf for edtf in others if Interval(edtf).is_open]
    before_christ = others.keys() - set(open_years)
    return [
        *(others[edtf] for edtf in sorted(before_christ, key=_order_before_christ)),
        *in_calendar,
        *(others[edtf] for edtf in sorted(open_years)),
    ]


def _shortest(edtf: Sequence[str]) -> str:
    """Return the shortest of several names of the same days: 2024-05, not 2024-05-01/2024-05-31."""
    return min(edtf, key=lambda text: (len(text), text))


def _ranks_and_files(
    places: Sequence[tuple[int, str]],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return each rank once, in order, and each file once, in the order of the ranks."""
    ranks, files = zip(*sorted(places), strict=True)
    return tuple(dict.fromkeys(ranks)), tuple(dict.fromkeys(files))


def _order_before_christ(edtf: str) -> tuple[int, str]:
    """Return the place in time of a date before Christ, for which `datetime` has no days."""
    year, _, in_year = edtf.partition("/")[0][1:].partition("-")
    return -int(year), in_year


@lru_cache(maxsize=1 << 14)
def _interval(edtf: str, first: int, last: int) -> Interval:
    return Interval(
        edtf,
        date.fromordinal(first) if first else None,
        date.fromordinal(last) if last else None,
    )


@lru_cache(maxsize=1 << 14)
def _month(edtf: str) -> str | None:
    """Return the month that the days lie in; None if they lie in two, or are no days."""
    first, _, last = edtf.partition("/")
    month = first.rpartition("-")[0]
    same = not last or last.rpartition("-")[0] == month
    return month if same and "-" in month[1:] else None
