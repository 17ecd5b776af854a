"""Makes docs/results.png, the picture of the README, in a real browser.

python -m scripts.docs.screenshots
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import sync_playwright

from scripts.docs.chromium import NoBrowser, find_or_install

ROOT = Path(__file__).parent.parent.parent
ADDRESS = "/?q=when+did+Putin+visit+China"
WIDTH, HEIGHT = 1120, 860


def main() -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "results.png", metavar="FILE")
    parser.add_argument("--dark", action="store_true")
    flags = parser.parse_args()
    try:
        take_picture(flags.to, dark=flags.dark)
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def take_picture(file: Path, *, dark: bool) -> None:
    """Index the seeds, ask the question, and write the picture.

    Args:
        file: The picture to write.
        dark: Whether the page is dark.

    Raises:
        NoBrowser: There is no browser.
    """
    with tempfile.TemporaryDirectory() as instance, sync_playwright() as playwright:
        executable = find_or_install(Path(playwright.chromium.executable_path))
        _wherein("reindex", str(ROOT / "seeds"), "--instance", instance).wait()
        with (
            served(instance) as site,
            playwright.chromium.launch(executable_path=executable) as browser,
        ):
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="dark" if dark else "light",
            )
            page.goto(site + ADDRESS)
            page.screenshot(path=file)


@contextmanager
def served(instance: str) -> Iterator[str]:
    """Start a server over an instance, and yield its address when it answers."""
    server = _wherein("serve", "--instance", instance, "--port", "0")
    try:
        assert server.stdout
        site = server.stdout.readline().split()[-1]
        _wait_until_ready(site)
        yield site
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()


def _wherein(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "wherein.search.cli", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603


def _wait_until_ready(site: str) -> None:
    deadline = monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{site}/readyz"):  # noqa: S310 - our own server
                return
        except urllib.error.HTTPError:
            if monotonic() > deadline:
                raise
            sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
