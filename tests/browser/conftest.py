"""The browser, the server and the index of all browser tests, and a clean profile for each test."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
    sync_playwright,
)

from scripts.docs.chromium import NoBrowser, find_or_install
from tests.browser.actions import report_fast_searches
from tests.conftest import ROOT, SEEDS, has_compiled, quiet
from tests.waiting import wait_until
from wherein.index.build import Model, build
from wherein.index.encoding.compiler import Compiler

HOSTILE_NAME = "<img src=x onerror=alert(1)>.txt"
HOSTILE_TEXT = (
    "A tale of markup\n\n"
    'The gardener wrote <script>alert(2)</script> on the gate, and <img src=x onerror="alert(3)"> '
    "below it, in letters as large as a hand.\n"
)
ARABIC_TEXT = "رحلة\n\nوصل القطار إلى المحطة في الصباح الباكر، وكان المسافرون ينتظرون على الرصيف.\n"

BALES = "The weighing of the tea\n\n" + "".join(
    f"Bale {number} was weighed twice.\n" for number in range(1, 351)
)
"""A document that is shown in two parts."""

TIMEOUT_MS = 60_000
"""The time that a page may take on a busy machine. A test that passes does not wait for it."""

expect.set_options(timeout=TIMEOUT_MS)


class OpenPage(Protocol):
    def __call__(
        self,
        address: str,
        /,
        *,
        width: int = 1280,
        dark: bool = False,
        javascript: bool = True,
        fast: bool = True,
    ) -> Page: ...


ScreenshotSaver = Callable[[Page, str], None]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        try:
            executable = find_or_install(Path(playwright.chromium.executable_path))
        except NoBrowser as error:
            pytest.fail(str(error), pytrace=False)
        browser = playwright.chromium.launch(executable_path=executable)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(
    tmp_path_factory: pytest.TempPathFactory, compiled_model: Compiler, loaded_model: Model
) -> Iterator[str]:
    """The address of a server process over the seeds and some unusual files."""
    folder = tmp_path_factory.mktemp("site") / "documents"
    shutil.copytree(SEEDS, folder)
    odd = folder / "odd"
    odd.mkdir()
    (odd / HOSTILE_NAME).write_text(HOSTILE_TEXT, encoding="utf-8")
    (odd / "arabic.txt").write_text(ARABIC_TEXT, encoding="utf-8")
    (odd / "bales.txt").write_text(BALES, encoding="utf-8")
    (odd / "scan.pdf").write_bytes(b"%PDF-1.7")
    instance = folder.parent / "instance"
    has_compiled(instance, compiled_model)
    build(folder, instance, loaded_model, quiet)
    with serving(instance) as address:
        yield address


@contextmanager
def serving(instance: Path, port: int = 0) -> Iterator[str]:
    """Serve an instance in a process of its own; give the address as soon as it answers."""
    server = subprocess.Popen(
        [sys.executable, "-m", "wherein.search.cli", "serve", "--port", str(port)],
        env={**os.environ, "WHEREIN_INSTANCE": str(instance)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    address = server.stdout.readline().split()[-1]
    try:
        _wait_until_ready(address)
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=TIMEOUT_MS / 1000)


def _wait_until_ready(address: str) -> None:
    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=TIMEOUT_MS / 1000):
                return True
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            return False

    wait_until(is_ready, f"the server at {address} is ready")


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open an address in a clean profile.

    The test fails if the page opens a dialog, raises an error, sends a request to another host or
    violates the Content-Security-Policy, which the console reports.
    """
    faults: list[str] = []
    contexts = []

    def open_address(
        address: str,
        /,
        *,
        width: int = 1280,
        dark: bool = False,
        javascript: bool = True,
        fast: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(TIMEOUT_MS)
        if fast:
            report_fast_searches(context)
        contexts.append(context)
        page = context.new_page()
        _record_faults(page, site, faults)
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert not faults


def _record_faults(page: Page, site: str, faults: list[str]) -> None:
    """Add to `faults` what a page must never do: see `open_page`."""

    def dismiss(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check_message(message: ConsoleMessage) -> None:
        # The console also reports the status 404 of a page, which is intended.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    def check_request(request: Request) -> None:
        if not request.url.startswith(site):
            faults.append(f"request to another host: {request.url}")

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("console", check_message)
    page.on("request", check_request)


@pytest.fixture(scope="session")
def save_screenshot(tmp_path_factory: pytest.TempPathFactory) -> ScreenshotSaver:
    """Save a screenshot under a name, in $WHEREIN_SCREENSHOTS or a temporary folder."""
    named = os.environ.get("WHEREIN_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")

    def save(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return save
