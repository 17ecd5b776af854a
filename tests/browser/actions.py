"""What the browser tests do with a page."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

RESULTS_ADDRESS = re.compile(r"/\?q=")

_REPORT_FAST_SEARCHES = """
    const get = Headers.prototype.get;
    Headers.prototype.get = function (name) {
        return name === "Server-Timing" ? "search;dur=1.0" : get.call(this, name);
    };
"""


def report_fast_searches(context: BrowserContext) -> None:
    """Make the pages see a short search time.

    After a slow search, a page waits for Enter. Without this, a busy machine would change what the
    pages do.
    """
    context.add_init_script(_REPORT_FAST_SEARCHES)


def submit(page: Page) -> None:
    """Press Enter and wait until the next page is loaded."""
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("Enter")


def ask(page: Page, question: str) -> None:
    """Fill in a question, press Enter and wait for the results."""
    page.get_by_role("searchbox").fill(question)
    submit(page)


def type_question(page: Page, text: str) -> None:
    """Type text letter by letter, as soon as the question has the focus."""
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(text)


def summary(page: Page) -> Locator:
    """Return the heading with the number of passages, or with what went wrong."""
    return page.locator(".summary h1")


def announcement(page: Page) -> Locator:
    """Return the text that screen readers announce."""
    return page.locator("#announcement")


def stop_time(page: Page) -> None:
    """Stop the timers of a page. They run only in `run_timers` then."""
    page.clock.install(time=0)
    page.clock.pause_at(1_000)


def run_timers(page: Page, milliseconds: int) -> None:
    """Run the timers of a page whose time is stopped, as if time had passed."""
    page.clock.run_for(milliseconds)


def hold_requests(page: Page, addresses: re.Pattern[str]) -> Callable[[], None]:
    """Hold back all requests to some addresses. Return a function that sends them."""
    held: list[Route] = []
    page.route(addresses, lambda route: held.append(route))

    def release() -> None:
        assert held
        for route in held:
            route.continue_()

    return release


def wait_for_paint(page: Page) -> None:
    """Wait until a page whose time runs has handled pending events and was painted."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
