"""Runs the command `wherein` as a process, where its exit code and its streams matter."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def environment(instance: Path) -> dict[str, str]:
    """Return the environment without the developer's own settings for Wherein."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("WHEREIN_")}
    return others | {"WHEREIN_INSTANCE": str(instance)}


def run(
    *arguments: str,
    instance: Path,
    command: tuple[str, ...] = ("-W", "error", "-m", "wherein.search.cli"),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command, *arguments],
        env=environment(instance),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
