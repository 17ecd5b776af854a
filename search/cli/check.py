"""The command `wherein check`."""

import argparse
from typing import TYPE_CHECKING

from wherein.search.cli.parser import add_command as add
from wherein.search.settings import Settings

if TYPE_CHECKING:
    from wherein.search.cli.parser import Commands


def add_command(commands: "Commands") -> None:
    """Add `check` with its flags."""
    add(commands, "check", check, ["instance", "model"])


def check(settings: Settings, _flags: argparse.Namespace) -> int:
    """Verify each file of the current snapshot."""
    from wherein.index.snapshot.store import Snapshot, Store
    from wherein.index.snapshot.verification import verify

    folder = Store(settings.instance).current_folder()
    manifest = verify(folder)
    Snapshot.open(folder)
    counts, neighbours = manifest.counts, manifest.neighbours
    encoded_by = manifest.provenance.passages_by
    print(
        f"Snapshot {manifest.id} is complete and undamaged: {len(manifest.files)} files, "
        f"{counts.documents:,} documents, {counts.passages:,} passages, "
        f"{counts.sentences:,} sentences."
    )
    if neighbours:
        print(
            f"In {neighbours.samples} samples, a search finds {neighbours.recall:.1%} of the ten "
            f"nearest sentences. It reads {neighbours.probes:,} of {neighbours.lists:,} lists."
        )
    if encoded_by.agreement is not None:
        print(
            f"Passages were encoded by {encoded_by.fingerprint}, and questions are encoded by "
            f"{manifest.provenance.encoder}. For the same text, the cosine of their vectors is "
            f"{encoded_by.agreement:.4f} or more."
        )
    return 0
