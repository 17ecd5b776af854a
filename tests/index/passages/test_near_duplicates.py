"""Which passages are duplicates: pairs labelled by hand, and the edges of the rule.

The pairs are in labelled_repeats.jsonl. They were written for this test, as news and encyclopaedia
text. `written` says when, so that each group has its own recall, as in docs/quality.md.
"""

import json
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA
from tests.growth import LINEAR, growth_ratio
from wherein.index.dates.scanner import find_dates_in_passages
from wherein.index.passages.near_duplicates import NearDuplicates, duplicate_key, normalize

LABELLED = [
    json.loads(line)
    for line in (DATA / "labelled_repeats.jsonl").read_text(encoding="utf-8").splitlines()
]
TUESDAY = date(2024, 5, 14)


Text = str | tuple[str, date]
"""A text, with or without its day of publication."""


def originals(*texts: Text) -> list[int]:
    """The number of each text's original, which is its own number where there is none."""
    duplicates = NearDuplicates()
    found = []
    for number, given_text in enumerate(texts):
        text, published = (given_text, None) if isinstance(given_text, str) else given_text
        (mentions,) = find_dates_in_passages([text], published)
        days = [None if mention.interval.is_open else mention.interval.edtf for mention in mentions]
        found.append(duplicates.find_original(number, duplicate_key(text, mentions), days))
    return found


def _are_duplicates(pair: dict[str, Any]) -> bool:
    days = [day and date.fromisoformat(day) for day in pair.get("published", (None, None))]
    texts = [(text, day) if day else text for text, day in zip(pair["texts"], days, strict=True)]
    forward, backward = originals(*texts), originals(*reversed(texts))
    assert forward == backward
    return forward == [0, 0]


@pytest.mark.parametrize(
    ("written", "least", "total"),
    [
        ("before the rule", 7, 20),
        ("after the rule", 3, 16),
        ("after the revision", 2, 10),
        ("after a review", 1, 2),
    ],
)
def test_the_same_news_in_another_style_is_found(written: str, least: int, total: int) -> None:
    same = [pair for pair in LABELLED if pair["same"] and pair["written"] == written]
    assert len(same) == total
    assert sum(map(_are_duplicates, same)) >= least


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, id=pair["what"]) for pair in LABELLED if not pair["same"]]
)
def test_passages_that_report_different_facts_are_not_duplicates(pair: dict[str, Any]) -> None:
    assert not _are_duplicates(pair)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The fair won't open; the tent isn’t up.", "Fair will not open. The tent is not up!"),
        ("The mayor — a teacher — resigned.", "The mayor, a teacher, resigned."),
        ("The U.S. team met AT&T & others.", "The US team met AT&T and others."),
        ("It cost “1,250,000” in May 2024.", "It cost 1250000 May 2024"),
        ("Ministers meet on May 16-17 in Lisbon.", "Ministers meet 16–17 May in Lisbon."),
        ("The Erdoğan-era law on well-known firms.", "The Erdogan era law on well known firms."),
    ],
)
def test_spelling_punctuation_and_hyphens_do_not_matter(first: str, second: str) -> None:
    assert originals(first, second) == [0, 0]


@pytest.mark.parametrize(
    "texts",
    [
        ["It fell 2.5 points.", "It fell 25 points.", "It fell 2 5 points.", "It fell 2:5 points."],
        ["It fell .5 points.", "It fell 5 points.", "It fell $5 points.", "It fell -5 points."],
        ["It holds for p < 5.", "It holds for p > 5.", "It holds for p 5.", "It holds for p 5%."],
        ["It made (5) million.", "It made 5 million.", "It made ($5) million."],
        ["It is 5' wide.", 'It is 5" wide.', "It is 5 wide."],
        ["It is 2*3 wide.", "It is 2 3 wide.", "It is 2**3 wide."],
        ["He has hepatitis A now.", "He has hepatitis now.", "He has a hepatitis now."],
        ["Shops shut on Thursday, May 16.", "Shops shut on Friday, May 16.", "Shops shut May 16."],
        ["He let us go.", "He let the US go.", "He let's go."],
        ["कि", "की", "क"],
    ],
)
def test_numbers_signs_letters_and_weekdays_matter(texts: list[str]) -> None:
    assert originals(*texts) == list(range(len(texts)))


def test_equal_texts_in_any_alphabet_are_duplicates() -> None:
    assert originals("Чай.", "***", "Чай.", "чай.", "---", "***") == [0, 1, 0, 0, 4, 1]


def test_accents_matter_where_the_text_is_not_english() -> None:
    assert originals("Er fordert den Ausbau.", "Er fördert den Ausbau.") == [0, 1]


@given(st.text())
def test_normalizing_is_idempotent(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert normalize(f" {text} ") == once


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_is_a_duplicate_of_itself(text: str) -> None:
    assert originals(text, text, f" {text}\u00a0") == [0, 0, 0]


# ---- dates that only one of two passages knows

OPEN = "The bank in Basel was closed on Friday."
AS_OF_17_MAY = ("The bank in Basel was closed Friday.", date(2024, 5, 18))
AS_OF_24_MAY = ("The Bank in Basel was closed on Friday.", date(2024, 5, 25))


def test_an_open_date_matches_the_first_passage_with_the_same_words() -> None:
    assert originals(AS_OF_17_MAY, OPEN) == [0, 0]
    assert originals(AS_OF_17_MAY, AS_OF_24_MAY, OPEN) == [0, 1, 0]


def test_a_passage_with_an_open_date_never_joins_two_different_days() -> None:
    texts: list[Text] = [OPEN, AS_OF_17_MAY, AS_OF_24_MAY]
    for order in permutations(texts):
        found = dict(zip(order, originals(*order), strict=True))
        assert found[AS_OF_17_MAY] != found[AS_OF_24_MAY]
        assert found[OPEN] in (found[AS_OF_17_MAY], found[AS_OF_24_MAY])


def test_an_open_year_becomes_the_first_year_that_is_known() -> None:
    text = "The fair will open May 17 in the old port."
    this_year, last_year = (text, date(2024, 5, 14)), (text, date(2023, 5, 14))
    assert originals(text, this_year, last_year) == [0, 0, 2]
    assert originals(last_year, text, this_year) == [0, 0, 2]


def test_a_date_matches_by_its_day_and_by_how_it_reads() -> None:
    on_friday = ("The fair will open on Friday in the old port.", TUESDAY)
    assert originals(on_friday, ("The fair will open May 17 in the old port.", TUESDAY)) == [0, 1]
    may = ("The fair will open 17 May in the old port.", TUESDAY)
    assert originals(may, ("The fair will open May 17 in the old port.", TUESDAY)) == [0, 0]
    a_year_on = date(2025, 5, 14)
    assert originals(may, ("The fair will open May 17 in the old port.", a_year_on)) == [0, 1]


def _find_originals_on_different_days(count: int) -> list[int]:
    days = (TUESDAY + timedelta(weeks=week) for week in range(count))
    return originals(*(("It rained on Friday in Bern.", day) for day in days))


def test_the_same_sentence_on_different_days_is_not_a_duplicate() -> None:
    assert _find_originals_on_different_days(100) == [*range(100)]


@pytest.mark.perf
def test_the_same_sentence_on_many_days_takes_linear_time() -> None:
    """Comparing each passage with all previous ones would take quadratic time."""
    assert growth_ratio(_find_originals_on_different_days, 1000) < LINEAR
