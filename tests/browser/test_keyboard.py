"""Using the pages with the keyboard alone, with and without the shortcuts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import ask, submit
from tests.browser.addresses import QUESTION, RESULTS
from tests.browser.conftest import OpenPage


def tab_to(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Press a key until an element has the focus."""
    expect(target.first).to_be_attached()
    for _ in range(80):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            return
    expect(target).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_tab_and_enter_are_enough_to_ask_narrow_open_and_go_back(
    open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page("/", javascript=javascript)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(QUESTION)
    submit(page)
    expect(page.locator(".hit").first).to_be_visible()
    unnarrowed = page.locator("h1").inner_text()
    tab_to(page, page.get_by_role("link", name="Skip to the text"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".narrowing a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Conditions")).to_be_visible()
    tab_to(page, page.locator(".hit h2 a").first)
    page.keyboard.press("Enter")
    expect(page.locator(":target")).to_be_in_viewport()
    tab_to(page, page.get_by_role("link", name="back to the results"), key="Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="remove the condition"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(unnarrowed)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_three_keys_lead_to_the_first_passage(open_page: OpenPage, *, javascript: bool) -> None:
    page = open_page(RESULTS, javascript=javascript)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the passages")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".hit h2 a").first).to_be_focused()


def test_after_enter_the_question_has_the_focus(open_page: OpenPage) -> None:
    for is_before_results in (True, False):
        page = open_page("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type(QUESTION)
        if not is_before_results:
            expect(page).to_have_title(f"{QUESTION} · Wherein")
        submit(page)
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".hit h2 a").first).to_be_focused()
        page.reload()  # A reload does not submit a question.
        expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_arrows_move_the_focus_between_the_question_and_the_passages(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    links = page.locator(".hit h2 a")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    expect(links.nth(1)).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(links.nth(0)).to_be_focused()


def test_escape_leads_back_to_the_opened_passage(open_page: OpenPage) -> None:
    page = open_page(f"{RESULTS}&offset=10")
    link = page.locator(".hit h2 a").nth(2)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.wait_for_url("**/?q=*")
    expect(page).to_have_url(re.compile(r"&offset=10$"))
    expect(link).to_be_focused()


def test_n_and_p_step_through_a_document(open_page: OpenPage) -> None:
    page = open_page("/documents/003_026798df369138aa.txt?q=when+did+Putin+visit+China")
    number = page.locator(":target .step")
    for key, shown in (("n", "2 of"), ("n", "3 of"), ("p", "2 of")):
        page.keyboard.press(key)
        expect(number).to_contain_text(shown)
    expect(page.locator(":target")).to_be_in_viewport()


def test_the_help_can_switch_the_letter_keys_off_permanently(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    help_ = page.get_by_role("dialog", name="Help")
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    help_.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(help_).to_be_hidden()
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_letters_typed_into_the_question_are_no_shortcuts(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("n/p? what")
    expect(page.get_by_role("searchbox")).to_have_value("n/p? what")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_recent_questions_are_stored_until_the_list_is_cleared(open_page: OpenPage) -> None:
    page = open_page("/")
    recent = page.get_by_role("region", name="Recent questions")
    expect(recent).to_be_hidden()
    hostile = "Putin <img src=x onerror=alert(6)>"
    for question in (QUESTION, hostile, QUESTION):
        ask(page, question)
        page.goto("/")
    expect(recent.get_by_role("link")).to_have_text([QUESTION, hostile])
    recent.get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("searchbox")).to_have_value(QUESTION)
    page.goto("/")
    recent.get_by_role("button", name="Clear list").click()
    expect(recent).to_be_hidden()
    page.reload()
    expect(recent).to_be_hidden()


def test_unexpected_values_in_the_storage_are_ignored(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate(
        """() => {
            localStorage.setItem("wherein.questions", '{"not": "a list"}');
            localStorage.setItem("wherein.letters", "not JSON");
        }"""
    )
    page.reload()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
