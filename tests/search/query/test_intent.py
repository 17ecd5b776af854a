"""What a question asks about time."""

from datetime import date

import pytest

from wherein.index.dates.interval import Interval
from wherein.search.query.intent import asks_when
from wherein.search.query.query import plain_query


@pytest.mark.parametrize(
    "question",
    [
        "when did Putin visit China",
        "  When was it",
        "what dates is the trip",
        "In which year did it end?",
        "in what century was it built",
    ],
)
def test_these_questions_ask_for_a_date(question: str) -> None:
    assert asks_when(question)


@pytest.mark.parametrize(
    "question",
    ["who came when he called", "what did he say", "what happened in 1962", "whenever is it", "?"],
)
def test_these_questions_do_not_ask_for_a_date(question: str) -> None:
    assert not asks_when(question)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("who ruled from 1961 to 1963", date(1961, 1, 1), date(1963, 12, 31)),
        ("what happened in 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("his trips before 2024", None, date(2023, 12, 31)),
        ("Prior to the 1990s, who ruled", None, date(1989, 12, 31)),
        ("who ruled until May 2024", None, date(2024, 5, 31)),
        ("who has ruled since 2004", date(2004, 1, 1), date.max),
        ("what came after 7 May 2024", date(2024, 5, 7), date.max),
        ("who ruled, the year before, in 2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_question_may_leave_one_side_of_a_time_open(
    question: str, first: date | None, last: date
) -> None:
    assert plain_query(question).times == (Interval(None, first, last),)


@pytest.mark.parametrize("question", ["who ruled before AD 1", "wars before the 1st century"])
def test_before_the_year_1_means_dates_before_christ_only(question: str) -> None:
    (time,) = plain_query(question).times
    assert time.ordinals == (0, 0)
    assert time.overlaps(Interval("-0043"))
    assert not time.overlaps(Interval("0001", date(1, 1, 1), date(1, 12, 31)))


@pytest.mark.parametrize("question", ["what happened on May 16", "what happened"])
def test_a_date_without_a_year_names_no_time(question: str) -> None:
    assert plain_query(question).times == ()
