"""Any text: results are well formed, and time grows linearly."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.growth import LINEAR, growth_ratio
from tests.index.dates.reading import TUESDAY
from wherein.index.dates.mention import DateMention
from wherein.index.dates.scanner import find_dates
from wherein.index.dates.year_inference import infer_years


@given(st.text(max_size=200), st.none() | st.dates())
def test_every_text_is_valid(text: str, reference: date | None) -> None:
    check(text, find_dates(text, reference))


_WORDS = (
    "May March 16 17th 2024 44 BC from to and – - / , ( ) the late early mid- half of last next "
    "this week year Tuesday Thursday on in will said century 19th 1990s '90s Q3 summer Christmas "
    "ago two yesterday 0 31 February 9999 99/99/9999 2006–07 00"
)
WORDS = _WORDS.split()


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.none() | st.dates(),
)
def test_every_sequence_of_date_words_is_valid(text: str, reference: date | None) -> None:
    found = find_dates(text, reference)
    check(text, found)
    check(text, infer_years(found))


def check(text: str, found: tuple[DateMention, ...]) -> None:
    """Assert that the mentions are in order, do not overlap, and have their days in order."""
    end = 0
    for mention in found:
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        began_before_christ = (
            mention.interval.edtf is not None and mention.interval.edtf.startswith("-")
        )
        assert (mention.interval.first is None) == (
            mention.interval.last is None
        ) or began_before_christ
        assert (
            mention.interval.first is None
            or mention.interval.last is None
            or mention.interval.first <= mention.interval.last
        )
        end = mention.end


OTHER_YEARS = ("44", "BC", "19th", "1990s", "'90s", "century", "9999", "99/99/9999", "2006–07")


@given(st.lists(st.sampled_from([w for w in WORDS if w not in OTHER_YEARS])).map(" ".join))
def test_without_a_day_of_publication_only_named_years_occur(text: str) -> None:
    years = {
        day.year
        for mention in find_dates(text)
        for day in (mention.interval.first, mention.interval.last)
        if day
    }
    assert years <= ({2023, 2024, 2025} if "2024" in text else set())  # March to February 2024


SLOW = ("1 ", "May May ", "Thursday and Friday and ", "from 19 ", "from 1990 to ", "(")
SLOWER = ("1", "1,", "May 1 ", "May 5 – ", "((1990", "last ", "the late ", "on Tuesday, ", " ", "a")
WORSE = ("the second half of ", "16th to 17th ", "said in May ", "Thursday, May 16 ", "1990–")

ODD = (
    "9/9/",
    "31/12/",
    "4. 6. ",
    "12. Juni ",
    "1er mai de ",
    "2024-05-",
    "between 1 and ",
    "44 BC – ",
    "from May to ",
    "1, 2, ",
    "1st ",
)


@pytest.mark.parametrize("unit", SLOW + SLOWER + WORSE + ODD)
def test_repeated_expressions_are_well_formed(unit: str) -> None:
    text = unit * (2_000 // len(unit))
    check(text, infer_years(find_dates(text, TUESDAY)))


@pytest.mark.perf
@pytest.mark.parametrize("unit", SLOW + SLOWER + WORSE + ODD)
def test_time_grows_linearly_with_the_text(unit: str) -> None:
    def read(size: int) -> None:
        infer_years(find_dates(unit * (size // len(unit)), TUESDAY))

    assert growth_ratio(read, 20_000) < LINEAR
