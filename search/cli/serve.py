"""The command `wherein serve`."""

import argparse
from typing import TYPE_CHECKING

from wherein.search.cli.parser import add_command as add
from wherein.search.settings import Settings

if TYPE_CHECKING:
    from wherein.search.cli.parser import Commands


def add_command(commands: "Commands") -> None:
    """Add `serve` with its flags."""
    add(commands, "serve", serve, ["instance", "model", "host", "port", "processes"])


def serve(settings: Settings, _flags: argparse.Namespace) -> int:
    """Serve the page and the API until interrupted."""
    from wherein.search.server.supervisor import serve as serve_until_interrupted

    serve_until_interrupted(settings, lambda address: print(f"Wherein is at {address}", flush=True))
    return 0
