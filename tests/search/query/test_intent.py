"""What a question asks for."""

from datetime import date

import pytest

from wherein.search.query.intent import asks_when, times_named


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
def test_these_ask_for_a_date(question: str) -> None:
    assert asks_when(question)


@pytest.mark.parametrize(
    "question",
    ["who came when he called", "what did he say", "what happened in 1962", "whenever is it", "?"],
)
def test_these_do_not(question: str) -> None:
    assert not asks_when(question)


def test_the_times_that_a_question_names_are_its_dates_with_a_known_year() -> None:
    ((first, last),) = times_named("who ruled from 1961 to 1963")
    assert (date.fromordinal(first), date.fromordinal(last)) == (
        date(1961, 1, 1),
        date(1963, 12, 31),
    )


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("what happened in 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("his trips before 2024", None, date(2023, 12, 31)),
        ("Prior to the 1990s, who ruled", None, date(1989, 12, 31)),
        ("who ruled until May 2024", None, date(2024, 5, 31)),
        ("who has ruled since 2004", date(2004, 1, 1), date.max),
        ("what came after 7 May 2024", date(2024, 5, 7), date.max),
        ("who ruled, the year before, in 2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_time_is_open_where_the_question_leaves_it_so(
    question: str, first: date | None, last: date
) -> None:
    ((begins, ends),) = times_named(question)
    # What was before Christ is before the first day that there is a date of.
    assert begins == (first.toordinal() if first else 0)
    assert date.fromordinal(ends) == last


def test_no_time_is_named_where_the_year_is_open() -> None:
    assert times_named("what happened on May 16").shape == (0, 2)
    assert times_named("what happened").shape == (0, 2)
