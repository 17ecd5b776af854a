"""Asking, opening, stepping, narrowing and paging, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import ask
from tests.browser.addresses import PAGES, RESULTS
from tests.browser.conftest import OpenPage

with_and_without = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@with_and_without
def test_a_hit_opens_its_document_at_the_passage_and_leads_back(
    open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page("/", javascript=javascript)
    ask(page, "when does his fifth term begin")
    first = page.locator(".hit").first
    expect(first.locator("mark").first).to_contain_text("his fifth term in office begins")
    first.locator("h2 a").click()
    target = page.locator(":target")
    expect(target).to_contain_text("his fifth term in office begins")
    expect(target).to_be_in_viewport()
    page.get_by_role("link", name="back to the results").click()
    expect(page.locator(".hit").first.locator("mark").first).to_contain_text("fifth term")
    expect(page.get_by_role("searchbox")).to_have_value("when does his fifth term begin")


@with_and_without
def test_paging_forward_and_back(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page("/?q=Putin+in+China", javascript=javascript)
    first = page.locator(".hit h2").first.inner_text()
    page.get_by_role("link", name="more passages").click()
    expect(page.locator(".hit").first).to_have_attribute("value", "11")
    page.get_by_role("link", name="previous passages").click()
    expect(page.locator(".hit").first).to_have_attribute("value", "1")
    page.go_back()
    expect(page.locator(".hit").first).to_have_attribute("value", "11")
    page.go_back()
    expect(page.locator(".hit h2").first).to_have_text(first)


@with_and_without
def test_a_condition_can_be_removed(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page(f"{RESULTS}&source=003*&date_to=2030", javascript=javascript)
    conditions = page.get_by_role("list", name="Conditions")
    expect(conditions.get_by_role("listitem")).to_have_count(2)
    conditions.get_by_role("link", name="remove the condition only in").click()
    expect(conditions.get_by_role("listitem")).to_have_count(1)
    conditions.get_by_role("link", name="remove").click()
    expect(conditions).to_have_count(0)
    page.go_back()
    expect(conditions.get_by_role("listitem")).to_have_count(1)


@with_and_without
def test_a_listed_date_narrows_the_results_to_it(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page(RESULTS, javascript=javascript)
    page.get_by_text("Dates as a list").click()
    page.get_by_role("link", name="only this date 16–17 May 2024").click()
    conditions = page.get_by_role("list", name="Conditions")
    expect(conditions).to_contain_text("16 May 2024")
    for hit in page.locator(".hit").all():
        expect(hit).to_contain_text("May")


@with_and_without
def test_a_mark_of_the_chart_narrows_the_results_to_its_days(
    open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page(RESULTS, javascript=javascript)
    marks = page.locator(".timeline svg a")
    expect(marks.nth(8)).to_be_visible()
    marks.filter(has=page.locator("title", has_text="25 April 2024")).click()
    conditions = page.get_by_role("list", name="Conditions")
    expect(conditions).to_contain_text("with a date from 25 April 2024")
    expect(page.locator("h1")).to_contain_text("2 passages")
    page.go_back()
    expect(conditions).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
@with_and_without
def test_a_narrowing_link_leaves_as_many_hits_as_it_says(
    open_page: OpenPage, width: int, *, javascript: bool
) -> None:
    page = open_page("/?q=Putin+in+China", width=width, javascript=javascript)
    aside = page.get_by_role("complementary", name="Narrow")
    if width == 320:
        aside.get_by_text("Narrow by file or date").click()
    choice = aside.get_by_role("listitem").filter(has_text="Putin says plans to visit")
    count = choice.locator(".number").inner_text()
    choice.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(f"{count} passages")
    for hit in page.locator(".hit").all():
        expect(hit).to_contain_text("002_3fc8f732380e3445.txt")
    page.go_back()
    expect(page.locator("h1")).not_to_contain_text(f"{count} passages")


@with_and_without
def test_links_step_through_the_found_passages_of_a_document(
    open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page(RESULTS, javascript=javascript)
    page.locator(".hit h2 a").first.click()
    target = page.locator(":target")
    # `count` does not wait for the page, so the test waits first.
    expect(target).to_be_in_viewport()
    steps = 0
    while target.get_by_role("link", name="next").count():
        previous = re.compile(re.escape(page.url) + "$")
        target.get_by_role("link", name="next").click()
        expect(page).not_to_have_url(previous)
        expect(target).to_be_in_viewport()
        expect(target.locator("mark").first).to_be_visible()
        steps += 1
    assert steps > 0


@with_and_without
def test_a_long_document_opens_the_part_with_the_passage(
    open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page("/?q=%22Bale+340%22", javascript=javascript)
    page.locator(".hit h2 a").first.click()
    expect(page.locator(":target")).to_contain_text("Bale 340 was weighed")
    expect(page.locator(":target")).to_be_in_viewport()
    parts = page.get_by_role("navigation", name="Parts of this document").first
    expect(parts).to_contain_text("of 352")
    parts.get_by_role("link", name="earlier part").click()
    expect(page.get_by_text("Bale 1 was weighed twice.")).to_be_visible()
    page.get_by_role("link", name="back to the results").click()
    expect(page).to_have_url(re.compile(r"\?q=%22Bale\+340%22$"))


def test_the_address_of_a_line_opens_the_part_that_contains_it(open_page: OpenPage) -> None:
    page = open_page("/documents/odd/bales.txt#L342")
    expect(page.locator(":target")).to_contain_text("Bale 340 was weighed")
    page.goto("/documents/odd/bales.txt#L9999")
    expect(page.get_by_text("Bale 350 was weighed twice.")).to_be_visible()


def test_the_explanation_of_a_score_unfolds(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    first = page.locator(".hit").first
    expect(first.get_by_role("img")).not_to_be_visible()
    first.get_by_text("Why this result?").click()
    expect(first.get_by_role("img", name="Score ")).to_be_visible()
    expect(first).to_contain_text("Putin")
    parts = first.locator(".bar rect:not(.ground)")
    ends = [parts.nth(i).bounding_box() for i in range(2)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert abs(ends[0]["x"] + ends[0]["width"] - ends[1]["x"]) < 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none", "Nothing in the documents answers this question"),
        ("nothing", "Nothing in the documents matches this question"),
    ],
)
def test_the_page_says_above_the_closest_passages_that_nothing_answers(
    open_page: OpenPage, name: str, says: str
) -> None:
    page = open_page(PAGES[name])
    expect(page.locator("h1")).to_have_text(says)
    assert (page.locator(".hit").count() > 0) == (name == "none")
