"""The report of a run: which files it added, changed and removed.

A summary is kept beside the snapshots, as runs/<id>.json. It is not part of a snapshot, because a
snapshot depends on its files alone, and the summary also on the files of the previous snapshot.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wherein.index.documents.folder import Skipped

MAX_NAMES = 100
"""The greatest number of names of each kind that are kept."""

_FOLDER = "runs"
_LISTS = ("added", "changed", "removed")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changes:
    """The files of a folder compared with those of the previous snapshot, each in order.

    Attributes:
        added: The sources of new documents.
        changed: The sources of documents with another content.
        unchanged: The sources of documents with the same content.
        removed: The sources of documents that are no longer there, or cannot be read any more.
        skipped: The files that are not indexed now.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: tuple[Skipped, ...]

    @classmethod
    def between(
        cls, previous: Mapping[str, str], current: Mapping[str, str], skipped: Iterable[Skipped]
    ) -> "Changes":
        """Compare two folders.

        Args:
            previous: The checksum of each document of the previous snapshot, by its source.
            current: The checksum of each document now.
            skipped: The files that are not indexed now.

        Returns:
            The changes.
        """
        both = sorted(previous.keys() & current.keys())
        return cls(
            added=tuple(sorted(current.keys() - previous.keys())),
            changed=tuple(source for source in both if previous[source] != current[source]),
            unchanged=tuple(source for source in both if previous[source] == current[source]),
            removed=tuple(sorted(previous.keys() - current.keys())),
            skipped=tuple(skipped),
        )


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did.

    Attributes:
        snapshot: The id of the snapshot that is current after the run.
        published: Whether the run published this snapshot.
        changes: The files that changed.
        passages: The number of passages in the snapshot.
        encoded: The number of passages that the run encoded.
        seconds: How long the run took.
    """

    snapshot: str
    published: bool
    changes: Changes
    passages: int
    encoded: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Names:
    """The names of some files.

    Attributes:
        count: The number of files.
        first: The first names, at most `MAX_NAMES`.
    """

    count: int
    first: tuple[str, ...]

    @classmethod
    def of(cls, sources: Sequence[str]) -> "Names":
        """Count the sources, and keep the first of them."""
        return cls(len(sources), tuple(sources[:MAX_NAMES]))


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """How many files changed in a run, and the first names of them.

    Attributes:
        added: The sources of new documents.
        changed: The sources of documents with another content.
        removed: The sources of documents that are no longer there.
        unchanged: The number of documents with the same content.
        skipped: The number of files that are not indexed.
    """

    added: Names
    changed: Names
    removed: Names
    unchanged: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Run:
    """The summary of a run that published a snapshot.

    Attributes:
        snapshot: The id of the snapshot.
        changes: The files that changed.
        passages: The number of passages in the snapshot.
        encoded: The number of passages that the run encoded.
        seconds: How long the run took.
    """

    snapshot: str
    changes: ChangeSummary
    passages: int
    encoded: int
    seconds: float

    @classmethod
    def of(cls, report: BuildReport) -> "Run":
        """Summarize the report of a run."""
        changes = report.changes
        return cls(
            snapshot=report.snapshot,
            changes=ChangeSummary(
                added=Names.of(changes.added),
                changed=Names.of(changes.changed),
                removed=Names.of(changes.removed),
                unchanged=len(changes.unchanged),
                skipped=len(changes.skipped),
            ),
            passages=report.passages,
            encoded=report.encoded,
            seconds=round(report.seconds, 1),
        )


def write_run(instance: Path, run: Run, keep: Iterable[str]) -> None:
    """Write the summary of a run, and remove the summaries of other snapshots.

    The snapshot is already published. So a summary that cannot be written is only logged.

    Args:
        instance: The instance folder.
        run: The summary.
        keep: The ids of the snapshots whose summaries are kept.
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
        log.warning("The summary of this run cannot be written to %s: %s", folder, error)


def read_run(instance: Path, snapshot: str) -> Run | None:
    """Read the summary of the run that made a snapshot.

    Args:
        instance: The instance folder.
        snapshot: The id of the snapshot.

    Returns:
        The summary. None if there is none, or if it cannot be read.
    """
    file = _file(instance, snapshot)
    try:
        fields = json.loads(file.read_bytes())
        changes = fields["changes"]
        names = {name: _names(changes[name]) for name in _LISTS}
        return Run(**fields | {"changes": ChangeSummary(**changes | names)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read and is ignored: %s", file, error)
        return None


def _names(fields: Mapping[str, Any]) -> Names:
    return Names(fields["count"], tuple(fields["first"]))


def _file(instance: Path, snapshot: str) -> Path:
    return instance / _FOLDER / f"{snapshot}.json"
