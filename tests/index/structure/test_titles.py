"""The title of a document."""

import pytest

from tests.index.structure.outlining import PROSE, outline_seed, outline_text


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("000", None),
        ("001", None),
        ("002", "Putin says plans to visit China next month"),
        ("003", "Putin Set to Visit Xi, to Celebrate Deepening Ties With China"),
        ("004", "Xi Jinping meets Vladimir Putin in Moscow"),
    ],
)
def test_the_title_of_a_seed_is_its_headline(number: str, title: str | None) -> None:
    assert outline_seed(number).title == title


def test_a_line_above_the_title_in_capitals_is_a_kicker() -> None:
    document = outline_text(f"FOR IMMEDIATE RELEASE\n\nRailway orders twelve trains\n\n{PROSE}")
    assert document.title == "Railway orders twelve trains"


def test_a_menu_label_is_a_title_only_if_there_is_no_other_headline() -> None:
    menu = "Menu\n\nLog in"
    assert outline_text(f"{menu}\n\nRailway orders twelve trains\n\n{PROSE}").title == (
        "Railway orders twelve trains"
    )
    assert outline_text(f"{menu}\n\n{PROSE}").title == "Menu"


def test_several_kickers_may_stand_above_the_title() -> None:
    document = outline_text(
        f"PRESS RELEASE\n\nFor immediate release\n\nNew trains for all\n\n{PROSE}"
    )
    assert document.title == "New trains for all"


@pytest.mark.parametrize(
    "title",
    [
        "INTERIM REPORT OF THE COMMISSION OF INQUIRY INTO THE LOSS OF THE FERRY",
        "THE FLOOD OF THE RIVER ISTER",
    ],
)
def test_a_long_title_in_capitals_is_no_kicker(title: str) -> None:
    assert outline_text(f"{title}\n\nChair and members of the commission\n\n{PROSE}").title == title


def test_a_poem_has_a_title_and_a_list_or_an_email_without_subject_has_none() -> None:
    assert outline_text("The Ferry\n\nWe stood upon the stair\nthe water came").title == "The Ferry"
    assert outline_text("Jane Abbott\nMark Bell\nSusan Clarke").title is None
    assert outline_text(f"From: Dana\nTo: Ivo\n\nDear Ivo,\n\n{PROSE}").title is None
