"""What a date expression means: an interval whose ends are years, months or days."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from enum import IntEnum

_LEAP = 2000  # stands in for an open year: 29 February is a day of some years
_COMMON = 2001


class Precision(IntEnum):
    """How finely an expression dates; the greater, the coarser.

    WEEK is also a part of a month, SEASON a part of a year.
    """

    DAY = 1
    WEEK = 2
    MONTH = 3
    SEASON = 4
    YEAR = 5
    DECADE = 6
    CENTURY = 7


@dataclass(frozen=True, slots=True)
class Point:
    """A year, month or day. The year is astronomical (1 BC is 0), and None where it is open."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{'-' * (self.year < 0)}{abs(self.year):04d}"
        return "-".join([year, *(f"{n:02d}" for n in (self.month, self.day) if n is not None)])

    @property
    def first_day(self) -> date | None:
        """None where the year is open or no year of the calendar."""
        if self.year is None or not 1 <= self.year <= 9999:
            return None
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date | None:
        """None where the year is open or no year of the calendar."""
        if self.year is None or not 1 <= self.year <= 9999:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def in_year(self) -> tuple[int, int]:
        """Its place in a year, to be compared."""
        return self.month or 0, self.day or 0


@dataclass(frozen=True, slots=True)
class When:
    """From the first day of `first` to the last of `last`; either both years are open or neither.

    In an open year the last may come before the first: December to January.
    """

    first: Point
    last: Point
    precision: Precision

    @property
    def first_day(self) -> date | None:
        return self.first.first_day

    @property
    def last_day(self) -> date | None:
        return self.last.last_day

    @property
    def is_open(self) -> bool:
        return self.first.year is None

    @property
    def edtf(self) -> str:
        if self.first == self.last:
            return str(self.first)
        first, last = self.first.year, self.last.year
        if self.precision is Precision.DECADE and first and last == first + 9 and first % 10 == 0:
            return str(self.first)[:-1] + "X"
        return f"{self.first}/{self.last}"

    def in_year(self, year: int) -> "When | None":
        """The same days with the year in which they begin; None where that year lacks one."""
        turn = self.last.in_year < self.first.in_year
        first, last = replace(self.first, year=year), replace(self.last, year=year + turn)
        return When(first, last, self.precision) if _exists(first) and _exists(last) else None


@dataclass(frozen=True, slots=True)
class Relative:
    """What only the day of publication makes a date: "next month"."""

    precision: Precision
    on: Callable[[date], When | None]


@dataclass(frozen=True, slots=True)
class Weekdays:
    """From one weekday to another, Monday being 0, in a week that is not told."""

    first: int
    last: int


Value = When | Relative | Weekdays


def single(year: int | None, month: int | None = None, day: int | None = None) -> When | None:
    """A year, month or day; None where no calendar has it."""
    point = Point(year, month, day)
    if not _exists(point):
        return None
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return When(point, point, precision)


def years(first: int, last: int, precision: Precision = Precision.YEAR) -> When:
    return When(Point(first), Point(last), precision)


def centuries(first: int, last: int, *, bc: bool = False) -> When:
    """The 19th century is 1801 to 1900."""
    start, end = (1 - 100 * number if bc else 100 * number - 99 for number in (first, last))
    return years(start, end + 99, Precision.CENTURY)


def season(name: str, year: int) -> When | None:
    """Three whole months of the northern year; a winter begins in its year.

    None for the winter that ends after all calendars.
    """
    month = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name]
    last = Point(year + (month == 12), (month + 1) % 12 + 1)
    return When(Point(year, month), last, Precision.SEASON) if _exists(last) else None


def days(first: date, last: date, precision: Precision) -> When:
    return When(
        Point(first.year, first.month, first.day), Point(last.year, last.month, last.day), precision
    )


def joined(first: When, last: When) -> When | None:
    """From the one to the other, an open year taken from the other; None where that is no range."""
    first, last = before(first, last), after(first, last)
    if first.is_open != last.is_open:
        return None
    start, end = first.first, last.last
    if start.year is None or end.year is None:
        ordered = start.month != end.month or start.in_year < end.in_year
    else:
        limit = (end.year, end.month or 13, end.day or 32)
        ordered = (start.year, *start.in_year) < limit
    return When(start, end, max(first.precision, last.precision)) if ordered else None


def before(when: When, other: When) -> When:
    """With the year that it has as the one named before `other`, where its own is open."""
    if not when.is_open or other.first.year is None or other.precision > Precision.MONTH:
        return when
    return when.in_year(other.first.year - (when.first.in_year > other.first.in_year)) or when


def after(other: When, when: When) -> When:
    """With the year that it has as the one named after `other`, where its own is open."""
    if not when.is_open or other.last.year is None or other.precision > Precision.MONTH:
        return when
    return when.in_year(other.last.year + (when.first.in_year < other.first.in_year)) or when


def part(value: Value, number: int, of: int) -> Value | None:
    """Of its halves, thirds or quarters the one with this number; None where it has none.

    The thirds are what "early", "mid" and "late" mean.
    """
    if isinstance(value, When):
        return _part(value, number, of)
    if not isinstance(value, Relative) or value.precision not in _DIVISIBLE:
        return None
    whole = value.on
    return Relative(_finer(value.precision), lambda day: _part(whole(day), number, of))


def edge(value: Value, *, last: bool) -> When | None:
    """The first or last day of a year or a month; None of what has no such days."""
    if not isinstance(value, When) or value.first != value.last:
        return None
    first = value.first
    month = first.month or (12 if last else 1)
    end = monthrange(first.year or _COMMON, month)[1] if last else 1
    february = last and first.year is None and month == 2
    return None if first.day or february else single(first.year, month, end)


def _part(when: When | None, number: int, of: int) -> When | None:
    if when is None:
        return None
    first, finer = when.first, _finer(when.precision)
    if when.precision in _YEARS and first.year is not None:
        lengths = _YEARS[when.precision].get(of)
        if lengths is None or Point(first.year + lengths[-1][1]) != when.last:
            return None
        return years(first.year + lengths[number][0], first.year + lengths[number][1], finer)
    if first != when.last:
        return None
    if when.precision is Precision.YEAR:
        months = 12 // of
        start, end = number * months + 1, (number + 1) * months
        return When(replace(first, month=start), replace(first, month=end), finer)
    if when.precision is Precision.MONTH and of in _DAYS:
        start, end = _DAYS[of][number]
        end = end or monthrange(first.year or _COMMON, first.month or 1)[1]
        return When(replace(first, day=start), replace(first, day=end), finer)
    return None


def _finer(precision: Precision) -> Precision:
    return Precision(max(precision - 1, Precision.DAY))


_DIVISIBLE = (Precision.MONTH, Precision.YEAR)
_DAYS = {2: ((1, 15), (16, 0)), 3: ((1, 10), (11, 20), (21, 0))}  # 0 is the month's end
_YEARS = {
    Precision.DECADE: {2: ((0, 4), (5, 9)), 3: ((0, 4), (4, 6), (5, 9))},
    Precision.CENTURY: {
        2: ((0, 49), (50, 99)),
        3: ((0, 32), (33, 65), (66, 99)),
        4: ((0, 24), (25, 49), (50, 74), (75, 99)),
    },
}


def _exists(point: Point) -> bool:
    """A year before the calendar's has months and days all the same; none is after them."""
    if point.year is not None and point.year > MAXYEAR:
        return False
    if point.month is not None and not 1 <= point.month <= 12:
        return False
    if point.day is None or point.month is None:
        return True
    year = point.year if point.year is not None and point.year >= 1 else _LEAP
    return 1 <= point.day <= monthrange(year, point.month)[1]
