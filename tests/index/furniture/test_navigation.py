"""Navigation: breadcrumbs, tables of contents, menus, and the number of comments."""

from tests.index.furniture.pages import page_of
from wherein.index.furniture.navigation import (
    find_bare_numbers,
    find_breadcrumbs,
    find_contents,
    find_menus,
)
from wherein.index.furniture.page import Marks
from wherein.index.furniture.reasons import NAVIGATION

PROSE = "The council has approved a flood wall of 400 metres along the river."


def blocks(marks: Marks) -> list[int]:
    numbers, reasons = zip(*marks, strict=True)
    assert set(reasons) == {NAVIGATION}
    return [*numbers]


def test_a_path_that_ends_with_the_title_is_navigation() -> None:
    page = page_of("HomeCouncilFlood wall gets approval\nFlood wall gets approval\n\n" + PROSE)
    assert blocks(find_breadcrumbs(page)) == [0]
    page = page_of(f"Home > Flood wall gets approval\nFlood wall gets approval\n\n{PROSE}")
    assert blocks(find_breadcrumbs(page)) == [0]


def test_a_longer_headline_that_ends_with_the_title_is_kept() -> None:
    page = page_of(f"How the flood wall gets approval\nflood wall gets approval\n\n{PROSE}")
    assert [*find_breadcrumbs(page)] == []


def test_the_lines_of_a_table_of_contents_are_navigation_and_the_headings_are_kept() -> None:
    page = page_of(f"Contents\nThe wall\nThe cost\n\nThe wall\n\n{PROSE}\n\nThe cost\n\n{PROSE}")
    assert blocks(find_contents(page)) == [1, 2]


def test_an_unknown_label_inside_a_menu_is_navigation() -> None:
    page = page_of(f"Home\nMenu\nTides\nSign in\n\nFlood wall approved\n\n{PROSE}")
    assert blocks(find_menus(page)) == [0, 1, 2]


def test_a_list_with_few_known_labels_is_no_menu() -> None:
    page = page_of(f"Home\nAnna Beck\nLi Wen\nTom Oduya\nSign in\n\nThe winners\n\n{PROSE}")
    assert [*find_menus(page)] == []


def test_a_number_beside_a_caption_or_at_the_edge_of_a_page_is_navigation() -> None:
    page = page_of(f"{PROSE}\n\n7\n\nThe wall in May. Photo: Lin Marsh\n\n{PROSE}\n\n12")
    assert blocks(find_bare_numbers(page)) == [1, 4]


def test_a_number_between_paragraphs_is_kept() -> None:
    assert [*find_bare_numbers(page_of(f"{PROSE}\n\n7\n\n{PROSE}"))] == []
