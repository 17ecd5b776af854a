"""Which passages may a question find? Conditions, and the passages that meet them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from wherein.index.arrays import Mask
from wherein.index.catalog.reader import Catalog
from wherein.index.dates.interval import Interval
from wherein.index.snapshot.store import Snapshot
from wherein.search.query.globs import match_names, match_sources


class ConditionKind(StrEnum):
    """What a condition in a question restricts."""

    WORDS = "words"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is written in a question: see `search.query.syntax`.

    Attributes:
        kind: WORDS if the text or title of a passage must have `text` in this form and order;
            FILE if the path of its file must have `text`: see `match_names`.
        text: The exact words, or the part of a path.
        wanted: False if passages that meet the condition are left out.
    """

    kind: ConditionKind
    text: str
    wanted: bool = True

    @property
    def label(self) -> str:
        """Return what the condition asks for, in words that come before its text."""
        labels = {
            ConditionKind.WORDS: ("without", "exact words"),
            ConditionKind.FILE: ("not in file", "in file"),
        }
        return labels[self.kind][self.wanted]

    @property
    def shown(self) -> str:
        """Return the text of the condition as it is shown to the reader."""
        return f"“{self.text}”" if self.kind is ConditionKind.WORDS else self.text


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a passage must meet, all of them. None is no condition.

    Days are included. A document without a date of publication meets no condition on that date. A
    date in the passage meets a condition if it shares a day with the time from `date_from` to
    `date_to`; a date whose year is not known never does. A day before Christ is before every
    `date_to` and after no `date_from`.

    Attributes:
        source: A path, folder or glob: see `match_sources`.
        published_from: The first day of publication.
        published_to: The last day of publication.
        date_from: The first day of the time that a date in the passage must share.
        date_to: The last day of that time.
        conditions: The conditions that are written in the question.
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
    def asks_exact_words(self) -> bool:
        """Return whether a passage must have exact words."""
        return any(
            condition.kind is ConditionKind.WORDS and condition.wanted
            for condition in self.conditions
        )


NO_FILTERS = Filters()


def documents_within(filters: Filters, catalog: Catalog) -> Mask:
    """Return which documents meet the conditions on documents: shape (documents,), bool."""
    within = np.ones(len(catalog.sources), np.bool_)
    if filters.source is not None:
        within &= match_sources(catalog.sources, filters.source)
    if filters.published_from or filters.published_to:
        # An unknown day is 0, which lies before the first day that a filter can name.
        published = Interval.between(filters.published_from or date.min, filters.published_to)
        first, last = published.ordinals
        within &= (catalog.published >= first) & (catalog.published <= last)
    for condition in filters.conditions:
        if condition.kind is ConditionKind.FILE:
            within &= match_names(catalog.sources, condition.text) == condition.wanted
    return within


def passages_within(filters: Filters, snapshot: Snapshot) -> Mask | None:
    """Return which passages meet all conditions: shape (passages,), bool; None without filters."""
    if not filters:
        return None
    catalog = snapshot.catalog
    within: Mask = documents_within(filters, catalog)[catalog.document_of_passage]
    if filters.date_from or filters.date_to:
        within &= catalog.dated([Interval.between(filters.date_from, filters.date_to)])
    for condition in filters.conditions:
        if condition.kind is ConditionKind.WORDS:
            within &= snapshot.lexical.has_phrase(condition.text) == condition.wanted
    return within
