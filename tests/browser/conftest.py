"""One browser, one server and one index for all the browser tests; a clean page for each."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from scripts.docs.chromium import NoBrowser, find_or_install
from tests.conftest import SEEDS, has_compiled, quiet
from wherein.index.build import Model, build
from wherein.index.encoding.compiler import Compiler

ROOT = SEEDS.parent

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
"""A document in two parts."""


class OpenPage(Protocol):
    def __call__(
        self, address: str, /, *, width: int = 1280, dark: bool = False, javascript: bool = True
    ) -> Page: ...


Keep = Callable[[Page, str], None]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
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
    """The address of a server, a process of its own, over the seeds and some odd files."""
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
    """The address of a server, a process of its own, over an instance, once it answers."""
    server = subprocess.Popen(
        [sys.executable, "-m", "wherein.search.cli", "serve", "--port", str(port)],
        env={**os.environ, "WHEREIN_INSTANCE": str(instance)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    address = server.stdout.readline().split()[-1]
    _wait_until_ready(address)
    yield address
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=10)


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=10):
                return
        except urllib.error.HTTPError as error:
            if error.code != 503 or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Opens an address in a clean profile.

    Whatever a page must never do fails the test: open a dialog, raise an error, break the
    Content-Security-Policy (which the console is told), ask another host for anything.
    """
    faults: list[str] = []
    contexts = []

    def dismiss(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note(message: ConsoleMessage) -> None:
        # That a page itself is a 404 is told to the console too, and is meant.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(f"console: {message.text}")

    def check(request: Request) -> None:
        if not request.url.startswith(site):
            faults.append(f"another host is asked: {request.url}")

    def opened(
        address: str, /, *, width: int = 1280, dark: bool = False, javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", note)
        page.on("request", check)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(scope="session")
def keep(tmp_path_factory: pytest.TempPathFactory) -> Keep:
    """Keeps a picture of a page under a name, in $WHEREIN_SCREENSHOTS or this run's own folder."""
    named = os.environ.get("WHEREIN_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")

    def keep_picture(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep_picture
