"""Typing while the server fails or is gone: the page says so and keeps the previous results."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, expect

from tests.browser.actions import (
    RESULTS_ADDRESS,
    announcement,
    report_fast_searches,
    summary,
    type_question,
    wait_for_paint,
)
from tests.browser.addresses import QUESTION, RESULTS
from tests.browser.conftest import OpenPage, ScreenshotSaver, serving

NO_ANSWER = "The server does not answer."
FAILED = "The server could not answer this question."

answer_503 = partial(Route.fulfill, status=503, body="busy")


def test_if_the_server_is_gone_the_page_names_the_question_of_its_results(
    browser: Browser, seed_instance: Path, save_screenshot: ScreenshotSaver
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        report_fast_searches(context)
        page = context.new_page()
        box = page.get_by_role("searchbox")
        with serving(seed_instance) as address:
            page.goto(address)
            type_question(page, "Putin in China")
            expect(page).to_have_title("Putin in China · Wherein")
            previous = summary(page).inner_text()
            first = page.locator(".hit").first.inner_text()
        page.keyboard.type(" in 2023")
        message = f"{NO_ANSWER} These are the results of “Putin in China”."
        expect(summary(page)).to_have_text(message)
        expect(announcement(page)).to_have_text(message)
        assert page.locator(".hit").first.inner_text() == first
        expect(box).to_be_focused()
        expect(page).to_have_url(re.compile(r"q=Putin\+in\+China$"))
        assert Axe().run(page).violations_count == 0
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            save_screenshot(page, f"unanswered-{width}")
        # The previous question is searched again too, so that the message goes away.
        with serving(seed_instance, urlsplit(address).port or 0):
            box.fill("Putin in China")
            expect(summary(page)).to_have_text(previous)
            expect(announcement(page)).to_have_text(previous)
            box.fill("Kyodo")
            expect(page).to_have_title("Kyodo · Wherein")


def test_the_start_page_says_that_the_server_is_gone(
    browser: Browser, seed_instance: Path, save_screenshot: ScreenshotSaver
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        report_fast_searches(context)
        page = context.new_page()
        with serving(seed_instance) as address:
            page.goto(address)
        type_question(page, "Putin")
        expect(page.locator(".summary")).to_have_text(NO_ANSWER)
        expect(announcement(page)).to_have_text(NO_ANSWER)
        save_screenshot(page, "unanswered-first-390")
        with serving(seed_instance, urlsplit(address).port or 0):
            page.keyboard.type(" in China")
            expect(page).to_have_title("Putin in China · Wherein")
            expect(page.locator(".notice")).to_have_count(0)


def test_an_error_of_the_server_is_shown_with_the_previous_question(open_page: OpenPage) -> None:
    page = open_page(RESULTS)
    page.route(RESULTS_ADDRESS, answer_503)
    box = page.get_by_role("searchbox")
    box.fill("Kyodo")
    previous = f"These are the results of “{QUESTION}”."
    expect(summary(page)).to_have_text(f"{FAILED} {previous}")
    page.unroute(RESULTS_ADDRESS)
    page.route(RESULTS_ADDRESS, lambda route: route.abort())
    box.fill("Kyodo New")
    expect(summary(page)).to_have_text(f"{NO_ANSWER} {previous}")
    expect(announcement(page)).to_have_text(f"{NO_ANSWER} {previous}")
    page.unroute(RESULTS_ADDRESS)
    box.fill("Kyodo News")
    expect(summary(page)).to_contain_text("passages")


def test_the_start_page_shows_the_latest_failure(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route(RESULTS_ADDRESS, answer_503)
    type_question(page, "Kyodo")
    expect(page.locator(".summary")).to_have_text(FAILED)
    page.unroute(RESULTS_ADDRESS)
    page.route(RESULTS_ADDRESS, lambda route: route.abort())
    page.keyboard.type(" News")
    expect(page.locator(".summary")).to_have_text(NO_ANSWER)


@pytest.mark.parametrize(
    ("fail", "event"), [(Route.abort, "requestfailed"), (answer_503, "requestfinished")]
)
def test_a_failure_is_not_shown_after_the_focus_has_left_the_question(
    open_page: OpenPage, fail: Callable[[Route], None], event: str
) -> None:
    page = open_page(RESULTS)
    previous = summary(page).inner_text()
    held: list[Route] = []
    page.route(RESULTS_ADDRESS, lambda route: held.append(route))
    with page.expect_request(RESULTS_ADDRESS):
        page.get_by_role("searchbox").fill("Putin in China")
    page.keyboard.press("ArrowDown")
    link = page.locator(".hit h2 a").first
    expect(link).to_be_focused()
    with page.expect_event(event):
        for route in held:
            fail(route)
    wait_for_paint(page)
    assert held
    expect(link).to_be_focused()
    expect(summary(page)).to_have_text(previous)
