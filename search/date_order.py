"""Which of a passage's dates answers the question? The likeliest first."""

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from index.arrays import Numbers
from index.catalog import StoredDate, StoredPassage
from index.passages import Span

REACH = 150
"""Words of the question count where they stand within so many characters of a date."""


def answering_order(
    passage: StoredPassage,
    highlights: Sequence[Span],
    named: Collection[str],
    times: Numbers,
    terms: Sequence[str],
    words: Callable[[str], list[str]],
) -> tuple[StoredDate, ...]:
    """The passage's dates, first those that stand in a highlight.

    Of these come last those that mean no known day and those that are `named`, which are none where
    the question does not ask when; first those that share a day with one of the `times` that it
    names; then those near the question's terms. `words` gives the words of a text as the terms are
    written.
    """
    if len(passage.dates) < 2:
        return passage.dates

    def key(date: StoredDate) -> tuple[bool, bool, bool]:
        return (
            _holding(date, highlights) is None,
            date.edtf is None or date.edtf in named,
            not date.shares_day(times),
        )

    def farness(date: StoredDate) -> float:
        span = _holding(date, highlights) or (0, len(passage.text))
        return -_nearness(passage.text, date, span, terms, words)

    ordered: list[StoredDate] = []
    for _, alike in groupby(sorted(passage.dates, key=key), key):
        # What is told apart already needs no words read.
        dates = list(alike)
        ordered += sorted(dates, key=farness) if len(dates) > 1 else dates
    return tuple(ordered)


def _holding(date: StoredDate, spans: Sequence[Span]) -> Span | None:
    """The span that a date stands in."""
    return next((span for span in spans if span[0] <= date.start < span[1]), None)


def _nearness(
    text: str,
    date: StoredDate,
    span: Span,
    terms: Sequence[str],
    words: Callable[[str], list[str]],
) -> float:
    """For each term of the question in the span, 1 / (1 + its distance to the date in words).

    The word beside the date is at a distance of 1. A term that stands there several times counts
    where it is nearest.
    """
    before = words(text[max(span[0], date.start - REACH) : date.start])[::-1]
    after = words(text[date.end : min(span[1], date.end + REACH)])
    distances = (
        1 + min(side.index(term) for side in (before, after) if term in side)
        for term in terms
        if term in before or term in after
    )
    return sum(1 / (1 + distance) for distance in distances)
