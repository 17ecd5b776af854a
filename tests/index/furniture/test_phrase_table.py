"""The table of known phrases: what a line is known as, and that the table's files are sound."""

import re

import pytest

from tests.index.furniture.pages import reasons_by_text
from wherein.index.furniture.folding import fold_line
from wherein.index.furniture.phrase_files import FOLDER, read_rows
from wherein.index.furniture.phrase_table import LONGEST_PHRASE, Phrase, Trust, find_phrase
from wherein.index.furniture.reasons import (
    ACTION,
    BIOGRAPHY,
    CITATION,
    COMMENTS,
    NAVIGATION,
    SIGN_UP,
    TEASER,
)

FILES = ("english.tsv", "other_languages.tsv")
COLUMNS = {
    "english.tsv": {"trust", "reason", "language", "phrase"},
    "other_languages.tsv": {"trust", "reason", "language", "phrase"},
    "menu_labels.tsv": {"language", "label"},
    "boilerplate.tsv": {"sign", "language", "phrase"},
}


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Skip to content", Phrase(Trust.CERTAIN, NAVIGATION)),
        ("» SKIP TO MAIN CONTENT", Phrase(Trust.CERTAIN, NAVIGATION)),
        ("[Skip to content](#main)", Phrase(Trust.CERTAIN, NAVIGATION)),
        ("Zum Inhalt springen", Phrase(Trust.LIKELY, NAVIGATION)),
        ("Related articles:", Phrase(Trust.SECTION_HEADING, TEASER)),
        ("Suche", Phrase(Trust.AMBIGUOUS, NAVIGATION)),
        ("What’s on", Phrase(Trust.MENU_LABEL, NAVIGATION)),
        ("Sport > Football", Phrase(Trust.MENU_LABEL, NAVIGATION)),
        ("Sport > The long path of a page about football", None),
        ("Skip to the end of the story", None),
        ("Type to search" + "!" * LONGEST_PHRASE, None),
    ],
)
def test_a_whole_line_is_found_in_the_table(line: str, phrase: Phrase | None) -> None:
    assert find_phrase(line) == phrase


@pytest.mark.parametrize("file", COLUMNS)
def test_each_row_of_a_table_is_complete_and_stands_once(file: str) -> None:
    rows = [tuple(row.items()) for row in read_rows(file)]
    assert len(set(rows)) == len(rows) > 10
    for row in map(dict, rows):
        assert row.keys() == COLUMNS[file]
        assert all(row.values())
        assert re.fullmatch(r"[a-z]{2}(,[a-z]{2})*", row["language"])


def test_no_table_is_forgotten() -> None:
    assert {path.name for path in FOLDER.iterdir()} == COLUMNS.keys()


def test_the_reasons_that_rules_compare_stand_in_the_table() -> None:
    reasons = {row["reason"] for file in FILES for row in read_rows(file)}
    assert reasons >= {ACTION, BIOGRAPHY, CITATION, COMMENTS, NAVIGATION, SIGN_UP, TEASER}


@pytest.mark.parametrize("file", FILES)
def test_each_phrase_is_a_pattern_of_a_folded_line(file: str) -> None:
    for row in read_rows(file):
        assert Trust(row["trust"]) is not Trust.MENU_LABEL
        assert re.compile(row["phrase"])
        letters = re.sub(r"\\.", "", row["phrase"])
        assert letters == letters.casefold(), row


def test_each_menu_label_is_a_folded_line() -> None:
    for row in read_rows("menu_labels.tsv"):
        assert fold_line(row["label"]) == row["label"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Sign up for our newsletter to get the best of the Courier every week.", "sign-up form"),
        ("Copyright 2023 The Ellery Courier. All rights reserved.", "legal notice"),
        ("© The Ellery Courier 2023. All rights reserved", "legal notice"),
        ("By signing up you agree to our terms and conditions.", SIGN_UP),
        ("1 Summary ........... 1", NAVIGATION),
        ("Copyright law of 1998 changed what papers may print.", None),
        ("Sign up for the course by 3 May.", None),
        ("By signing up he agreed to four years at sea.", None),
        ("The year was wet. . . . And then it was dry.", None),
    ],
)
def test_a_certain_phrase_is_furniture_on_any_page(line: str, reason: str | None) -> None:
    text = f"Harbour wall mended\n\nThe wall was mended in the spring of that year.\n\n{line}\n"
    assert reasons_by_text(text) == ({line: reason} if reason else {})
