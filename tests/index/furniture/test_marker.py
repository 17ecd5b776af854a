"""Marking whole pages: the article's own lines are never lost, and the furniture is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SEEDS
from tests.index.furniture.pages import (
    FURNITURE,
    ORDINARY,
    SCRAPED,
    furniture_lines,
    mark_text,
    read_text,
    reasons_by_text,
    without_signs,
)
from wherein.index.documents.model import Document
from wherein.index.furniture.marker import mark
from wherein.index.furniture.reasons import EMAIL_ENDING, EMAIL_HEADER, NO_WORDS
from wherein.index.furniture.repeated_lines import count_repeated_lines, short_lines
from wherein.index.readers.plain_text import read

# The article's own lines, labelled by eye: title, deck, captions, dateline, headings and credits.
# Every other line with text is furniture.
OWN_LINES = {
    "000_a3e307c3718755e1.txt": {4, *range(7, 22, 2)},
    "001_1a1cf563412dea37.txt": {2, 5, 7, 9, 11, 16, 18, 20, 22},
    "002_3fc8f732380e3445.txt": {2, *range(5, 28, 2)},
    "003_026798df369138aa.txt": {3, 5, 7, 8, *range(11, 16, 2), *range(21, 30, 2), 32}
    | {*range(34, 47, 2), 49},
    "004_0d623141c635248b.txt": {3, 24, 27, 29, 31, 33, 35, 38, 40, 42, 44, 47, 49},
}

# Lines of furniture that the rules are known to miss, by page.
MISSED = {"recipe page": {"~How to store soft fruit"}}

# Lines of pages and lines of any signs: what a page may be put together from.
PAGE_LINES = st.sampled_from(
    [line for page in SCRAPED.values() for line in without_signs(page).split("\n")]
)
ANY_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)


def read_seeds() -> dict[str, Document]:
    return {name: read(name, (SEEDS / name).read_bytes()) for name in OWN_LINES}


@pytest.mark.parametrize("name", OWN_LINES)
@pytest.mark.parametrize("together", [True, False])
def test_the_furniture_of_a_seed_article_is_found_and_no_own_line_is_lost(
    name: str, together: bool
) -> None:
    documents = read_seeds()
    repeated_lines = count_repeated_lines(map(short_lines, documents.values()) if together else [])
    found = furniture_lines(mark(documents[name], repeated_lines))
    lines = (SEEDS / name).read_text(encoding="utf-8").split("\n")
    written = {number for number, line in enumerate(lines, start=1) if line.strip()}
    assert found == written - OWN_LINES[name]


@pytest.mark.parametrize("name", SCRAPED)
def test_the_furniture_of_a_scraped_page_is_found_and_no_own_line_is_lost(name: str) -> None:
    lines = SCRAPED[name].split("\n")
    found = furniture_lines(mark_text(without_signs(SCRAPED[name])))
    assert [lines[number - 1] for number in sorted(found)] == [
        line for line in lines if line.startswith(FURNITURE) and line not in MISSED.get(name, set())
    ]


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_text_has_no_furniture_but_the_parts_of_an_email(name: str) -> None:
    found = reasons_by_text(ORDINARY[name])
    email_parts = (EMAIL_HEADER, EMAIL_ENDING)
    assert [text for text, reason in found.items() if reason not in email_parts] == []


def test_a_sentence_that_stands_in_two_articles_is_kept_in_both() -> None:
    documents = read_seeds()
    repeated_lines = count_repeated_lines(map(short_lines, documents.values()))
    for name, line in (("000_a3e307c3718755e1.txt", 21), ("001_1a1cf563412dea37.txt", 18)):
        assert line not in furniture_lines(mark(documents[name], repeated_lines))


def test_each_block_of_furniture_has_its_reason() -> None:
    found = reasons_by_text(without_signs(SCRAPED["local news"]))
    assert found["Skip to main content"] == "navigation"
    assert found["Share this article"] == "share links"
    assert found["Log in to leave a comment"] == "comment form"
    assert found["Plans for 90 homes on former airfield turned down"] == "teaser of another story"


def test_marking_changes_nothing_but_kinds_and_reasons() -> None:
    document = read_text(without_signs(SCRAPED["blog"]))
    marked = mark(document)
    assert [(block.text, block.lines) for block in marked.blocks] == [
        (block.text, block.lines) for block in document.blocks
    ]
    assert mark(document) == marked


def test_lines_without_words_are_furniture_also_below_a_heading() -> None:
    text = "Manual\n======\n\nInstalling\n----------\n\nPress the red button.\n\n* * *\n\n42\n"
    assert reasons_by_text(text) == dict.fromkeys(("======", "----------", "* * *"), NO_WORDS)


@given(st.lists(PAGE_LINES | ANY_LINE, min_size=1, max_size=30))
def test_any_page_is_marked_without_error_and_keeps_its_texts(lines: list[str]) -> None:
    document = read_text("A line.\n" + "\n".join(lines))
    marked = mark(document, count_repeated_lines(map(short_lines, [document, document])))
    assert [block.text for block in marked.blocks] == [block.text for block in document.blocks]
    assert not any("A line." in block.text for block in marked.blocks if block.reason)
