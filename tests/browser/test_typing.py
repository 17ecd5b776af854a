"""Results while typing: the page shows what Enter would lead to, and nothing typed is lost."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.actions import (
    RESULTS_ADDRESS,
    announcement,
    hold_requests,
    run_timers,
    stop_time,
    submit,
    summary,
    type_question,
    wait_for_paint,
)
from tests.browser.addresses import QUESTION, RESULTS
from tests.browser.conftest import OpenPage

BEFORE_SETTLED_MS = 500
"""After this time without typing, the results are fetched but not announced."""

SETTLED_MS = 5_000
"""After this time without typing, the results are announced."""


def test_results_appear_while_typing_and_the_question_keeps_the_focus(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    type_question(page, "when did Putin")
    expect(summary(page)).to_contain_text("passages")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type(" visit China")
    expect(page).to_have_title(f"{QUESTION} · Wherein")
    expect(page).to_have_url(re.compile(re.escape(RESULTS) + "$"))
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.selectionStart, box.selectionEnd]") == [len(QUESTION)] * 2
    expect(page.locator("header")).to_have_class("top")
    # Enter leads to the same page.
    typed = page.locator("main").inner_text()
    submit(page)
    assert page.locator("main").inner_text() == typed


def test_all_typed_questions_make_one_entry_of_the_history(open_page: OpenPage) -> None:
    page = open_page("/?q=Kyodo")
    first = summary(page).inner_text()
    box = page.get_by_role("searchbox")
    for question in ("Putin in", "Putin in China", "Putin in China in 2023"):
        box.fill(question)
        expect(page).to_have_title(f"{question} · Wherein")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?q=Kyodo$"))
    expect(summary(page)).to_have_text(first)
    expect(box).to_have_value("Kyodo")
    page.go_forward()
    expect(page).to_have_title("Putin in China in 2023 · Wherein")
    expect(box).to_have_value("Putin in China in 2023")


def test_enter_after_typed_results_makes_no_second_entry(open_page: OpenPage) -> None:
    page = open_page("/")
    type_question(page, QUESTION)
    expect(page).to_have_title(f"{QUESTION} · Wherein")
    submit(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask a question in plain words")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_enter_does_not_wait_for_typed_results(open_page: OpenPage) -> None:
    page = open_page("/")
    stop_time(page)
    type_question(page, QUESTION)
    submit(page)
    expect(page).to_have_url(RESULTS_ADDRESS)
    expect(page.locator(".hit").first).to_be_visible()


def test_only_settled_results_are_announced(open_page: OpenPage) -> None:
    page = open_page("/?q=Kyodo")
    expect(announcement(page)).to_have_text(summary(page).inner_text())
    stop_time(page)
    page.evaluate(
        """() => {
            window.announced = [];
            const announcement = document.querySelector("#announcement");
            new MutationObserver(() => announced.push(announcement.textContent))
                .observe(announcement, {childList: true});
        }"""
    )
    box = page.get_by_role("searchbox")
    for question in ("Putin", "Putin in China"):
        box.fill(question)
        run_timers(page, BEFORE_SETTLED_MS)
        expect(page).to_have_title(f"{question} · Wherein")
    assert page.evaluate("announced") == []
    run_timers(page, SETTLED_MS)
    expect(announcement(page)).to_have_text(summary(page).inner_text())
    assert page.evaluate("announced") == [summary(page).inner_text()]
    # Screen readers announce nothing else on the page by themselves.
    expect(page.locator("main [role=status], main [aria-live]")).to_have_count(0)


def test_a_verdict_is_hidden_until_the_question_is_settled(open_page: OpenPage) -> None:
    page = open_page("/")
    stop_time(page)
    type_question(page, "when was Putin born")
    run_timers(page, BEFORE_SETTLED_MS)
    expect(page).to_have_title("when was Putin born · Wherein")
    verdict = page.locator("main .verdict")
    expect(verdict).to_be_attached()
    expect(verdict).to_be_hidden()
    run_timers(page, SETTLED_MS)
    expect(verdict).to_be_visible()
    # An empty question leaves the last results and their verdict.
    page.keyboard.type("?")
    run_timers(page, BEFORE_SETTLED_MS)
    expect(page).to_have_title("when was Putin born? · Wherein")
    expect(verdict).to_be_hidden()
    page.get_by_role("searchbox").fill("")
    run_timers(page, BEFORE_SETTLED_MS)
    expect(verdict).to_be_visible()


def test_the_results_of_an_earlier_question_are_not_shown(open_page: OpenPage) -> None:
    page = open_page("/")
    release = hold_requests(page, re.compile(r"q=Kyodo$"))
    box = page.get_by_role("searchbox")
    with page.expect_request(re.compile(r"q=Kyodo$")):
        box.fill("Kyodo")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("q=Kyodo")):
        box.fill("Putin in China")
    expect(page).to_have_title("Putin in China · Wherein")
    release()
    wait_for_paint(page)
    expect(page).to_have_title("Putin in China · Wherein")


def test_after_a_slow_search_the_page_waits_for_enter(open_page: OpenPage) -> None:
    page, requests = open_page("/", fast=False), []

    def answer_slowly(route: Route) -> None:
        requests.append(route.request.url)
        response = route.fetch()
        headers = {**response.headers, "server-timing": "search;dur=900.0"}
        route.fulfill(response=response, headers=headers)

    page.route(RESULTS_ADDRESS, answer_slowly)
    stop_time(page)
    box = page.get_by_role("searchbox")
    box.fill("Putin")
    run_timers(page, SETTLED_MS)
    expect(page).to_have_title("Putin · Wherein")
    box.fill("Putin in China")
    run_timers(page, SETTLED_MS)
    assert len(requests) == 1
    submit(page)
    expect(page).to_have_title("Putin in China · Wherein")


def test_typing_does_not_replace_a_document(open_page: OpenPage) -> None:
    page = open_page("/documents/003_026798df369138aa.txt?q=Putin")
    stop_time(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.get_by_role("searchbox").fill("who met Xi")
    run_timers(page, SETTLED_MS)
    assert not any("/?q=" in url for url in requests)
    submit(page)
    expect(page).to_have_title("who met Xi · Wherein")


def test_an_incomplete_question_is_explained_and_an_empty_one_changes_nothing(
    open_page: OpenPage,
) -> None:
    page, requests = open_page("/"), []
    page.on("request", lambda request: requests.append(request.url))
    stop_time(page)
    box = page.get_by_role("searchbox")
    box.fill("-Putin")
    run_timers(page, SETTLED_MS)
    expect(page.locator("main")).to_contain_text("no words to search for")
    box.fill("Kyodo -Putin")
    run_timers(page, SETTLED_MS)
    expect(page).to_have_title("Kyodo -Putin · Wherein")
    for empty in ("   ", ""):
        box.fill(empty)
        run_timers(page, SETTLED_MS)
        expect(page).to_have_title("Kyodo -Putin · Wherein")
    assert sum("/?q=" in url for url in requests) == 2


def test_results_do_not_change_after_the_focus_has_left_the_question(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    release = hold_requests(page, RESULTS_ADDRESS)
    with page.expect_request(RESULTS_ADDRESS):
        page.get_by_role("searchbox").fill("Putin in China")
    page.keyboard.press("ArrowDown")
    link = page.locator(".hit h2 a").first
    expect(link).to_be_focused()
    with page.expect_event("requestfinished"):
        release()
    wait_for_paint(page)
    expect(link).to_be_focused()
    expect(page).to_have_title(f"{QUESTION} · Wherein")


def test_a_typed_result_can_be_opened_and_returned_to(open_page: OpenPage) -> None:
    page = open_page("/")
    type_question(page, "when does his fifth term begin")
    expect(page).to_have_title("when does his fifth term begin · Wherein")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".hit h2 a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    page.keyboard.press("Escape")
    page.wait_for_url(RESULTS_ADDRESS)
    expect(second).to_be_focused()
    page.goto("/")
    recent = page.get_by_role("region", name="Recent questions")
    expect(recent.get_by_role("link")).to_have_text(["when does his fifth term begin"])


def test_typing_keeps_the_filters_and_axe_finds_no_fault(open_page: OpenPage) -> None:
    page = open_page("/?q=Putin&source=003*")
    page.get_by_role("searchbox").fill('visit "Putin will" -Kyodo')
    conditions = page.get_by_role("list", name="Conditions").get_by_role("listitem")
    expect(conditions).to_have_count(3)
    expect(page.locator(".hit").first).to_contain_text("003_")
    assert Axe().run(page).violations_count == 0
    conditions.filter(has_text="without").get_by_role("link").click()
    expect(conditions).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_have_value('visit "Putin will"')
