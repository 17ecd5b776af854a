"""What a question asks for: a day, or what was at a time that it names."""

import re
from datetime import date

import numpy as np

from wherein.index.arrays import Numbers
from wherein.index.dates.scanner import find

_WHEN = re.compile(
    r"^when\b|\b(?:what|which) (?:dates?|days?|months?|years?|decades?|century|centuries)\b",
    re.IGNORECASE,
)


_OPENS = re.compile(
    r"\b(?:before|prior to|earlier than|(?P<until>until|till|up to)"
    r"|(?P<end>since|after|later than))\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def asks_when(question: str) -> bool:
    """Whether the answer is a date."""
    return _WHEN.search(question.lstrip()) is not None


def dates_named(question: str) -> frozenset[str]:
    """The dates in the question, in EDTF, open years too."""
    return frozenset(mention.edtf for mention in find(question) if mention.edtf)


def times_named(question: str) -> Numbers:
    """The first and last day of each time in the question whose year is known: (n, 2), ordinals.

    "Before 2024" ends with the day before, "until 2024" with that year, and both begin before
    Christ, which is 0; "since 2024" and "after 2024" begin with that year, since what came of it is
    often told with it, and do not end.
    """
    named = [
        _open(question[: mention.start], mention.from_.toordinal(), mention.to.toordinal())
        for mention in find(question)
        if mention.from_ and mention.to
    ]
    return np.array(named, np.int64).reshape(len(named), 2)


def _open(before: str, first: int, last: int) -> tuple[int, int]:
    """A time as the words before it leave it open to one side, or not."""
    match _OPENS.search(before):
        case None:
            return first, last
        case opens if opens["end"]:
            return first, date.max.toordinal()
        case opens:
            return 0, last if opens["until"] else first - 1
