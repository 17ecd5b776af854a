"""What a question asks about time: whether the answer is a date, and which times it names."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from wherein.index.dates.interval import Interval
from wherein.index.dates.mention import DateMention

_ASKS_WHEN = re.compile(
    r"^when\b|\b(?:what|which) (?:dates?|days?|months?|years?|decades?|century|centuries)\b",
    re.IGNORECASE,
)
_OPEN_SIDE = re.compile(
    r"\b(?:before|prior to|earlier than|(?P<until>until|till|up to)"
    r"|(?P<since>since|after|later than))\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def asks_when(text: str) -> bool:
    """Return whether the answer to the question `text` is a date."""
    return _ASKS_WHEN.search(text.lstrip()) is not None


def times_named(text: str, mentions: Sequence[DateMention]) -> tuple[Interval, ...]:
    """Return the times that a question names and whose year is known.

    "Before 2024" ends on the day before, and "until 2024" ends with that year. Both have no
    beginning. "Since 2024" and "after 2024" begin with that year and have no end, because a text
    often tells what followed from an event together with the event.

    Args:
        text: The question.
        mentions: The dates in `text`.

    Returns:
        One interval for each date with a known year.
    """
    return tuple(
        _opened(text[: mention.start], mention.interval.first, mention.interval.last)
        for mention in mentions
        if mention.interval.first and mention.interval.last
    )


def _opened(before: str, first: date, last: date) -> Interval:
    """Return the interval with the side open that the words before it leave open."""
    match = _OPEN_SIDE.search(before)
    if match is None:
        return Interval.between(first, last)
    if match["since"]:
        return Interval.between(first, None)
    if match["until"]:
        return Interval.between(None, last)
    if first == date.min:
        return Interval.before_christ()
    return Interval.between(None, first - timedelta(days=1))
