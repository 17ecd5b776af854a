"""What a relative date means on the day of publication: "last October", "on Thursday".

It also finds the year of "May 7". An open year is correct and a wrong year is not. So if neither
the tense nor the distance decides the year, it stays open.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from wherein.index.dates.values import (
    Point,
    Precision,
    Relative,
    Weekdays,
    When,
    days,
    season,
    single,
)

MOVES = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}
MOVES |= {"before yesterday": -2, "after tomorrow": 2}

Unit = tuple[Precision, Callable[[date, int], When | None]]
"""The precision of a unit, and a function that gives the unit so many units after a day."""


def beside(unit: str, move: int) -> Relative:
    """Return a unit of time before or after the unit of the day of publication.

    Args:
        unit: day, week, weekend, month, quarter or year.
        move: The number of units after that of the day of publication; negative means before.

    Returns:
        What the expression means on a day.
    """
    precision, at = _UNITS[unit]
    return Relative(precision, lambda day: at(day, move))


def month_of_year(month: int, which: str) -> Relative:
    """Return a month of the last, this or the next year."""
    return Relative(Precision.MONTH, lambda day: single(day.year + MOVES[which], month))


def day_of_year(month: int, day: int, which: str) -> Relative:
    """Return a day of the last, this or the next year."""
    return Relative(Precision.DAY, lambda now: single(now.year + MOVES[which], month, day))


def recurring_month(month: int, which: str) -> Relative:
    """Return the last, this or the next month of a name, such as "last October"."""
    return Relative(Precision.MONTH, _of_years(lambda year: single(year, month), which))


def recurring_season(name: str, which: str) -> Relative:
    """Return the last, this or the next season of a name, such as "next winter"."""
    return Relative(Precision.SEASON, _of_years(lambda year: season(name, year), which))


def recurring_weekday(weekday: int, which: str) -> Relative:
    """Return the last, this or the next weekday of a name, such as "next Friday".

    "Next Friday" in a text of a Monday may mean this week or the following week, so it means no
    day. "This Friday" lies in the week of publication.
    """

    def choose(day: date) -> When | None:
        ahead = (weekday - day.weekday()) % 7
        if which == "last":
            return on(shifted(day, ahead - 7))
        if which == "this":
            return on(shifted(day, weekday - day.weekday()))
        return on(shifted(day, ahead)) if day.weekday() + ahead >= 7 else None

    return Relative(Precision.DAY, choose)


def on(day: date | None) -> When | None:
    """Return one day as a value. None stays None."""
    return None if day is None else single(day.year, day.month, day.day)


def shifted(day: date, by: int) -> date | None:
    """Return the day `by` days later; None outside the calendar."""
    try:
        return day + timedelta(by)
    except OverflowError:
        return None


def _of_years(make: Callable[[int], When | None], which: str) -> Callable[[date], When | None]:
    """Choose a recurring time: the latest one that is over, the current one, or the next one."""

    def choose(day: date) -> When | None:
        around = [when for n in (-2, -1, 0, 1) if (when := make(day.year + n))]
        past = [when for when in around if when.last_day and when.last_day < day]
        coming = [when for when in around if when.first_day and when.first_day > day]
        if which == "last":
            return past[-1] if past else None
        if which == "next":
            return coming[0] if coming else None
        now = [when for when in around if when not in past and when not in coming]
        return now[0] if now else make(day.year)

    return choose


def _days_from(first: date | None, length: int) -> When | None:
    last = first and shifted(first, length - 1)
    return days(first, last, Precision.WEEK) if first and last else None


def _month(day: date, move: int) -> When | None:
    months = day.year * 12 + day.month - 1 + move
    return single(months // 12, months % 12 + 1)


def _quarter(day: date, move: int) -> When:
    quarters = day.year * 4 + (day.month - 1) // 3 + move
    year, month = quarters // 4, quarters % 4 * 3 + 1
    return When(Point(year, month), Point(year, month + 2), Precision.SEASON)


_UNITS: dict[str, Unit] = {
    "day": (Precision.DAY, lambda day, n: on(shifted(day, n))),
    "week": (Precision.WEEK, lambda day, n: _days_from(shifted(day, 7 * n - day.weekday()), 7)),
    "weekend": (
        Precision.WEEK,
        lambda day, n: _days_from(shifted(day, 7 * n - day.weekday() + 5), 2),
    ),
    "month": (Precision.MONTH, _month),
    "quarter": (Precision.SEASON, _quarter),
    "year": (Precision.YEAR, lambda day, n: single(day.year + n)),
}


# ---- a day or month without its year, a weekday without its week

_MAX_DISTANCE = 120
"""In days. A date that is further away stays open, unless a past tense decides its year."""


class Tense(StrEnum):
    """The tense of what a text says of a date."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


_FUTURE = (
    r"will|shall|won't|plans?|planning|intends?|hopes?|upcoming|ahead of|set (?:to|for)|"
    r"(?:is|are) (?:to|due|going|likely)|due to|likely to|approach(?:es|ing)|"
    r"(?<!was )(?<!were )(?<!been )(?:scheduled|expected|slated|planned)"
)
_PAST = (
    r"was|were|had|did|been|said|told|met|held|took|made|went|came|began|became|won|lost|left|sent|"
    r"spoke|gave|saw|fell|rose|grew|broke|struck|hit|shot|got|led|ran|brought|bought|built|paid|"
    r"wrote|flew|drove|sold|kept|found|stood|born|[a-z]{2,}[^\We]ed"
)
_UNDECIDED = (  # modal verbs, and the present: it tells of the future or, in headlines, of the past
    r"would|could|should|might|is|are|(?<!to )begin|begins|starts|opens|ends|closes|arrives|leaves|"
    r"departs|returns|meets|visits|goes|comes|falls|runs|takes place|premieres"
)
_VERBS = re.compile(
    rf"\b(?:(?P<future>{_FUTURE})|(?<! be )(?P<past>{_PAST})|(?P<unknown>{_UNDECIDED}))\b"
)
# "Stayed until Friday": the end may lie in the future.
_LIMIT = re.compile(r"\b(?:until|till|by|before|through) $")
_INFINITIVE = re.compile(r"\bto [a-z]{2,} ")  # in headlines, the future
_END = re.compile(r"[a-z0-9”\")]{2}[.!?;]\s+(?=[A-Z“\"])")
_CLAUSE_LENGTH = 140  # characters


def tense(text: str, start: int, end: int) -> Tense:
    """Find the tense of what a text says of a date.

    The last verb before the date decides. Without one, the first verb after it decides.

    Args:
        text: The text.
        start: The offset of the date.
        end: The offset after the date.

    Returns:
        The tense. UNKNOWN if no verb decides.
    """
    before = _END.split(text[max(start - _CLAUSE_LENGTH, 0) : start])[-1]
    after = _END.split(text[end : end + _CLAUSE_LENGTH], maxsplit=1)[0]
    verbs = list(_VERBS.finditer(before))
    verb = verbs[-1] if verbs else None
    if verb is None and _INFINITIVE.search(before):
        return Tense.FUTURE
    verb = verb or _VERBS.search(after)
    if verb is None or (verb.lastgroup == Tense.PAST and _LIMIT.search(before)):
        return Tense.UNKNOWN
    return Tense(verb.lastgroup or Tense.UNKNOWN)


def with_year(when: When, day: date, said_in: Tense, weekdays: Weekdays | None) -> When | None:
    """Find the year of an open date in a text.

    A date in the past is named without its year only while it is the nearest one. A date in the
    future may be up to a year ahead.

    Args:
        when: The open date.
        day: The day of publication.
        said_in: The tense of what the text says of the date.
        weekdays: The weekdays that the text gives the days, if any.

    Returns:
        The date with its year. None if the year stays open.
    """
    around = [found for n in (-1, 0, 1) if (found := when.in_year(day.year + n))]
    if weekdays is not None:
        around = [found for found in around if fits(found, weekdays)]
    nearest = min(around, key=lambda found: abs(_days_off(found, day)), default=None)
    if nearest is None or weekdays is not None:
        return nearest
    off = _days_off(nearest, day)
    if said_in is Tense.FUTURE:
        return next((found for found in around if _days_off(found, day) >= 0), None)
    limit = 0 if said_in is Tense.PAST else _MAX_DISTANCE
    return nearest if off <= limit and (off >= -_MAX_DISTANCE or said_in is Tense.PAST) else None


def last_such(when: When, day: date) -> When | None:
    """Return the open date in the latest year in which it is not in the future: "since May 7"."""
    around = (when.in_year(day.year + n) for n in (0, -1))
    return next((found for found in around if found and _days_off(found, day) <= 0), None)


def fits(when: When, weekdays: Weekdays) -> bool:
    """Return whether the days of a date fall on these weekdays."""
    first, last = when.first_day, when.last_day
    return (
        first is not None
        and last is not None
        and (first.weekday(), last.weekday()) == (weekdays.first, weekdays.last)
    )


def of_week(weekdays: Weekdays, day: date, said_in: Tense) -> When | None:
    """Find the days of weekdays without a date, such as "on Thursday".

    Args:
        weekdays: The weekdays.
        day: The day of publication, which may be one of the days.
        said_in: The tense of what the text says of them.

    Returns:
        The latest such days in the past tense, the next ones in the future. None if the tense is
            unknown.
    """
    length = (weekdays.last - weekdays.first) % 7
    if said_in is Tense.UNKNOWN:
        return None
    ahead = (weekdays.first - day.weekday()) % 7
    back = (day.weekday() - weekdays.last) % 7 + length
    first = shifted(day, ahead if said_in is Tense.FUTURE else -back)
    last = first and shifted(first, length)
    return days(first, last, Precision.DAY) if first and last else None


def _days_off(when: When, day: date) -> int:
    """How far ahead of the day, negative behind it, 0 with it."""
    first, last = when.first_day or date.max, when.last_day or date.min
    return (first - day).days if first > day else min((last - day).days, 0)
