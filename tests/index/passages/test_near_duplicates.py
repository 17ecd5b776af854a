"""What is told twice, and what only looks like it: pairs labelled by hand, and the rule's edges.

The pairs are in labelled_repeats.jsonl: news and encyclopaedia, made up for this. `written` says
when, so that each part of them has its own recall, as in docs/quality.md.
"""

import json
import time
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA
from wherein.index.dates.scanner import in_passages
from wherein.index.passages.near_duplicates import NearDuplicates, form_of, normalised

LABELLED = [
    json.loads(line)
    for line in (DATA / "labelled_repeats.jsonl").read_text(encoding="utf-8").splitlines()
]
TUESDAY = date(2024, 5, 14)


Told = str | tuple[str, date]
"""A text, or one with its day of publication."""


def firsts(*told: Told) -> list[int]:
    """For each text the number of the one that it repeats, its own where it repeats none."""
    duplicates = NearDuplicates()
    found = []
    for number, one in enumerate(told):
        text, published = (one, None) if isinstance(one, str) else one
        (mentions,) = in_passages([text], published)
        days = [None if one.when is None or one.when.is_open else one.edtf for one in mentions]
        found.append(duplicates.first(number, form_of(text, mentions), days))
    return found


def _collapses(pair: dict[str, Any]) -> bool:
    days = [day and date.fromisoformat(day) for day in pair.get("published", (None, None))]
    told = [(text, day) if day else text for text, day in zip(pair["texts"], days, strict=True)]
    one_way, other_way = firsts(*told), firsts(*reversed(told))
    assert one_way == other_way
    return one_way == [0, 0]


@pytest.mark.parametrize(
    ("written", "found", "of"),
    [
        ("before the rule", 7, 20),
        ("after it", 3, 16),
        ("after its mending", 2, 10),
        ("after a review", 1, 2),
    ],
)
def test_the_same_news_in_other_writing_is_found(written: str, found: int, of: int) -> None:
    same = [pair for pair in LABELLED if pair["same"] and pair["written"] == written]
    assert len(same) == of
    assert sum(map(_collapses, same)) >= found


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, id=pair["what"]) for pair in LABELLED if not pair["same"]]
)
def test_what_says_something_else_stands_by_itself(pair: dict[str, Any]) -> None:
    assert not _collapses(pair)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The fair won't open; the tent isn’t up.", "Fair will not open. The tent is not up!"),
        ("The mayor — a teacher — resigned.", "The mayor, a teacher, resigned."),
        ("The U.S. team met AT&T & others.", "The US team met AT&T and others."),
        ("It cost “1,250,000” in May 2024.", "It cost 1250000 May 2024"),
        ("Ministers meet on May 16-17 in Lisbon.", "Ministers meet 16–17 May in Lisbon."),
        ("The Erdoğan-era law on well-known firms.", "The Erdogan era law on well known firms."),
    ],
)
def test_the_same_in_other_writing(one: str, other: str) -> None:
    assert firsts(one, other) == [0, 0]


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
def test_signs_letters_and_weekdays_count(texts: list[str]) -> None:
    assert firsts(*texts) == list(range(len(texts)))


def test_an_exact_repeat_needs_no_words_that_are_known() -> None:
    assert firsts("Чай.", "***", "Чай.", "чай.", "---", "***") == [0, 1, 0, 0, 4, 1]


def test_accents_tell_words_apart_where_the_text_is_not_english() -> None:
    assert firsts("Er fordert den Ausbau.", "Er fördert den Ausbau.") == [0, 1]


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert normalised(f" {text} ") == once


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_repeats_itself(text: str) -> None:
    assert firsts(text, text, f" {text}\u00a0") == [0, 0, 0]


# ---- dates that only one of them knows

OPEN = "The bank in Basel was closed on Friday."
AS_OF_17_MAY = ("The bank in Basel was closed Friday.", date(2024, 5, 18))
AS_OF_24_MAY = ("The Bank in Basel was closed on Friday.", date(2024, 5, 25))


def test_an_open_date_is_that_of_the_first_who_writes_it_so() -> None:
    assert firsts(AS_OF_17_MAY, OPEN) == [0, 0]
    assert firsts(AS_OF_17_MAY, AS_OF_24_MAY, OPEN) == [0, 1, 0]


def test_two_days_never_become_one_because_a_third_passage_leaves_its_day_open() -> None:
    told: list[Told] = [OPEN, AS_OF_17_MAY, AS_OF_24_MAY]
    for order in permutations(told):
        found = dict(zip(order, firsts(*order), strict=True))
        assert found[AS_OF_17_MAY] != found[AS_OF_24_MAY]
        assert found[OPEN] in (found[AS_OF_17_MAY], found[AS_OF_24_MAY])


def test_an_open_year_is_that_of_the_first_who_tells_it() -> None:
    text = "The fair will open May 17 in the old port."
    this_year, last_year = (text, date(2024, 5, 14)), (text, date(2023, 5, 14))
    assert firsts(text, this_year, last_year) == [0, 0, 2]
    assert firsts(last_year, text, this_year) == [0, 0, 2]


def test_a_date_counts_by_its_day_and_by_how_it_reads() -> None:
    on_friday = ("The fair will open on Friday in the old port.", TUESDAY)
    assert firsts(on_friday, ("The fair will open May 17 in the old port.", TUESDAY)) == [0, 1]
    may = ("The fair will open 17 May in the old port.", TUESDAY)
    assert firsts(may, ("The fair will open May 17 in the old port.", TUESDAY)) == [0, 0]
    a_year_on = date(2025, 5, 14)
    assert firsts(may, ("The fair will open May 17 in the old port.", a_year_on)) == [0, 1]


def test_texts_that_nobody_wrote_twice_take_linear_time() -> None:
    """The same sentence under ever another day would be quadratic if each were compared."""

    def seconds(count: int) -> float:
        days = [TUESDAY + timedelta(weeks=i) for i in range(count)]
        started = time.process_time()
        assert len(set(firsts(*(("It rained on Friday in Bern.", day) for day in days)))) == count
        return time.process_time() - started

    seconds(500)
    assert min(seconds(4000) for _ in range(2)) < 16 * min(seconds(500) for _ in range(3))
