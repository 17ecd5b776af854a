"""A page while it is marked: whether it was scraped, and where its article is."""

import pytest

from tests.index.furniture.pages import ORDINARY, SCRAPED, page_of, without_signs

PROSE = "The council has approved a flood wall of 400 metres along the river."


@pytest.mark.parametrize("name", SCRAPED)
def test_a_page_with_navigation_and_forms_is_scraped(name: str) -> None:
    assert page_of(without_signs(SCRAPED[name])).is_scraped


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_text_is_not_scraped(name: str) -> None:
    assert not page_of(ORDINARY[name]).is_scraped


@pytest.mark.parametrize(
    ("text", "is_scraped"),
    [
        ("Skip to content\nType to search", True),
        ("Skip to content\nSkip to content", False),
        ("Skip to content\nHome\nNews\nSport\nWeather", True),
        ("Show more\nPost navigation\n\nExpand all\nSite map", False),
        ("Show more\nPost navigation\n\nExpand all\nSite map\nRemove ads", True),
    ],
)
def test_two_phrases_prove_a_scraped_page_if_one_is_certain_or_a_menu(
    text: str, is_scraped: bool
) -> None:
    assert page_of(text).is_scraped is is_scraped


def test_the_body_is_the_run_of_prose_and_moves_when_blocks_are_marked() -> None:
    page = page_of(f"Menu\n\nA flood wall\n\n{PROSE}\n\n{PROSE}\n\nShare\n\nWe print this {PROSE}")
    assert page.body == range(2, 6)
    page.add({2: "navigation", 3: "navigation"})
    assert page.body == range(5, 6)


def test_a_page_without_prose_has_no_body() -> None:
    assert len(page_of("Menu\n\nA flood wall").body) == 0


def test_two_lines_between_blank_lines_are_a_box() -> None:
    page = page_of("One\n\nTwo\nThree\n\nFour\nFive\nSkip to content\n")
    assert [n for n in range(5) if page.is_box(n, n + 1)] == [1, 3]
