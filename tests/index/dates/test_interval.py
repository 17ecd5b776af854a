"""The days that a date expression means."""

from datetime import date

import pytest

from wherein.index.dates.interval import Interval

MAY = Interval("2024-05", date(2024, 5, 1), date(2024, 5, 31))
OPEN = Interval("XXXX-05-16")
UNKNOWN = Interval(None)
BEFORE_CHRIST = Interval("-0043-03-15")


def days(first: date | None, last: date | None) -> Interval:
    return Interval.between(first, last)


@pytest.mark.parametrize(
    ("interval", "is_open"),
    [
        (MAY, False),
        (OPEN, True),
        (UNKNOWN, True),
        (BEFORE_CHRIST, False),
        (days(None, date(2024, 1, 1)), False),
        (days(date(2024, 1, 1), None), False),
    ],
)
def test_an_interval_is_open_if_its_year_is_not_known(interval: Interval, is_open: bool) -> None:
    assert interval.is_open is is_open


def test_ordinals_count_days_and_zero_stands_for_before_christ() -> None:
    assert MAY.ordinals == (date(2024, 5, 1).toordinal(), date(2024, 5, 31).toordinal())
    assert BEFORE_CHRIST.ordinals == (0, 0)
    assert days(None, date(1, 1, 1)).ordinals == (0, 1)
    assert days(date(1, 1, 1), None).ordinals == (1, date.max.toordinal())


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (days(date(2024, 5, 31), date(2024, 6, 30)), True),
        (days(date(2024, 6, 1), date(2024, 6, 30)), False),
        (days(date(2024, 4, 1), date(2024, 4, 30)), False),
        (days(date(2024, 4, 1), date(2024, 5, 1)), True),
        (days(None, date(2024, 5, 1)), True),
        (days(None, date(2024, 4, 30)), False),
        (days(date(2024, 5, 31), None), True),
        (OPEN, False),
        (UNKNOWN, False),
        (BEFORE_CHRIST, False),
    ],
)
def test_intervals_overlap_if_they_share_a_day(other: Interval, overlaps: bool) -> None:
    assert MAY.overlaps(other) is overlaps
    assert other.overlaps(MAY) is overlaps


def test_a_date_before_christ_overlaps_only_times_without_a_beginning() -> None:
    assert BEFORE_CHRIST.overlaps(days(None, date(1, 1, 1)))
    assert not BEFORE_CHRIST.overlaps(days(date(1, 1, 1), None))
