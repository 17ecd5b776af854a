"""Tests of the rule of relevance: which passages answer a question."""

import pytest

from wherein.search.evaluation.relevance import Entries, Quote, matches_quote

DAYS = "The harvest of tea began on a Monday, and by Friday it was over and sold."  # 16 words


@pytest.mark.parametrize(
    ("text", "relevant"),
    [
        (DAYS, True),
        (DAYS.upper().replace(",", " –"), True),
        (f"Long before that, nothing happened at all. {DAYS} Then came the rain.", True),
        ("The harvest of tea began on a Monday", True),  # half of the words
        ("The harvest of tea began on a", False),  # 7 of 16, and fewer than 8 words
        ("The harvest, of green tea, it began once on a rainy Monday.", True),  # with gaps
        ("Monday a on began tea of harvest the, over and sold", False),  # out of order
        ("by Friday it was over and sold", False),  # inside, and 7 words
        ("and by Friday it was over and sold", True),  # inside, and 8 words
        ("and by Friday it was not over and sold", True),  # 8 in order
        ("and by Friday it was not over, and he", False),  # 7 in order, and not inside
        ("", False),
    ],
)
def test_a_passage_is_relevant_with_half_of_the_quote_or_eight_words_inside_it(
    text: str, relevant: bool
) -> None:
    assert matches_quote(text, DAYS) is relevant


def test_eight_words_inside_a_long_quote_are_enough_without_other_words() -> None:
    long = " ".join(f"w{i}" for i in range(100))
    assert matches_quote("w7 w8 w9 w10 w11 w12 w13 w14", long)
    assert not matches_quote("w7 w8 w9 w10 w11 w12 w13", long)
    assert not matches_quote("w7 w8 w9 w10 w11 w12 w13 w14 other", long)
    assert not matches_quote("7 w8 w9 w10 w11 w12 w13 w14", long)  # whole words
    assert matches_quote(" ".join(f"w{i} x" for i in range(0, 100, 2)), long)  # 50 of 100


@pytest.mark.parametrize(
    ("wanted", "source", "text", "relevant"),
    [
        (Quote("a.txt", DAYS, ()), "a.txt", DAYS, True),
        (Quote("a.txt", DAYS, ()), "b.txt", DAYS, False),
        (Quote(None, DAYS, ()), "b.txt", DAYS, True),
        (Quote("a.txt", DAYS, ("rain",)), "a.txt", "Much rain fell.", False),
        (Quote("a.txt", None, ("rain", "a storm")), "a.txt", "A storm came.", True),
        (Quote("a.txt", None, ("rain",)), "a.txt", "The train came.", False),
        (Quote("a.txt", None, ("rain",)), "b.txt", "Much rain fell.", False),
        (Quote(None, None, ("$240.1 billion",)), "b.txt", "It is $240.1 billion now.", True),
        (Quote("a.txt", None, ()), "a.txt", "Anything.", True),
        (Quote("a.txt", None, ()), "b.txt", "Anything.", False),
        (Entries({"a": 1}), "a", "Anything.", True),
        (Entries({"a": 1}), "b", "Anything.", False),
    ],
)
def test_a_passage_must_match_all_that_is_known_of_the_answer(
    wanted: Quote | Entries, source: str, text: str, relevant: bool
) -> None:
    assert (wanted.match(source, text) is not None) is relevant
