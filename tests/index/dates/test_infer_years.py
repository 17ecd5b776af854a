"""Years that are inferred in a document without a day of publication."""

import pytest

from wherein.index.dates.scanner import find_dates
from wherein.index.dates.year_inference import infer_years

VISIT = "Putin will visit China on Thursday and Friday (May 16-17). He met Xi in March 2023."
MORE = " Reuters reported in March that he would. He will stay on May 16-17, not May 18."


def inferred(text: str) -> list[str]:
    return [
        f"{mention.interval.edtf}: {mention.inferred}"
        for mention in infer_years(find_dates(text))
        if mention.inferred
    ]


def test_a_weekday_with_its_day_and_the_latest_year_decide_the_year() -> None:
    why = "2024-05-16/2024-05-17: Thursday = 16 May and the latest year named, 2023"
    assert inferred(VISIT + MORE) == [why] * 3  # and neither March nor May 18


@pytest.mark.parametrize(
    "text",
    [
        "Putin will visit China on May 14. He met Xi in March 2023.",  # no weekday
        "Putin will visit China on Thursday, May 16.",  # no year
        "Putin will visit China on Thursday, May 16. He met Xi in March 2021.",  # 2024 is too far
        VISIT + " He will be in Rome on Thursday, May 15.",  # another year's
        VISIT + " The report of June 2025",  # a later article
        "He died in 1950. On Thursday, May 16, he was ill. It was sold in 2023.",  # a history
        VISIT.replace("met Xi in March 2023", "will hold an Expo in 2023"),  # a plan
    ],
)
def test_without_agreement_the_year_stays_open(text: str) -> None:
    assert inferred(text) == []
