"""The command `wherein`, run within the test's own process."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from wherein.search.cli.main import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    instance: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command over this test's instance: its exit code, output and messages."""
    for name in [name for name in os.environ if name.startswith("WHEREIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WHEREIN_INSTANCE", str(instance))

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        return (code, *capsys.readouterr())

    return run
