"""Dates that fill a whole line, such as the one under a headline."""

import re
from datetime import date

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {
    spelling: number
    for number, name in enumerate(_NAMES.split(), start=1)
    for spelling in (name, name[:3])
} | {"sept": 9}
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_CLOCK = r"\d{1,2}(?:[:.]\d\d){1,2}(?: ?[ap]\.?m\.?)?(?: ?\(?[a-z]{1,4}\)?)?"
_ZONE = r"(?:z|[a-z]{3,4}|[+-]\d\d:?\d\d)?"
_LABEL = (
    r"(?:first |last )?(?:published|posted|updated|modified|issued|released|date)(?: on)? ?:? ?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? "
_LONGEST = 80

_WHOLE_DAYS = tuple(
    re.compile(rf"(?:{_LABEL})?(?:{_CLOCK},? )?(?:{_WEEKDAY})?{form}", re.IGNORECASE)
    for form in (
        rf"{_DAY} {_MONTH},? {_YEAR}(?:(?:,| at| [-–—|])? {_CLOCK})?",
        rf"{_MONTH} {_DAY},? {_YEAR}(?:(?:,| at| [-–—|])? {_CLOCK})?",
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:[t ]\d\d:\d\d[\d:.]{{0,13}} ?{_ZONE})?",
    )
)


def whole_day(text: str) -> date | None:
    """The day that a line names if it says nothing else, but for a label, weekday and clock time.

    None for any other text and for days that no calendar has.
    """
    if len(text) > _LONGEST:
        return None
    for pattern in _WHOLE_DAYS:
        if match := pattern.fullmatch(text):
            return _day(match["year"], match["month"], match["day"])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
