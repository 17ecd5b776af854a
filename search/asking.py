"""What a question asks for: a day, or what was at a time that it names."""

import re

import numpy as np

from index.arrays import Numbers
from index.dates import find

_WHEN = re.compile(
    r"^when\b|\b(?:what|which) (?:dates?|days?|months?|years?|decades?|century|centuries)\b",
    re.IGNORECASE,
)


def asks_when(question: str) -> bool:
    """Whether the answer is a date."""
    return _WHEN.search(question.lstrip()) is not None


def dates_named(question: str) -> frozenset[str]:
    """The dates in the question, in EDTF, open years too."""
    return frozenset(mention.edtf for mention in find(question) if mention.edtf)


def times_named(question: str) -> Numbers:
    """The first and last day of each date in the question whose year is known: (n, 2), ordinals."""
    named = [
        (mention.from_.toordinal(), mention.to.toordinal())
        for mention in find(question)
        if mention.from_ and mention.to
    ]
    return np.array(named, np.int64).reshape(len(named), 2)
