"""What a question asks for."""

from datetime import date

import pytest

from search.asking import asks_when, times_named


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
    assert times_named("what happened on May 16").shape == (0, 2)
    assert times_named("what happened").shape == (0, 2)
