"""Which passages a question is asked of: conditions, and the passages that meet them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import translate
from itertools import pairwise

import numpy as np

from wherein.index.arrays import Mask
from wherein.index.catalog.reader import Catalog
from wherein.index.snapshot.store import Snapshot

DEEPEST_GLOB = 30
MOST_STARS = 10


class Of(StrEnum):
    """What a condition that is written in a question is of."""

    WORDS = "words"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is written in a question: see `query_syntax`.

    Of words: they stand in the passage's text or in its title, in this form and order. Of a file:
    see `named`. If it is not `wanted`, the contrary.
    """

    of: Of
    text: str
    wanted: bool = True

    @property
    def label(self) -> str:
        """What it asks, in words, before what it asks it of."""
        labels = {Of.WORDS: ("without", "exact words"), Of.FILE: ("not in file", "in file")}
        return labels[self.of][self.wanted]

    @property
    def shown(self) -> str:
        """What it asks it of."""
        return f"“{self.text}”" if self.of is Of.WORDS else self.text


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a passage must meet, all of them; None is no condition.

    `source` is a path, folder or glob: see `meets`. Days are included. A document without a day of
    publication meets no condition on it. A date in the passage meets one by sharing a day with the
    time from `date_from` to `date_to`, and one whose year is open never does. What was before
    Christ was before every `date_to`, and after no `date_from`.
    """

    source: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    date_from: date | None = None
    date_to: date | None = None
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_FILTERS

    @property
    def exact(self) -> bool:
        """Whether words are asked for that must stand in a passage exactly."""
        return any(one.of is Of.WORDS and one.wanted for one in self.conditions)


NO_FILTERS = Filters()


def documents_within(filters: Filters, catalog: Catalog) -> Mask:
    """For each document whether it meets the conditions on documents: (documents,)."""
    within = np.ones(len(catalog.sources), np.bool_)
    if filters.source is not None:
        within &= meets(catalog.sources, filters.source)
    if filters.published_from or filters.published_to:
        # 0 is a day that is not known, and comes before the first that may be asked for.
        first, last = _ordinals(filters.published_from or date.min, filters.published_to)
        within &= (catalog.published >= first) & (catalog.published <= last)
    for condition in filters.conditions:
        if condition.of is Of.FILE:
            within &= named(catalog.sources, condition.text) == condition.wanted
    return within


def passages_within(filters: Filters, snapshot: Snapshot) -> Mask | None:
    """For each passage whether it meets the conditions: (passages,); None where there are none."""
    if not filters:
        return None
    catalog = snapshot.catalog
    within: Mask = documents_within(filters, catalog)[catalog.document_of_passage]
    if filters.date_from or filters.date_to:
        within &= catalog.dated(np.array([_ordinals(filters.date_from, filters.date_to)]))
    for condition in filters.conditions:
        if condition.of is Of.WORDS:
            within &= snapshot.lexical.with_exactly(condition.text) == condition.wanted
    return within


def _ordinals(first: date | None, last: date | None) -> tuple[int, int]:
    """The days as ordinals; without a first one from before Christ on."""
    return first.toordinal() if first else 0, (last or date.max).toordinal()


def meets(sources: Sequence[str], wanted: str) -> Mask:
    """For each source whether it is the path, lies in the folder, or meets the glob: (sources,).

    In a glob `*`, `?` and `[…]` stand for what they do in a shell, within one name; `**` for any
    number of folders, also none. What meets it may be the file or a folder above it. A glob
    without a slash may begin in any folder. Case counts; whether an accent is written in one with
    its letter, or apart as in names from a Mac, does not.
    """
    sources, wanted = [_composed(source) for source in sources], _composed(wanted.rstrip("/"))
    below = wanted + "/"
    met = [source == wanted or source.startswith(below) for source in sources]
    if is_glob(wanted):
        glob = _Glob(wanted)
        met = [one or glob.meets(source) for one, source in zip(met, sources, strict=True)]
    return np.array(met, np.bool_)


def named(sources: Sequence[str], wanted: str) -> Mask:
    """For each source whether `wanted` is in its path, or meets it as a glob: (sources,).

    Case does not count. A path begins with a slash here, so that /a is in that of a.txt alone.
    """
    wanted = wanted.lower()
    lower = [source.lower() for source in sources]
    part = _composed(wanted)
    inside = np.array([part in _composed(f"/{source}") for source in lower], np.bool_)
    return inside | meets(lower, wanted) if is_glob(wanted) else inside


def glob_fault(wanted: str) -> str | None:
    """What is too much of a glob to be looked for, None where nothing is."""
    names = wanted.rstrip("/").split("/")
    stars = max(name.count("*") for name in names)
    if is_glob(wanted) and len(names) > DEEPEST_GLOB:
        return f"has {len(names)} names"
    return f"has {stars} stars in a name" if stars > MOST_STARS else None


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def is_glob(wanted: str) -> bool:
    """Whether it may mean more than the one path or folder."""
    return any(wild in wanted for wild in "*?[")


class _Glob:
    """A glob, its names as regular expressions, None for `**`; those in a row are one.

    All the ways to read a `**` are followed at once, and a folder's once for all that lies in it,
    so that no glob takes long.
    """

    def __init__(self, glob: str) -> None:
        names = glob.split("/") if "/" in glob else ["**", glob]
        apart = [name for last, name in pairwise(["", *names]) if not name == last == "**"]
        self._names = [None if name == "**" else re.compile(translate(name)) for name in apart]
        self._used_by: dict[str, set[int]] = {}

    def meets(self, source: str) -> bool:
        """Whether the source or a folder above it meets the glob."""
        folder, _, name = source.rpartition("/")
        if folder not in self._used_by:
            used = {0}
            for above in folder.split("/") if folder else ():
                used = self._used_after(used, above)
            self._used_by[folder] = used
        return len(self._names) in self._used_after(self._used_by[folder], name)

    def _used_after(self, used: set[int], name: str) -> set[int]:
        """How many names of the glob may be used up after one more of a path; all stays all."""
        after = set()
        for number in used:
            if number < len(self._names) and self._names[number] is None:
                after.add(number)
                number += 1
            if number == len(self._names):
                return {number}
            pattern = self._names[number]
            if pattern and pattern.match(name):
                after.add(number + 1)
        return after
