"""Query syntax: which parts of a typed question are words, and which are conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.search.query.filters import Condition, ConditionKind
from wherein.search.query.syntax import MAX_CONDITIONS, ParsedText, parse_text

SIGNS = st.text(alphabet="ab- \"“”„«»:?.*[]/fileFILE19(\n\t'", max_size=60)


def summary(parsed: ParsedText) -> str:
    """Return the words and the conditions: + is wanted, - is not wanted, F is a file."""
    parts = (
        f"{'-+'[condition.wanted]}{'F' * (condition.kind is ConditionKind.FILE)}<{condition.text}>"
        for condition in parsed.conditions
    )
    return " ".join([parsed.question, *parts])


@pytest.mark.parametrize(
    ("typed", "expected"),
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
def test_conditions_are_separated_from_the_words(typed: str, expected: str) -> None:
    assert summary(parse_text(typed)) == expected


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
def test_anything_else_is_text(typed: str) -> None:
    parsed = parse_text(typed)
    assert (parsed.question, parsed.conditions) == (typed, ())


@pytest.mark.parametrize("typed", ["-Putin", "file:a -b", "-Putin ?", '-"a b" file:"c d"', "- -a"])
def test_a_question_of_conditions_alone_has_no_words(typed: str) -> None:
    parsed = parse_text(typed)
    assert parsed.question == ""
    assert parsed.conditions


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
def test_a_question_may_consist_of_exact_words_alone(typed: str, alone: bool) -> None:
    assert parse_text(typed).is_exact_alone is alone


@pytest.mark.parametrize(
    ("typed", "condition", "without"),
    [
        (
            'who met "V. Putin" now',
            Condition(ConditionKind.WORDS, "V. Putin"),
            "who met V. Putin now",
        ),
        ("who -Xi met", Condition(ConditionKind.WORDS, "Xi", wanted=False), "who met"),
        ("who -Xi met -Xi", Condition(ConditionKind.WORDS, "Xi", wanted=False), "who met"),
        ("who met -Xi file:3", Condition(ConditionKind.FILE, "3"), "who met -Xi"),
        ('"-Moscow" treaty', Condition(ConditionKind.WORDS, "-Moscow"), "Moscow treaty"),
        ('"file:2024 -a" treaty', Condition(ConditionKind.WORDS, "file:2024 -a"), "2024 a treaty"),
    ],
)
def test_a_condition_can_be_removed(typed: str, condition: Condition, without: str) -> None:
    parsed = parse_text(typed)
    assert condition in parsed.conditions
    assert parsed.without(condition) == without
    assert condition not in parse_text(without).conditions


def test_conditions_beyond_the_maximum_are_text() -> None:
    parsed = parse_text("a" + "".join(f" -b{i}x" for i in range(MAX_CONDITIONS + 3)))
    assert len(parsed.conditions) == MAX_CONDITIONS
    assert parsed.question == "a -b16x -b17x -b18x"


@given(st.one_of(st.text(max_size=60), SIGNS))
def test_any_text_is_valid(typed: str) -> None:
    parsed = parse_text(typed)
    assert len(parsed.parts) <= MAX_CONDITIONS
    assert all(any(map(str.isalnum, condition.text)) for condition in parsed.conditions)
    places = [place for part in parsed.parts for place in (part.start, part.end)]
    assert places == sorted(places)
    if not parsed.parts:
        assert parsed.question == typed
    for condition in parsed.conditions:
        assert isinstance(parsed.without(condition), str)
