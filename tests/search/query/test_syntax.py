"""What is typed, told apart: conditions, and the words that are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.search.query.filters import Condition, Of
from wherein.search.query.syntax import MOST_CONDITIONS, Asked, understand

SIGNS = st.text(alphabet="ab- \"“”„«»:?.*[]/fileFILE19(\n\t'", max_size=60)


def told(asked: Asked) -> str:
    """The question, and its conditions: + is wanted, - is not, F a file."""
    parts = (
        f"{'-+'[one.wanted]}{'F' * (one.of is Of.FILE)}<{one.text}>" for one in asked.conditions
    )
    return " ".join([asked.question, *parts])


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ('who met "Vladimir Putin" in May', "who met Vladimir Putin in May +<Vladimir Putin>"),
        ('"soft power"', "soft power +<soft power>"),
        ('what is "soft power"?', "what is soft power? +<soft power>"),
        ('("soft power")', "(soft power) +<soft power>"),
        (
            "“soft power” „harte Macht“ «x y»",
            "soft power harte Macht x y +<soft power> +<harte Macht> +<x y>",
        ),
        ('"  two\t words "', "two words +<two words>"),
        ('"a" "a"', "a a +<a>"),
        ("treaty -Moscow", "treaty -<Moscow>"),
        ("-Moscow treaty", "treaty -<Moscow>"),
        ("treaty, -Moscow, and more", "treaty, , and more -<Moscow>"),
        ("treaty -Putin's -anti-war", "treaty -<Putin's> -<anti-war>"),
        ('treaty -"state visit"', "treaty -<state visit>"),
        ("treaty file:2024", "treaty +F<2024>"),
        ("treaty FILE:Reports/*.txt", "treaty +F<Reports/*.txt>"),
        ('treaty file:"my notes.txt"', "treaty +F<my notes.txt>"),
        ("treaty -file:old", "treaty -F<old>"),
        ("what treaty file:2024?", "what treaty ? +F<2024>"),
    ],
)
def test_conditions_are_told_from_the_words(typed: str, understood: str) -> None:
    assert told(understand(typed)) == understood


@pytest.mark.parametrize(
    "typed",
    [
        'an "unclosed quotation',
        'five feet 10" tall and 6" wide',
        "COVID-19",
        "1912 - 1927",
        "1912 -1927",
        "at -5 degrees",
        "a - b -- c",
        "well--known",
        'nothing "" between',
        '"!!!" is no word',
        "file: nothing",
        "a profile:x",
        "site:example.org title:x",
        "a AND b OR NOT c",
        "a* b~ c^2 (d)",
        "?",
        "file:" + "a/" * 40 + "*",
        "file:" + "*a" * 20,
    ],
)
def test_what_is_no_condition_is_text(typed: str) -> None:
    asked = understand(typed)
    assert (asked.question, asked.conditions) == (typed, ())


@pytest.mark.parametrize("typed", ["-Putin", "file:a -b", "-Putin ?", '-"a b" file:"c d"', "- -a"])
def test_conditions_alone_leave_nothing_to_look_for(typed: str) -> None:
    asked = understand(typed)
    assert asked.question == ""
    assert asked.conditions


@pytest.mark.parametrize(
    ("typed", "alone"),
    [
        ('"soft power"', True),
        ('"soft power" "hard power" -war file:a', True),
        ('"soft power" now', False),
        ("soft power", False),
        ("soft -power", False),
    ],
)
def test_exact_words_may_be_asked_for_alone(typed: str, alone: bool) -> None:
    assert understand(typed).is_exact_alone is alone


@pytest.mark.parametrize(
    ("typed", "condition", "without"),
    [
        ('who met "V. Putin" now', Condition(Of.WORDS, "V. Putin"), "who met V. Putin now"),
        ("who -Xi met", Condition(Of.WORDS, "Xi", wanted=False), "who met"),
        ("who -Xi met -Xi", Condition(Of.WORDS, "Xi", wanted=False), "who met"),
        ("who met -Xi file:3", Condition(Of.FILE, "3"), "who met -Xi"),
        ('"-Moscow" treaty', Condition(Of.WORDS, "-Moscow"), "Moscow treaty"),
        ('"file:2024 -a" treaty', Condition(Of.WORDS, "file:2024 -a"), "2024 a treaty"),
    ],
)
def test_a_condition_can_be_taken_away(typed: str, condition: Condition, without: str) -> None:
    asked = understand(typed)
    assert condition in asked.conditions
    assert asked.without(condition) == without
    assert condition not in understand(without).conditions


def test_further_conditions_than_are_looked_for_are_text() -> None:
    asked = understand("a" + "".join(f" -b{i}x" for i in range(MOST_CONDITIONS + 3)))
    assert len(asked.conditions) == MOST_CONDITIONS
    assert asked.question == "a -b16x -b17x -b18x"


@given(st.one_of(st.text(max_size=60), SIGNS))
def test_any_text_is_understood(typed: str) -> None:
    asked = understand(typed)
    assert len(asked.parts) <= MOST_CONDITIONS
    assert all(any(map(str.isalnum, one.text)) for one in asked.conditions)
    places = [place for part in asked.parts for place in (part.start, part.end)]
    assert places == sorted(places)
    if not asked.parts:
        assert asked.question == typed
    for condition in asked.conditions:
        assert isinstance(asked.without(condition), str)
