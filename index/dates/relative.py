"""What a relative date means on the day of publication: "last October", "on Thursday".

It also finds the year of "May 7". An open year is correct and a wrong year is not. So if neither
the tense nor the distance decides the year, it stays open.
"""

from collections.abc import Callable
from datetime import date, timedelta

from wherein.index.dates.tense import Tense
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

SHIFTS = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}
SHIFTS |= {"before yesterday": -2, "after tomorrow": 2}

Unit = tuple[Precision, Callable[[date, int], When | None]]
"""The precision of a unit, and a function that gives the unit a number of units after a day."""


def shifted_unit(unit: str, shift: int) -> Relative:
    """Return a unit of time before or after the unit of the day of publication.

    Args:
        unit: day, week, weekend, month, quarter or year.
        shift: The number of units after that of the day of publication; negative means before.

    Returns:
        What the expression means on a day.
    """
    precision, unit_after = _UNITS[unit]
    return Relative(precision, lambda day: unit_after(day, shift))


def month_of_year(month: int, which: str) -> Relative:
    """Return a month of the last, this or the next year."""
    return Relative(Precision.MONTH, lambda day: single(day.year + SHIFTS[which], month))


def day_of_year(month: int, day: int, which: str) -> Relative:
    """Return a day of the last, this or the next year."""
    return Relative(Precision.DAY, lambda now: single(now.year + SHIFTS[which], month, day))


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
            return _one_day(_shifted(day, ahead - 7))
        if which == "this":
            return _one_day(_shifted(day, weekday - day.weekday()))
        return _one_day(_shifted(day, ahead)) if day.weekday() + ahead >= 7 else None

    return Relative(Precision.DAY, choose)


def _one_day(day: date | None) -> When | None:
    """Return one day as a value. None stays None."""
    return None if day is None else single(day.year, day.month, day.day)


def _shifted(day: date, by: int) -> date | None:
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
    last = first and _shifted(first, length - 1)
    return days(first, last, Precision.WEEK) if first and last else None


def _month(day: date, shift: int) -> When | None:
    months = day.year * 12 + day.month - 1 + shift
    return single(months // 12, months % 12 + 1)


def _quarter(day: date, shift: int) -> When:
    quarters = day.year * 4 + (day.month - 1) // 3 + shift
    year, month = quarters // 4, quarters % 4 * 3 + 1
    return When(Point(year, month), Point(year, month + 2), Precision.SEASON)


_UNITS: dict[str, Unit] = {
    "day": (Precision.DAY, lambda day, n: _one_day(_shifted(day, n))),
    "week": (Precision.WEEK, lambda day, n: _days_from(_shifted(day, 7 * n - day.weekday()), 7)),
    "weekend": (
        Precision.WEEK,
        lambda day, n: _days_from(_shifted(day, 7 * n - day.weekday() + 5), 2),
    ),
    "month": (Precision.MONTH, _month),
    "quarter": (Precision.SEASON, _quarter),
    "year": (Precision.YEAR, lambda day, n: single(day.year + n)),
}


# ---- a day or month without its year, a weekday without its week

_MAX_DISTANCE = 120
"""In days. A date that is further away stays open, unless a past tense decides its year."""


def resolve_year(when: When, day: date, tense: Tense, weekdays: Weekdays | None) -> When | None:
    """Find the year of an open date in a text.

    A date in the past is named without its year only while it is the nearest one. A date in the
    future may be up to a year ahead.

    Args:
        when: The open date.
        day: The day of publication.
        tense: The tense of what the text says of the date.
        weekdays: The weekdays beside the date, as in "Monday, 6 May". None if there are none.

    Returns:
        The date with its year. None if the year stays open.
    """
    around = [found for n in (-1, 0, 1) if (found := when.in_year(day.year + n))]
    if weekdays is not None:
        around = [found for found in around if falls_on(found, weekdays)]
    nearest = min(around, key=lambda found: abs(_days_ahead(found, day)), default=None)
    if nearest is None or weekdays is not None:
        return nearest
    ahead = _days_ahead(nearest, day)
    if tense is Tense.FUTURE:
        return next((found for found in around if _days_ahead(found, day) >= 0), None)
    limit = 0 if tense is Tense.PAST else _MAX_DISTANCE
    return nearest if ahead <= limit and (ahead >= -_MAX_DISTANCE or tense is Tense.PAST) else None


def resolve_latest(when: When, day: date) -> When | None:
    """Return the open date in the latest year in which it is not in the future: "since May 7"."""
    around = (when.in_year(day.year + n) for n in (0, -1))
    return next((found for found in around if found and _days_ahead(found, day) <= 0), None)


def falls_on(when: When, weekdays: Weekdays) -> bool:
    """Return whether the days of a date fall on these weekdays."""
    first, last = when.first_day, when.last_day
    return (
        first is not None
        and last is not None
        and (first.weekday(), last.weekday()) == (weekdays.first, weekdays.last)
    )


def resolve_weekdays(weekdays: Weekdays, day: date, tense: Tense) -> When | None:
    """Find the days of weekdays without a date, such as "on Thursday".

    Args:
        weekdays: The weekdays.
        day: The day of publication, which may be one of the days.
        tense: The tense of what the text says of them.

    Returns:
        The latest days in the past tense, the next days in the future tense. None if the tense is
            unknown.
    """
    length = (weekdays.last - weekdays.first) % 7
    if tense is Tense.UNKNOWN:
        return None
    ahead = (weekdays.first - day.weekday()) % 7
    back = (day.weekday() - weekdays.last) % 7 + length
    first = _shifted(day, ahead if tense is Tense.FUTURE else -back)
    last = first and _shifted(first, length)
    return days(first, last, Precision.DAY) if first and last else None


def _days_ahead(when: When, day: date) -> int:
    """Return how many days a date lies ahead: negative if it is past, 0 if it contains the day."""
    first, last = when.first_day or date.max, when.last_day or date.min
    return (first - day).days if first > day else min((last - day).days, 0)
