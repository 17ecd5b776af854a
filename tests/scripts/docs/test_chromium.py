"""Tests of finding a browser, and of the message if none can be installed."""

from pathlib import Path

import pytest

from scripts.docs import chromium
from scripts.docs.chromium import NoBrowser, find_or_install


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that has this empty folder only."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put_command(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_browser_of_the_system_goes_before_that_of_playwright(bare_path: Path) -> None:
    own = bare_path / "own"
    own.touch()
    assert find_or_install(own) == own
    put_command(bare_path / "chromium", "true")
    assert find_or_install(own) == bare_path / "chromium"


@pytest.mark.parametrize(
    ("debian", "command"),
    [
        (True, "apt-get --quiet --quiet install --yes --no-install-recommends chromium"),
        (False, "-m playwright install chromium"),
    ],
)
def test_a_failed_installation_is_reported_with_the_command_and_the_reason(
    bare_path: Path, monkeypatch: pytest.MonkeyPatch, *, debian: bool, command: str
) -> None:
    put_command(bare_path / "apt-get", "echo no network >&2; exit 100")
    put_command(bare_path / "python", "echo no network >&2; exit 1")
    monkeypatch.setattr(chromium, "_is_debian", lambda: debian)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("sys.executable", str(bare_path / "python"))
    with pytest.raises(NoBrowser) as failed:
        find_or_install(bare_path / "own")
    assert command in str(failed.value)
    assert "no network" in str(failed.value)
