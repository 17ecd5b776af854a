"""Measures the page in a browser: the time to the first paint, and the transferred bytes.

    wherein reindex seeds && python -m scripts.bench.page_load

The time is taken from the key Enter to the first paint of the results. The server is a separate
process, and the browser is Chromium without a window.
"""

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.docs.chromium import NoBrowser, find_or_install
from scripts.docs.screenshots import served

QUESTION = "when did Putin visit China"
STEPS = {
    "the search itself": "search",
    "Enter to the first byte": "responseStart",
    "Enter to the last byte": "responseEnd",
    "Enter to a document": "domContentLoadedEventEnd",
    "Enter to painted": "painted",
}
_TIMES = """() => new Promise(done => new PerformanceObserver(list => {
    const page = performance.getEntriesByType("navigation")[0].toJSON();
    const painted = list.getEntriesByName("first-contentful-paint")[0].startTime;
    done({...page, painted, search: page.serverTiming[0]?.duration ?? 0});
}).observe({type: "paint", buffered: true}))"""
_WEIGHT = """() => performance.getEntriesByType("navigation")
    .concat(performance.getEntriesByType("resource"))
    .reduce((sum, part) => sum + part.transferSize, 0)"""


def main() -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default="instance")
    parser.add_argument("--times", type=int, default=30)
    flags = parser.parse_args()
    try:
        with sync_playwright() as playwright:
            executable = find_or_install(Path(playwright.chromium.executable_path))
            with (
                served(flags.instance) as site,
                playwright.chromium.launch(executable_path=executable) as browser,
            ):
                measure(browser, site, flags.times)
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def measure(browser: Browser, site: str, times: int) -> None:
    """Print the transferred bytes, and the median and the minimum of each step."""
    for name, address in (("empty page", "/"), ("results", f"/?q={QUESTION}")):
        # Each page opens in a clean profile, with an empty cache.
        page = browser.new_page()
        page.goto(site + address)
        print(f"{name + ', transferred':32} {page.evaluate(_WEIGHT) / 1000:6.1f} kB")
        page.close()
    page = browser.new_page()
    runs = [ask(page, site) for _ in range(times)]
    print(f"{'':32} median    min")
    for name, step in STEPS.items():
        took = [run[step] for run in runs]
        print(f"{name:32} {median(took):6.1f} {min(took):6.1f} ms")


def ask(page: Page, site: str) -> dict[str, Any]:
    """Ask one question and return the times, in milliseconds from Enter on."""
    page.goto(site)
    page.get_by_role("searchbox").fill(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    times: dict[str, Any] = page.evaluate(_TIMES)
    return times


if __name__ == "__main__":
    sys.exit(main())
