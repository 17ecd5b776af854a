"""Which of a passage's dates answers the question? The likeliest first."""

from collections.abc import Callable, Collection, Sequence
from operator import itemgetter

from wherein.index.arrays import Numbers
from wherein.index.catalog.reader import StoredDate, StoredPassage
from wherein.index.passages.splitter import Span

REACH = 25
"""Words of the question count where they stand within so many words of a date."""

_HERE = "date0here0"
"""Stands for a date among the words of its text: no word of any language, and its own stem."""


def answering_order(
    passage: StoredPassage,
    highlight: Span,
    named: Collection[str],
    times: Numbers,
    terms: Sequence[str],
    words: Callable[[str], list[str]],
) -> tuple[StoredDate, ...]:
    """The passage's dates, first those that stand in the highlight.

    Of these come last those that mean no known day and those that are `named`, which are none where
    the question does not ask when; first those that share a day with one of the `times` that it
    names. The likeliest by all this are ordered by how near they are to the question's terms, the
    others as they stand. `words` gives the words of a text as the terms are written.
    """
    if len(passage.dates) < 2:
        return passage.dates

    def is_held(date: StoredDate) -> bool:
        return highlight[0] <= date.start < highlight[1]

    def key(date: StoredDate) -> tuple[bool, bool, bool]:
        return (
            not is_held(date),
            date.edtf is None or date.edtf in named,
            not date.shares_day(times),
        )

    keyed = sorted(((key(date), date) for date in passage.dates), key=itemgetter(0))
    ordered = [date for _, date in keyed]
    likeliest = [date for its, date in keyed if its == keyed[0][0]]
    if len(likeliest) > 1:
        span = highlight if is_held(likeliest[0]) else (0, len(passage.text))
        near = _nearness(passage.text, likeliest, span, terms, words)
        ordered[: len(likeliest)] = sorted(likeliest, key=lambda date: -near[date])
    return tuple(ordered)


def _nearness(
    text: str,
    dates: Sequence[StoredDate],
    span: Span,
    terms: Sequence[str],
    words: Callable[[str], list[str]],
) -> dict[StoredDate, float]:
    """Of each of the dates in a span, for each term in its reach 1 / (1 + the distance in words).

    The word beside the date is at a distance of 1. A term that stands there several times counts
    where it is nearest.
    """
    # All are read at once: each reading costs as much as many words do.
    begins, ends = [date.start for date in dates], [date.end for date in dates]
    between = zip([span[0], *ends], [*begins, span[1]], strict=True)
    read = words(f" {_HERE} ".join(text[start:end] for start, end in between))
    places = [place for place, word in enumerate(read) if word == _HERE]
    wanted = frozenset(terms)
    found = [(place, word) for place, word in enumerate(read) if word in wanted]
    nearness = {}
    for date, at in zip(dates, places, strict=False):  # a text may have that word itself
        nearest: dict[str, int] = {}
        for place, word in found:
            distance = abs(place - at)
            if distance <= min(REACH, nearest.get(word, REACH)):
                nearest[word] = distance
        nearness[date] = sum(1 / (1 + distance) for distance in nearest.values())
    return nearness
