"""The command `wherein reindex`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from wherein.search.cli import models
from wherein.search.cli.output import format_build
from wherein.search.cli.parser import add_command as add
from wherein.search.cli.progress import track
from wherein.search.settings import Settings

if TYPE_CHECKING:
    from wherein.search.cli.parser import Commands


def add_command(commands: "Commands") -> None:
    """Add `reindex` with its flags."""
    command = add(commands, "reindex", reindex, ["instance", "model", "device"])
    command.add_argument(
        "documents",
        nargs="?",
        metavar="FOLDER",
        help="the folder of documents; default: the folder that was indexed last, at first seeds",
    )


def reindex(settings: Settings, _flags: argparse.Namespace) -> int:
    """Bring the index up to date with the folder of documents."""
    from wherein.index.build import build, documents_of

    folder = settings.documents or documents_of(settings.instance) or Path("seeds")
    report = build(folder, settings.instance, models.indexing_model(settings), track)
    print(format_build(report))
    return 0
