"""Which passages a question is asked of: conditions, and the passages that meet them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import translate

import numpy as np

from index.arrays import Mask
from index.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a passage must meet, all of them; None is no condition.

    `source` is a path, folder or glob: see `meets`. Days are included. A document without a day of
    publication meets no condition on it. A date in the passage meets one by sharing a day with the
    time from `date_from` to `date_to`, and one whose year is open never does.
    """

    source: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    date_from: date | None = None
    date_to: date | None = None

    def __bool__(self) -> bool:
        return self != NO_FILTERS


NO_FILTERS = Filters()


def documents_within(filters: Filters, catalog: Catalog) -> Mask:
    """For each document whether it meets the conditions on documents: (documents,)."""
    within = np.ones(len(catalog.sources), np.bool_)
    if filters.source is not None:
        within &= meets(catalog.sources, filters.source)
    if filters.published_from or filters.published_to:
        first, last = _ordinals(filters.published_from, filters.published_to)
        known = catalog.published > 0
        within &= known & (catalog.published >= first) & (catalog.published <= last)
    return within


def passages_within(filters: Filters, catalog: Catalog) -> Mask | None:
    """For each passage whether it meets the conditions: (passages,); None where there are none."""
    if not filters:
        return None
    within: Mask = documents_within(filters, catalog)[catalog.document_of_passage]
    if filters.date_from or filters.date_to:
        first, last = _ordinals(filters.date_from, filters.date_to)
        within &= _dated(catalog, first, last)
    return within


def _dated(catalog: Catalog, first: int, last: int) -> Mask:
    passages, firsts, lasts = catalog.date_spans.T
    dated = np.zeros(len(catalog.same_as), np.bool_)
    dated[passages[(firsts <= last) & (lasts >= first)]] = True
    return dated


def _ordinals(first: date | None, last: date | None) -> tuple[int, int]:
    return (first or date.min).toordinal(), (last or date.max).toordinal()


def meets(sources: Sequence[str], wanted: str) -> Mask:
    """For each source whether it is the path, lies in the folder, or meets the glob: (sources,).

    In a glob `*`, `?` and `[…]` stand for what they do in a shell, within one name; `**` for any
    number of folders, also none. What meets it may be the file or a folder above it. A glob
    without a slash may begin in any folder. Case counts.
    """
    wanted = wanted.rstrip("/")
    below = wanted + "/"
    met = [source == wanted or source.startswith(below) for source in sources]
    if any(wild in wanted for wild in "*?["):
        glob = _Glob(wanted)
        met = [one or glob.meets(source) for one, source in zip(met, sources, strict=True)]
    return np.array(met, np.bool_)


class _Glob:
    """A glob, its names as regular expressions, None for `**`."""

    def __init__(self, glob: str) -> None:
        names = glob.split("/") if "/" in glob else ["**", glob]
        self._names = [None if name == "**" else re.compile(translate(name)) for name in names]

    def meets(self, source: str) -> bool:
        """Whether the source or a folder above it meets the glob.

        All the ways to read a `**` are followed at once, so that no glob takes long.
        """
        names = source.split("/")
        reached = {0}
        for wanted in self._names:
            if wanted is None:
                reached = set(range(min(reached), len(names)))
            else:
                reached = {
                    place + 1
                    for place in reached
                    if place < len(names) and wanted.match(names[place])
                }
            if not reached:
                return False
        return True
