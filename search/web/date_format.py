"""Write a date, which the index has in EDTF, as people write it."""

import re

from wherein.index.dates.vocabulary import MONTH_NAMES

_DATE = re.compile(r"(XXXX|-?\d{3,}X?)(?:-(\d\d))?(?:-(\d\d))?")
_EARLIEST_YEAR_WITHOUT_ERA = 100
"""Earlier years get "AD", because "14" alone reads like a day."""


def in_words(edtf: str) -> str:
    """Write a date or an interval in words: "16–17 May 2024", "October 2023" or "44 BC".

    Args:
        edtf: The date in the Extended Date/Time Format (ISO 8601-2).

    Returns:
        The date in British English. A year that is not known is left out.
    """
    first, _, last = edtf.partition("/")
    start = _parts(first)
    if not last:
        return " ".join(filter(None, start))
    end = _parts(last)
    # A month or year that both ends share is written once, after the second end.
    while start and end and start[-1] == end[-1]:
        start, end = start[:-1], end[:-1]
    shared = _parts(last)[len(end) :]
    ends = [" ".join(filter(None, part)) for part in (start, end)]
    dash = "–" if all(len(list(filter(None, part))) == 1 for part in (start, end)) else " – "
    return " ".join([dash.join(ends), *filter(None, shared)])


def _parts(date: str) -> list[str]:
    """Return the day, month and year of a date. A part that the date does not have is empty."""
    match = _DATE.fullmatch(date)
    assert match is not None, date
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
        return f"{decade}s" if decade >= _EARLIEST_YEAR_WITHOUT_ERA else f"AD {decade}s"
    number = int(year)
    if number < 1:
        return f"{1 - number} BC"
    return str(number) if number >= _EARLIEST_YEAR_WITHOUT_ERA else f"AD {number}"
