"""What the day of publication makes of relative and incomplete dates."""

from datetime import date

import pytest

from tests.index.dates.reading import DAY, TUESDAY, edtf_by_text
from wherein.index.dates.scanner import find_dates


@pytest.mark.parametrize(
    ("text", "reference", "edtf"),
    [
        ("He visited China last October.", date(2024, 3, 19), "2023-10"),
        ("Putin plans to visit China next month", DAY, "2024-05"),
        ("They met earlier this month.", DAY, "2024-04"),
        ("It had in February this year accused", DAY, "2024-02"),
        ("He will go this May.", DAY, "2024-05"),
        ("He toured Europe this week.", TUESDAY, "2024-05-13/2024-05-19"),
        ("Talks were held last week in Geneva.", TUESDAY, "2024-05-06/2024-05-12"),
        ("He toured Europe last week.", TUESDAY, "2024-05-06/2024-05-12"),
        ("It is planned for next year.", TUESDAY, "2025"),
        ("It was two years ago.", TUESDAY, "2022"),
        ("It was 3 days ago.", TUESDAY, "2024-05-11"),
        ("He left yesterday.", TUESDAY, "2024-05-13"),
        ("He left the day before yesterday.", TUESDAY, "2024-05-12"),
        ("Call her the day after tomorrow.", TUESDAY, "2024-05-16"),
        ("It fell on 9 April last year.", TUESDAY, "2023-04-09"),
        ("It fell on April 9 last year.", TUESDAY, "2023-04-09"),
        ("It was signed on the 3rd of June this year.", TUESDAY, "2024-06-03"),
        ("It was on 29 February last year.", TUESDAY, None),
        ("in the first half of this year", TUESDAY, "2024-01/2024-06"),
        ("early last year it", TUESDAY, "2023-01/2023-04"),
        ("It snowed last winter.", TUESDAY, "2023-12/2024-02"),
        ("It was last May.", date(2024, 5, 14), "2023-05"),
        ("He said last Tuesday that", TUESDAY, "2024-05-07"),
        ("It opens next Monday.", TUESDAY, "2024-05-20"),
        ("It opens this Friday.", TUESDAY, "2024-05-17"),
        ("It opens next Friday.", TUESDAY, None),
        ("The end of the calendar is next month.", date.max, None),
        ("It began yesterday.", date.min, None),
    ],
)
def test_a_relative_expression_depends_on_the_day_of_publication(
    text: str, reference: date, edtf: str | None
) -> None:
    assert [mention.interval.edtf for mention in find_dates(text, reference)] == [edtf]
    assert [mention.interval.edtf for mention in find_dates(text)] == [None]


@pytest.mark.parametrize(
    ("text", "reference", "edtf"),
    [
        ("He is expected to visit China in May, it said.", date(2024, 3, 19), "2024-05"),
        ("Reuters reported in March that he would go.", TUESDAY, "2024-03"),
        ("RIA Novosti reported on May 14, citing", TUESDAY, "2024-05-14"),
        ("He will visit China on May 16-17.", TUESDAY, "2024-05-16/2024-05-17"),
        ("His term begins May 7.", DAY, "2024-05-07"),
        ("At a press conference on February 25", date(2023, 3, 20), "2023-02-25"),
        ("It will open on January 20.", TUESDAY, "2025-01-20"),
        ("It rose and is likely to fall in September.", TUESDAY, "2024-09"),
        ("It was opened on December 20.", date(2024, 1, 8), "2023-12-20"),
        ("It will last from December 30 to January 2.", date(2024, 12, 1), "2024-12-30/2025-01-02"),
        ("He met him on Thursday, 16 May.", date(2024, 6, 1), "2024-05-16"),
        ("He has not won since September 29.", date(2019, 4, 27), "2018-09-29"),
        ("He was born on July 4.", date(2024, 6, 15), "XXXX-07-04"),  # of which year?
        ("A fair on February 29", date(2023, 3, 1), "XXXX-02-29"),
        ("He met him on Thursday, 17 May.", date(2024, 6, 1), "XXXX-05-17"),
    ],
)
def test_a_date_without_a_year_gets_the_year_that_tense_and_distance_decide(
    text: str, reference: date, edtf: str
) -> None:
    assert [mention.interval.edtf for mention in find_dates(text, reference)] == [edtf]
    assert [(mention.interval.first, mention.interval.last) for mention in find_dates(text)] == [
        (None, None)
    ]


@pytest.mark.parametrize(
    ("text", "reference", "edtf"),
    [
        ("The Kremlin said on Tuesday that he will go.", TUESDAY, "2024-05-14"),
        ("He was quoted in his address on Thursday, Kyodo reported.", DAY, "2024-04-25"),
        ("They will hold a dinner on Tuesday.", date(2023, 3, 20), "2023-03-21"),
        ("Putin to visit China on Saturday", TUESDAY, "2024-05-18"),
        ("He will stay on Thursday and Friday.", TUESDAY, "2024-05-16/2024-05-17"),
        ("They met on Saturday and Sunday.", TUESDAY, "2024-05-11/2024-05-12"),
        ("A dinner on Tuesday", TUESDAY, None),
        ("It could be signed on Friday, it was said.", TUESDAY, None),
        ("He is here and leaves on Wednesday.", TUESDAY, None),
        ("The hearing will be held on Wednesday.", TUESDAY, "2024-05-15"),
        ("All events were cancelled until Monday.", TUESDAY, None),
        ("The road will be closed until Monday.", TUESDAY, "2024-05-20"),
    ],
)
def test_a_weekday_lies_before_or_after_publication_by_tense(
    text: str, reference: date, edtf: str | None
) -> None:
    assert [mention.interval.edtf for mention in find_dates(text, reference)] == [edtf]


def test_a_weekday_beside_a_day_has_the_same_days() -> None:
    text = "He will visit China on Thursday and Friday (May 16-17)."
    assert set(edtf_by_text(text).values()) == {"XXXX-05-16/XXXX-05-17"}
    assert set(edtf_by_text(text, TUESDAY).values()) == {"2024-05-16/2024-05-17"}


def test_a_year_named_just_before_is_inferred() -> None:
    _, days = find_dates("the National Expo (2013 in Las Vegas from May 30–June 1 and in")
    assert days.interval.edtf == "2013-05-30/2013-06-01"
    assert days.inferred == "the year named just before, 2013"


def test_a_year_of_something_else_is_not_inferred() -> None:
    assert edtf_by_text("He was born in 1950 and died on May 5.")["May 5"] == "XXXX-05-05"
