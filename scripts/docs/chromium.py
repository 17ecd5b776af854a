"""Finds a browser for tests and pictures, and installs one if it is missing."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser")


class NoBrowser(Exception):
    """There is no browser, and installing one failed. The message names the command."""


def find_or_install(playwright_own: Path) -> Path:
    """Find a browser, and install one if there is none.

    Args:
        playwright_own: The path of Playwright's own Chromium.

    Returns:
        The system's Chromium if there is one, else Playwright's.

    Raises:
        NoBrowser: There is no browser, and none could be installed.
    """
    found = _find(playwright_own)
    if found is None:
        commands = _commands()
        for command in commands:
            _run(command, " && ".join(map(" ".join, commands)))
        found = _find(playwright_own)
    if found is None:
        raise NoBrowser(f"The installation left no browser at {playwright_own} or as {NAMES[0]}.")
    return found


def _find(playwright_own: Path) -> Path | None:
    system = next(filter(None, map(shutil.which, NAMES)), None)
    if system:
        return Path(system)
    return playwright_own if playwright_own.exists() else None


def _commands() -> list[list[str]]:
    """Return the commands that install a browser.

    On Debian it is the package. Ubuntu's package is a snap, which needs a daemon.
    """
    if _is_debian() and os.geteuid() == 0:
        apt = ["apt-get", "--quiet", "--quiet"]
        return [
            [*apt, "update"],
            [*apt, "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"],
        ]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def _is_debian() -> bool:
    try:
        return platform.freedesktop_os_release()["ID"] == "debian"
    except OSError:
        return False


def _run(command: list[str], by_hand: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", None) or str(error)
        raise NoBrowser(
            f"Chromium is needed, but installing it failed. Install it with: {by_hand}\n{reason}"
        ) from error
