"""Results while typing: the page that Enter would lead to, and nothing that is lost by it."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.addresses import QUESTION, RESULTS
from tests.browser.conftest import Keep, OpenPage, serving

ANY_RESULTS = re.compile(r"/\?q=")
SETTLED_MS = 1_000


def count(page: Page) -> Locator:
    return page.locator(".summing h1")


def said(page: Page) -> Locator:
    return page.locator("#said")


def type_into(page: Page, text: str) -> None:
    """Types into the question, once the page has put the focus there."""
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(text)


def held_back(page: Page, addresses: re.Pattern[str]) -> Callable[[], None]:
    """Holds requests back until what is returned is called."""
    held: list[Route] = []
    page.route(addresses, lambda route: held.append(route))

    def release() -> None:
        assert held
        for route in held:
            route.continue_()

    return release


def test_results_come_while_one_types_and_the_question_keeps_the_focus(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    type_into(page, "when did Putin")
    expect(count(page)).to_contain_text("passages")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type(" visit China")
    expect(page).to_have_title(f"{QUESTION} · Wherein")
    expect(page).to_have_url(re.compile(re.escape(RESULTS) + "$"))
    expect(box).to_have_value(QUESTION)
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.selectionStart, box.selectionEnd]") == [len(QUESTION)] * 2
    expect(page.locator("header")).to_have_class("top")
    # They are the server's own: those that Enter leads to.
    typed = page.locator("main").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.locator("main").inner_text() == typed


def test_what_was_typed_is_one_entry_of_the_history(open_page: OpenPage) -> None:
    page = open_page("/?q=Kyodo")
    before = count(page).inner_text()
    box = page.get_by_role("searchbox")
    for question in ("Putin in", "Putin in China", "Putin in China in 2023"):
        box.fill(question)
        expect(page).to_have_title(f"{question} · Wherein")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?q=Kyodo$"))
    expect(count(page)).to_have_text(before)
    expect(box).to_have_value("Kyodo")
    page.go_forward()
    expect(page).to_have_title("Putin in China in 2023 · Wherein")
    expect(box).to_have_value("Putin in China in 2023")


def test_enter_after_results_have_come_makes_no_second_entry(open_page: OpenPage) -> None:
    page = open_page("/")
    type_into(page, QUESTION)
    expect(page).to_have_title(f"{QUESTION} · Wherein")
    page.keyboard.press("Enter")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].name.includes('?q=')")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask in plain words")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_enter_does_not_wait_for_results_to_come(open_page: OpenPage) -> None:
    page = open_page("/")
    type_into(page, QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url(ANY_RESULTS)
    expect(page.locator(".hit").first).to_be_visible()


def test_only_settled_results_are_said(open_page: OpenPage) -> None:
    page = open_page("/?q=Kyodo")
    expect(said(page)).to_have_text(count(page).inner_text())
    page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver(() => heard.push(said.textContent))
                .observe(said, {childList: true});
        }"""
    )
    box = page.get_by_role("searchbox")
    for question in ("Putin", "Putin in China"):
        box.fill(question)
        expect(page).to_have_title(f"{question} · Wherein")
    assert page.evaluate("heard") == []
    expect(said(page)).to_have_text(count(page).inner_text(), timeout=5 * SETTLED_MS)
    assert page.evaluate("heard") == [count(page).inner_text()]
    # Nothing else on the page is read out by itself.
    expect(page.locator("main [role=status], main [aria-live]")).to_have_count(0)


def test_a_verdict_waits_until_the_question_is_settled(open_page: OpenPage) -> None:
    page = open_page("/")
    page.evaluate(
        """() => {
            window.came = [];
            const main = document.querySelector("main");
            new MutationObserver(() => {
                const verdict = main.querySelector(".verdict");
                if (verdict) came.push(getComputedStyle(verdict).visibility);
            }).observe(main, {childList: true});
        }"""
    )
    type_into(page, "when was Putin born")
    expect(page).to_have_title("when was Putin born · Wherein")
    expect(page.locator("main .verdict")).to_be_visible(timeout=5 * SETTLED_MS)
    assert set(page.evaluate("came")) == {"hidden"}
    # Who takes the question back again sees the last results as they are.
    page.keyboard.type("?")
    expect(page).to_have_title("when was Putin born? · Wherein")
    page.get_by_role("searchbox").fill("")
    expect(page.locator("main .verdict")).to_be_visible()


def test_what_comes_too_late_is_not_shown(open_page: OpenPage) -> None:
    page = open_page("/")
    release = held_back(page, re.compile(r"q=Kyodo$"))
    box = page.get_by_role("searchbox")
    with page.expect_request(re.compile(r"q=Kyodo$")):
        box.fill("Kyodo")
    box.fill("Putin in China")
    expect(page).to_have_title("Putin in China · Wherein")
    release()
    page.wait_for_timeout(300)
    expect(page).to_have_title("Putin in China · Wherein")


def test_where_searching_is_slow_it_waits_for_enter(open_page: OpenPage) -> None:
    page, asked = open_page("/"), []

    def slow(route: Route) -> None:
        asked.append(route.request.url)
        response = route.fetch()
        headers = {**response.headers, "server-timing": "search;dur=900.0"}
        route.fulfill(response=response, headers=headers)

    page.route(ANY_RESULTS, slow)
    box = page.get_by_role("searchbox")
    box.fill("Putin")
    expect(page).to_have_title("Putin · Wherein")
    box.fill("Putin in China")
    page.wait_for_timeout(500)
    assert len(asked) == 1
    page.keyboard.press("Enter")
    expect(page).to_have_title("Putin in China · Wherein")


def test_a_document_that_is_read_stays_while_one_types(open_page: OpenPage) -> None:
    page = open_page("/documents/003_026798df369138aa.txt?q=Putin")
    requests: list[str] = []
    page.on("request", lambda one: requests.append(one.url) if "/?q=" in one.url else None)
    page.get_by_role("searchbox").fill("who met Xi")
    page.wait_for_timeout(500)
    assert requests == []
    page.keyboard.press("Enter")
    expect(page).to_have_title("who met Xi · Wherein")


def test_what_is_not_a_question_yet_is_told_and_nothing_at_all_changes_nothing(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    box = page.get_by_role("searchbox")
    box.fill("-Putin")
    expect(page.locator("main")).to_contain_text("no words to look for")
    box.fill("Kyodo -Putin")
    expect(page).to_have_title("Kyodo -Putin · Wherein")
    for nothing in ("   ", ""):
        box.fill(nothing)
        page.wait_for_timeout(300)
        expect(page).to_have_title("Kyodo -Putin · Wherein")


def test_who_has_left_the_question_keeps_the_place(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    release = held_back(page, ANY_RESULTS)
    page.get_by_role("searchbox").fill("Putin in China")
    page.wait_for_timeout(300)
    page.keyboard.press("ArrowDown")
    link = page.locator(".hit h2 a").first
    expect(link).to_be_focused()
    release()
    page.wait_for_timeout(300)
    expect(link).to_be_focused()
    expect(page).to_have_title(f"{QUESTION} · Wherein")


def test_results_that_came_while_typing_are_opened_and_come_back_to(open_page: OpenPage) -> None:
    page = open_page("/")
    type_into(page, "when does his fifth term begin")
    expect(page).to_have_title("when does his fifth term begin · Wherein")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".hit h2 a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    page.keyboard.press("Escape")
    page.wait_for_url(ANY_RESULTS)
    expect(second).to_be_focused()
    page.goto("/")
    recent = page.get_by_role("region", name="Asked before")
    expect(recent.get_by_role("link")).to_have_text(["when does his fifth term begin"])


def test_narrowing_and_conditions_stay_and_axe_finds_no_fault(open_page: OpenPage) -> None:
    page = open_page("/?q=Putin&source=003*")
    page.get_by_role("searchbox").fill('visit "Putin will" -Kyodo')
    conditions = page.get_by_role("list", name="Conditions").get_by_role("listitem")
    expect(conditions).to_have_count(3)
    expect(page.locator(".hit").first).to_contain_text("003_")
    assert Axe().run(page).violations_count == 0
    conditions.filter(has_text="without").get_by_role("link").click()
    expect(conditions).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_have_value('visit "Putin will"')


def test_where_the_server_has_gone_the_results_are_told_to_be_of_the_question_before(
    browser: Browser, seed_instance: Path, keep: Keep
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        box = page.get_by_role("searchbox")
        with serving(seed_instance) as address:
            page.goto(address)
            type_into(page, "Putin in China")
            expect(page).to_have_title("Putin in China · Wherein")
            before = count(page).inner_text()
            first = page.locator(".hit").first.inner_text()
        page.keyboard.type(" in 2023")
        told = "The server does not answer. These are the results of “Putin in China”."
        expect(count(page)).to_have_text(told)
        expect(said(page)).to_have_text(told, timeout=5 * SETTLED_MS)
        assert page.locator(".hit").first.inner_text() == first
        expect(box).to_be_focused()
        expect(page).to_have_url(re.compile(r"q=Putin\+in\+China$"))
        assert Axe().run(page).violations_count == 0
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            keep(page, f"unanswered-{width}")
        # Also the question before is asked again: the page must not go on saying so.
        with serving(seed_instance, urlsplit(address).port or 0):
            box.fill("Putin in China")
            expect(count(page)).to_have_text(before)
            expect(said(page)).to_have_text(before, timeout=5 * SETTLED_MS)
            box.fill("Kyodo")
            expect(page).to_have_title("Kyodo · Wherein")


def test_on_the_first_page_it_is_told_that_the_server_has_gone(
    browser: Browser, seed_instance: Path, keep: Keep
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        with serving(seed_instance) as address:
            page.goto(address)
        type_into(page, "Putin")
        expect(page.locator(".summing")).to_have_text("The server does not answer.")
        expect(said(page)).to_have_text("The server does not answer.", timeout=5 * SETTLED_MS)
        keep(page, "unanswered-first-390")
        with serving(seed_instance, urlsplit(address).port or 0):
            page.keyboard.type(" in China")
            expect(page).to_have_title("Putin in China · Wherein")
            expect(page.locator(".notice")).to_have_count(0)


def test_an_error_of_the_server_is_no_answer(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    page.route(ANY_RESULTS, lambda route: route.fulfill(status=503, body="busy"))
    box = page.get_by_role("searchbox")
    box.fill("Kyodo")
    of_before = f"These are the results of “{QUESTION}”."
    expect(count(page)).to_have_text(f"The server could not answer this. {of_before}")
    page.unroute(ANY_RESULTS)
    page.route(ANY_RESULTS, lambda route: route.abort())
    box.fill("Kyodo New")
    told = f"The server does not answer. {of_before}"
    expect(count(page)).to_have_text(told)
    expect(said(page)).to_have_text(told, timeout=5 * SETTLED_MS)
    page.unroute(ANY_RESULTS)
    box.fill("Kyodo News")
    expect(count(page)).to_contain_text("passages")


def test_on_the_first_page_an_error_is_told_and_then_that_the_server_has_gone(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    page.route(ANY_RESULTS, lambda route: route.fulfill(status=503, body="busy"))
    type_into(page, "Kyodo")
    summing = page.locator(".summing")
    expect(summing).to_have_text("The server could not answer this.")
    page.unroute(ANY_RESULTS)
    page.route(ANY_RESULTS, lambda route: route.abort())
    page.keyboard.type(" News")
    expect(summing).to_have_text("The server does not answer.")


@pytest.mark.parametrize("fail", [Route.abort, partial(Route.fulfill, status=503, body="busy")])
def test_who_has_left_the_question_sees_no_failure(
    open_page: OpenPage, fail: Callable[[Route], None]
) -> None:
    page = open_page(RESULTS)
    before = count(page).inner_text()
    held: list[Route] = []
    page.route(ANY_RESULTS, lambda route: held.append(route))
    with page.expect_request(ANY_RESULTS):
        page.get_by_role("searchbox").fill("Putin in China")
    page.keyboard.press("ArrowDown")
    link = page.locator(".hit h2 a").first
    expect(link).to_be_focused()
    for route in held:
        fail(route)
    page.wait_for_timeout(300)
    assert held
    expect(link).to_be_focused()
    expect(count(page)).to_have_text(before)
