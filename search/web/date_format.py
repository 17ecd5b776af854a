"""Dates in EDTF, as the index has them, in the words that people write."""

import re

from wherein.index.dates.vocabulary import MONTH_NAMES

_POINT = re.compile(r"(XXXX|-?\d{3,}X?)(?:-(\d\d))?(?:-(\d\d))?")
_OLDEST_BARE_YEAR = 100  # "14" would be taken for a day


def in_words(edtf: str) -> str:
    """Such as "16–17 May 2024", "October 2023" and "44 BC". An open year is left out."""
    first, _, last = edtf.partition("/")
    start = _parts(first)
    if not last:
        return " ".join(filter(None, start))
    end = _parts(last)
    # What both ends have in common is said once, after the second.
    while start and end and start[-1] == end[-1]:
        start, end = start[:-1], end[:-1]
    shared = _parts(last)[len(end) :]
    ends = [" ".join(filter(None, part)) for part in (start, end)]
    dash = "–" if all(len(list(filter(None, part))) == 1 for part in (start, end)) else " – "
    return " ".join([dash.join(ends), *filter(None, shared)])


def _parts(point: str) -> list[str]:
    """Day, month and year of a point, each empty where it has none."""
    match = _POINT.fullmatch(point)
    assert match is not None, point
    year, month, day = match.groups()
    return [
        str(int(day)) if day else "",
        MONTH_NAMES[int(month) - 1] if month else "",
        _year(year),
    ]


def _year(year: str) -> str:
    if year == "XXXX":
        return ""
    if year.endswith("X"):
        decade = int(year[:-1]) * 10
        return f"{decade}s" if decade >= _OLDEST_BARE_YEAR else f"AD {decade}s"
    number = int(year)
    if number < 1:
        return f"{1 - number} BC"
    return str(number) if number >= _OLDEST_BARE_YEAR else f"AD {number}"
