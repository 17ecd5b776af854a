from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import whole_day

DAY = date(2024, 4, 26)


@pytest.mark.parametrize(
    "line",
    [
        "26 April 2024",
        "26th April 2024",
        "26 Apr 2024",
        "April 26, 2024",
        "Apr. 26, 2024",
        "APRIL 26, 2024",
        "Friday, 26 April 2024 10:15 GMT",
        "Fri 26 April 2024, 10.15 am",
        "April 26, 2024 at 10:15 p.m.",
        "10:15, 26 April 2024",
        "2024-04-26",
        "2024-04-26T10:15:00Z",
        "2024-04-26T10:15:00.123+02:00",
        "Published 26 April 2024",
        "First published: 26 April 2024",
        "Updated on 26 April 2024",
    ],
)
def test_a_line_that_is_only_a_day_gives_it(line: str) -> None:
    assert whole_day(line) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Today: 10 March 2025",
        "26 April",
        "April 2024",
        "26 Maybe 2024",
        "26 April 2024 was cold",
        "On 26 April 2024",
        "26 April 2024, 27 April 2024",
        "26 April 2024" + " " * 1_000_000,
    ],
)
def test_any_other_line_gives_none(line: str) -> None:
    assert whole_day(line) is None


@pytest.mark.parametrize("line", ["31 April 2024", "29 February 2023", "2024-13-01", "0 May 2024"])
def test_a_day_that_no_calendar_has_gives_none(line: str) -> None:
    assert whole_day(line) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    for form in (
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day:%A}, {day.day} {day:%B} {day.year}",
        day.isoformat(),
    ):
        assert whole_day(form) == day


@given(st.text(max_size=90))
def test_no_line_is_an_error(line: str) -> None:
    whole_day(line)
