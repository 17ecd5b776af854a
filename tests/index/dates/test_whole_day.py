"""Lines that contain nothing but a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.dates.reading import DAY
from wherein.index.dates.scanner import whole_day


@pytest.mark.parametrize(
    "line",
    [
        "26 April 2024",
        "26th April 2024",
        "26 Apr 2024",
        "April 26, 2024",
        "Apr. 26, 2024",
        "APRIL 26, 2024",
        "friday, 26th april 2024",
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
        "26.4.2024",
        "26.04.2024, 10:15",
        "26. April 2024",
        "26 avril 2024",
        "26 de abril de 2024",
    ],
)
def test_a_line_with_nothing_but_a_day_gives_the_day(line: str) -> None:
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
def test_any_other_line_gives_no_day(line: str) -> None:
    assert whole_day(line) is None


@pytest.mark.parametrize("line", ["31 April 2024", "29 February 2023", "2024-13-01", "0 May 2024"])
def test_an_impossible_day_gives_no_day(line: str) -> None:
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
def test_a_day_is_found_only_in_a_line_that_contains_its_year(line: str) -> None:
    day = whole_day(line)
    assert day is None or str(day.year) in line
