"""Teasers of other stories: in sections, in boxes of the article and below the article."""

from tests.index.furniture.pages import page_of
from wherein.index.furniture.reasons import ACTION, TEASER
from wherein.index.furniture.teasers import (
    find_headlines_below_article,
    find_promotions,
    find_teaser_sections,
)

PROSE = "The council has approved a flood wall of 400 metres along the river."
ARTICLE = f"Flood wall approved\n\n{PROSE}\n\n{PROSE}"


def test_the_headlines_and_summaries_of_a_section_are_teasers() -> None:
    page = page_of(
        f"{ARTICLE}\n\nRelated stories\n\nBridge would cost too much\n"
        f"The bridge would cost more than the islands earn in twenty...\n\nHome\n"
    )
    page.add({3: TEASER, 6: "navigation"})
    assert [*find_teaser_sections(page)] == [(4, TEASER), (5, TEASER)]


def test_the_last_headline_of_a_section_above_prose_is_kept() -> None:
    page = page_of(
        f"{ARTICLE}\n\nRelated stories\n\nBridge would cost too much\n\nWhy it matters\n\n{PROSE}"
    )
    page.add({3: TEASER})
    assert [*find_teaser_sections(page)] == [(4, TEASER)]


def test_a_time_with_its_headline_is_a_teaser() -> None:
    page = page_of(f"{ARTICLE}\n\nMore stories\n\n3 hours ago\nSchool closed after boiler fails")
    page.add({3: TEASER})
    assert [*find_teaser_sections(page)] == [(4, TEASER), (5, TEASER)]


def test_a_headline_above_a_truncated_text_inside_the_article_is_a_teaser() -> None:
    page = page_of(f"{ARTICLE}\n\nStorm damages harbour\nThe walls of the harbour…\n\n{PROSE}")
    assert [*find_promotions(page)] == [(3, TEASER), (4, TEASER)]


def test_a_line_beside_a_call_to_action_inside_the_article_is_part_of_the_call() -> None:
    page = page_of(f"{ARTICLE}\n\nThe week in five minutes\nSubscribe\n\n{PROSE}")
    page.add({4: "sign-up form"})
    assert [*find_promotions(page)] == [(3, ACTION)]


def test_three_headlines_between_the_article_and_furniture_are_teasers() -> None:
    headlines = "Bus fares to rise in April\nSchool closed after the boiler failed\n"
    page = page_of(f"{ARTICLE}\nShare\n{headlines}Whale returned to the northern sea\nHome")
    page.add({3: "share links", 7: "navigation"})
    assert [*find_headlines_below_article(page)] == [(4, TEASER), (5, TEASER), (6, TEASER)]
    page = page_of(f"{ARTICLE}\nShare\n{headlines}Home")
    page.add({3: "share links", 6: "navigation"})
    assert [*find_headlines_below_article(page)] == []
