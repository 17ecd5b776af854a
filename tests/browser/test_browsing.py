"""A reader's way: ask, open, step, go back, narrow, page through; each also without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.addresses import QUESTION, RESULTS
from browser.conftest import OpenPage

with_and_without = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


def ask(page: Page, question: str) -> None:
    page.get_by_role("searchbox").fill(question)
    page.keyboard.press("Enter")


@with_and_without
def test_ask_open_at_the_passage_and_go_back(open_page: OpenPage, *, javascript: bool) -> None:
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
def test_page_through_and_come_back(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page("/?q=Putin+in+China", javascript=javascript)
    first = page.locator(".hit h2").first.inner_text()
    page.get_by_role("link", name="more passages").click()
    expect(page.locator(".hit").first).to_have_attribute("value", "11")
    page.get_by_role("link", name="better passages").click()
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
    conditions.get_by_role("link", name="remove : only in").click()
    expect(conditions.get_by_role("listitem")).to_have_count(1)
    conditions.get_by_role("link", name="remove").click()
    expect(conditions).to_have_count(0)
    page.go_back()
    expect(conditions.get_by_role("listitem")).to_have_count(1)


@with_and_without
def test_a_date_of_the_timeline_narrows_to_it(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page(RESULTS, javascript=javascript)
    page.get_by_role("link", name="only then : 16–17 May 2024").click()
    conditions = page.get_by_role("list", name="Conditions")
    expect(conditions).to_contain_text("16 May 2024")
    for hit in page.locator(".hit").all():
        expect(hit).to_contain_text("May")


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the text")).to_be_focused()
    page.keyboard.press("Enter")
    hit = page.locator(".hit h2 a").first
    for _ in range(80):
        page.keyboard.press("Tab")
        if hit.evaluate("link => link === document.activeElement"):
            break
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(":target")).to_be_in_viewport()
    page.go_back()  # Alt and the left arrow, which a browser without a window does not take
    expect(page).to_have_url(re.compile(r"/\?q=when\+did\+Putin\+visit\+China(#main)?$"))
    expect(hit).to_be_visible()
