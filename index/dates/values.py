"""The values of date expressions: days, months and years, open years, and relative dates."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from enum import IntEnum

_LEAP = 2000  # stands for an open year, because some years have a 29 February
_COMMON = 2001


class Precision(IntEnum):
    """How precise an expression is. A greater value is coarser.

    WEEK also stands for a part of a month, and SEASON for a part of a year.
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
    """A year, month or day.

    Attributes:
        year: The astronomical year (1 BC is 0). None if it is open.
        month: The month, 1 to 12, if any.
        day: The day of the month, if any.
    """

    year: int | None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{'-' * (self.year < 0)}{abs(self.year):04d}"
        return "-".join([year, *(f"{n:02d}" for n in (self.month, self.day) if n is not None)])

    @property
    def first_day(self) -> date | None:
        """Return the first day. None if the year is not known or is not 1 to 9999."""
        if self.year is None or not 1 <= self.year <= 9999:
            return None
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date | None:
        """Return the last day. None if the year is not known or is not 1 to 9999."""
        if self.year is None or not 1 <= self.year <= 9999:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def in_year(self) -> tuple[int, int]:
        """Return the month and day for comparisons within a year."""
        return self.month or 0, self.day or 0


@dataclass(frozen=True, slots=True)
class When:
    """The time from the first day of `first` to the last day of `last`.

    Either both years are open or neither is. In an open year `last` may come before `first`:
    December to January.
    """

    first: Point
    last: Point
    precision: Precision

    @property
    def first_day(self) -> date | None:
        """Return the first day of the time. None if its year is not known or is not 1 to 9999."""
        return self.first.first_day

    @property
    def last_day(self) -> date | None:
        """Return the last day of the time. None if its year is not known or is not 1 to 9999."""
        return self.last.last_day

    @property
    def is_open(self) -> bool:
        """Return whether the year is not known."""
        return self.first.year is None

    @property
    def edtf(self) -> str:
        """Return the time in the Extended Date/Time Format (ISO 8601-2)."""
        if self.first == self.last:
            return str(self.first)
        first, last = self.first.year, self.last.year
        if self.precision is Precision.DECADE and first and last == first + 9 and first % 10 == 0:
            return str(self.first)[:-1] + "X"
        return f"{self.first}/{self.last}"

    def in_year(self, year: int) -> "When | None":
        """Return the same days, beginning in `year`. None if that year lacks one of the days."""
        crosses_year = self.last.in_year < self.first.in_year
        first, last = replace(self.first, year=year), replace(self.last, year=year + crosses_year)
        return When(first, last, self.precision) if _exists(first) and _exists(last) else None


@dataclass(frozen=True, slots=True)
class Relative:
    """A time that depends on the day of publication, such as "next month".

    Attributes:
        precision: How precise the time is.
        resolve: Gives the time for a day of publication. None if it stays unknown.
    """

    precision: Precision
    resolve: Callable[[date], When | None]


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days from one weekday to another in an unknown week. Monday is 0."""

    first: int
    last: int


Value = When | Relative | Weekdays


def single(year: int | None, month: int | None = None, day: int | None = None) -> When | None:
    """Return a year, month or day. None if no calendar has it."""
    point = Point(year, month, day)
    if not _exists(point):
        return None
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return When(point, point, precision)


def years(first: int, last: int, precision: Precision = Precision.YEAR) -> When:
    """Return the years from `first` to `last`."""
    return When(Point(first), Point(last), precision)


def centuries(first: int, last: int, *, bc: bool = False) -> When:
    """Return the centuries from `first` to `last`. The 19th century is 1801 to 1900."""
    start, end = (1 - 100 * number if bc else 100 * number - 99 for number in (first, last))
    return years(start, end + 99, Precision.CENTURY)


def season(name: str, year: int) -> When | None:
    """Return three whole months of a northern year. A winter begins in its year.

    None for the winter that would end after the calendar.
    """
    month = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name]
    last = Point(year + (month == 12), (month + 1) % 12 + 1)
    return When(Point(year, month), last, Precision.SEASON) if _exists(last) else None


def days(first: date, last: date, precision: Precision) -> When:
    """Return the days from `first` to `last`."""
    return When(
        Point(first.year, first.month, first.day), Point(last.year, last.month, last.day), precision
    )


def joined(first: When, last: When) -> When | None:
    """Return the time from `first` to `last`, or None if they are no range.

    An open year is taken from the other end.
    """
    first, last = completed_before(first, last), completed_after(first, last)
    if first.is_open != last.is_open:
        return None
    start, end = first.first, last.last
    if start.year is None or end.year is None:
        ordered = start.month != end.month or start.in_year < end.in_year
    else:
        limit = (end.year, end.month or 13, end.day or 32)
        ordered = (start.year, *start.in_year) < limit
    return When(start, end, max(first.precision, last.precision)) if ordered else None


def completed_before(when: When, other: When) -> When:
    """Return an open date in the year in which it is named before `other`."""
    if not when.is_open or other.first.year is None or other.precision > Precision.MONTH:
        return when
    return when.in_year(other.first.year - (when.first.in_year > other.first.in_year)) or when


def completed_after(other: When, when: When) -> When:
    """Return an open date in the year in which it is named after `other`."""
    if not when.is_open or other.last.year is None or other.precision > Precision.MONTH:
        return when
    return when.in_year(other.last.year + (when.first.in_year < other.first.in_year)) or when


def part(value: Value, number: int, of: int) -> Value | None:
    """Return a half, third or quarter of a time.

    Args:
        value: The time.
        number: Which of the parts, from 0.
        of: The number of parts. Thirds are what "early", "mid" and "late" mean.

    Returns:
        The part. None if the time has no such part.
    """
    if isinstance(value, When):
        return _part(value, number, of)
    if not isinstance(value, Relative) or value.precision not in _DIVISIBLE:
        return None
    whole = value.resolve
    return Relative(_finer(value.precision), lambda day: _part(whole(day), number, of))


def edge(value: Value, *, last: bool) -> When | None:
    """Return the first or last day of a month or year. None for other times."""
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
_DAYS = {2: ((1, 15), (16, 0)), 3: ((1, 10), (11, 20), (21, 0))}  # 0 is the last day of the month
_YEARS = {
    Precision.DECADE: {2: ((0, 4), (5, 9)), 3: ((0, 4), (4, 6), (5, 9))},
    Precision.CENTURY: {
        2: ((0, 49), (50, 99)),
        3: ((0, 32), (33, 65), (66, 99)),
        4: ((0, 24), (25, 49), (50, 74), (75, 99)),
    },
}


def _exists(point: Point) -> bool:
    """Return whether a calendar has the point. Years before the calendar have all days too."""
    if point.year is not None and point.year > MAXYEAR:
        return False
    if point.month is not None and not 1 <= point.month <= 12:
        return False
    if point.day is None or point.month is None:
        return True
    year = point.year if point.year is not None and point.year >= 1 else _LEAP
    return 1 <= point.day <= monthrange(year, point.month)[1]
