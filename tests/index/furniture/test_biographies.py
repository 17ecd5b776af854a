"""Biographies: lines about the author below the article."""

from tests.index.furniture.pages import page_of
from wherein.index.furniture.biographies import find_biographies
from wherein.index.furniture.reasons import BIOGRAPHY

PROSE = "The council has approved a flood wall of 400 metres along the river."
LIFE = "Jo Baird is the islands correspondent and has written about the sea since 2009."


def test_a_name_above_a_sentence_about_the_persons_role_is_a_biography() -> None:
    page = page_of(f"Flood wall approved\n\n{PROSE}\n\nJo Baird\n\n{LIFE}")
    assert [*find_biographies(page)] == [(2, BIOGRAPHY), (3, BIOGRAPHY)]


def test_the_persons_below_a_heading_about_authors_are_biographies() -> None:
    page = page_of(f"Flood wall approved\n\n{PROSE}\n\nAbout the authors\n\n{LIFE}\n\n{PROSE}")
    assert [*find_biographies(page)] == [(2, BIOGRAPHY), (3, BIOGRAPHY)]


def test_the_profile_of_a_person_is_no_biography_of_an_author() -> None:
    page = page_of(f"Jo Baird\n\n{LIFE}\n\n{PROSE}")
    assert [*find_biographies(page)] == []


def test_a_sentence_about_a_person_without_a_role_is_kept() -> None:
    page = page_of(f"Flood wall approved\n\n{PROSE}\n\nJo Baird\n\nJo Baird voted against it.")
    assert [*find_biographies(page)] == []
