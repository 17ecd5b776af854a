"""Every page fits its window, is accessible, and loads fast."""

from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.actions import ask
from tests.browser.addresses import PAGES, QUESTION, RESULTS
from tests.browser.conftest import ARABIC_TEXT, OpenPage, ScreenshotSaver

WIDTHS = (320, 768, 1280)
MAX_FIRST_VIEW_BYTES = 50_000
MAX_PAINT_MS = 150


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_width_light_and_dark(
    name: str, open_page: OpenPage, save_screenshot: ScreenshotSaver
) -> None:
    page = open_page(PAGES[name])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            save_screenshot(page, f"{name}-{width}-{scheme}")
        assert overflow_px(page) == 0, width


def test_a_page_fits_at_a_zoom_of_200_percent(
    open_page: OpenPage, save_screenshot: ScreenshotSaver
) -> None:
    # At a zoom of 200%, a window of 1280 pixels is 640 CSS pixels wide.
    page = open_page(RESULTS, width=640)
    assert overflow_px(page) == 0
    save_screenshot(page, "results-zoomed")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(name: str, open_page: OpenPage) -> None:
    page = open_page(PAGES[name])
    # Folded text must be accessible too.
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_axe_finds_no_fault_in_the_help(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Help").click()
    expect(page.get_by_role("heading", name="Help")).to_be_focused()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_printed_page_has_the_text_without_controls(
    open_page: OpenPage, save_screenshot: ScreenshotSaver
) -> None:
    page = open_page(RESULTS, dark=True)
    page.emulate_media(media="print")
    for control in page.locator("input, button, nav, aside, summary").all():
        expect(control).to_be_hidden()
    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    # The colours are light even if the screen is dark.
    marked = page.locator("blockquote:not(.whole) mark").first
    expect(marked).to_have_css("background-color", "rgb(255, 240, 179)")
    # The question is printed above its passages.
    expect(page.locator("main > p").first).to_have_text(QUESTION)
    expect(page.locator("main > p").first).to_be_visible()
    save_screenshot(page, "results-print")


def test_right_to_left_text_has_its_direction(
    open_page: OpenPage, save_screenshot: ScreenshotSaver
) -> None:
    page = open_page(f"/?{urlencode({'q': ARABIC_TEXT.splitlines()[2]})}")
    passage = page.locator("blockquote").first
    expect(passage).to_contain_text("القطار")
    expect(passage).to_have_css("direction", "rtl")
    expect(page.get_by_role("searchbox")).to_have_css("direction", "rtl")
    save_screenshot(page, "results-right-to-left")


def test_a_page_does_not_scroll_smoothly(open_page: OpenPage) -> None:
    page = open_page("/")
    page.emulate_media(reduced_motion="no-preference")
    expect(page.locator("html")).to_have_css("scroll-behavior", "auto")


@pytest.mark.parametrize("name", ["start", "results"])
def test_the_first_view_loads_few_bytes(name: str, open_page: OpenPage) -> None:
    page = open_page(PAGES[name])
    # The weight includes headers. A headless browser does not load the icon.
    weight = page.evaluate(
        """async () => {
            const icon = document.querySelector("link[rel=icon]").href;
            const parts = performance.getEntriesByType("navigation")
                .concat(performance.getEntriesByType("resource"));
            return parts.reduce((sum, part) => sum + part.transferSize, 0)
                + (parts.some(part => part.name === icon) ? 0 : 1000);
        }"""
    )
    assert 2_000 < weight <= MAX_FIRST_VIEW_BYTES


@pytest.mark.perf
def test_results_are_painted_soon_after_enter(open_page: OpenPage) -> None:
    page = open_page("/")
    start, results = [], []
    for _ in range(5):
        page.goto("/")
        start.append(first_paint_ms(page))
        ask(page, QUESTION)
        results.append(first_paint_ms(page))
    # The fastest of each counts. On a slow machine, the limit grows with the start page's time.
    assert min(results) <= max(MAX_PAINT_MS, 4 * min(start)), (results, start)


def first_paint_ms(page: Page) -> float:
    """Return the time from the start of navigation to the first paint, in milliseconds."""
    milliseconds: float = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list => {
            done(list.getEntriesByName("first-contentful-paint")[0].startTime);
        }).observe({type: "paint", buffered: true}))"""
    )
    return milliseconds


def overflow_px(page: Page) -> int:
    """Return the number of pixels by which the page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
