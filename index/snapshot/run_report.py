"""What the run that made a snapshot did: which files were added, changed and removed.

It is kept beside the snapshots, as runs/<id>.json, and is in none: a snapshot depends on the files
that it was made from, and this on those of the one before, too. Losing it costs nothing but itself.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MOST_NAMED = 100

_FOLDER = "runs"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Few:
    """How many files there are, and the first of them, at most MOST_NAMED."""

    count: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that published a snapshot, by that snapshot's id. Files go by their sources."""

    snapshot: str
    added: Few
    changed: Few
    removed: Few
    unchanged: int
    skipped: int
    passages: int
    encoded: int
    seconds: float


def few(sources: Sequence[str]) -> Few:
    """Their number, and the first of them."""
    return Few(len(sources), tuple(sources[:MOST_NAMED]))


def write_run(instance: Path, run: Run, keep: Iterable[str]) -> None:
    """Keep a run, and drop those of snapshots that are not to be kept.

    The snapshot is published already: a run that cannot be written is only not told of.
    """
    folder, kept = instance / _FOLDER, set(keep)
    try:
        folder.mkdir(exist_ok=True)
        _file(instance, run.snapshot).write_text(
            json.dumps(asdict(run), ensure_ascii=False, indent=1), encoding="utf-8"
        )
        for file in folder.glob("*.json"):
            if file.stem not in kept:
                file.unlink()
    except OSError as error:
        log.warning("What this run did is not kept in %s: %s", folder, error)


def read_run(instance: Path, snapshot: str) -> Run | None:
    """The run that made a snapshot; None where none is kept, or it cannot be read."""
    file = _file(instance, snapshot)
    try:
        known = json.loads(file.read_bytes())
        return Run(**known | {name: _few(known[name]) for name in ("added", "changed", "removed")})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read, and is passed over: %s", file, error)
        return None


def _few(known: Mapping[str, Any]) -> Few:
    return Few(known["count"], tuple(known["first"]))


def _file(instance: Path, snapshot: str) -> Path:
    return instance / _FOLDER / f"{snapshot}.json"
