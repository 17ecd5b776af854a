"""Compares the files of a snapshot with their checksums, and remembers which ones were verified.

The first time that a snapshot is opened, every file is read and compared with its checksum. The
result is kept in `verified.json` until the machine is started again. Until then, a snapshot with
unchanged file states (size, times, inode) counts as verified: any write changes these states.

A disk that loses bits changes no state. Such damage is found by `wherein check`, by the next start
of the machine, and by a build before it reuses anything. Then the snapshot is no longer verified.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from wherein.index.documents.checksums import find_damage
from wherein.index.errors import DamagedSnapshot
from wherein.index.snapshot.manifest import REBUILD, Manifest, read_manifest

log = logging.getLogger(__name__)

VERIFIED = "verified.json"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""A file whose content changes each time that the machine is started."""

_SETTLED_NS = 2_000_000_000
"""A file may be written twice within one tick of the file system's clock. The second write does not
change the state. So a file that was written less than this time before it was read is not recorded
as verified."""

FileStates = Mapping[str, list[int]]
"""The state of each file: size, modification time, change time, inode and device."""


def verify(folder: Path) -> Manifest:
    """Compare each file of a snapshot with its checksum.

    Args:
        folder: The folder of the snapshot.

    Returns:
        The manifest of the snapshot.

    Raises:
        ForeignSnapshot: The snapshot has another format.
        DamagedSnapshot: A file is missing or damaged.
    """
    manifest = read_manifest(folder)
    if problem := find_damage(folder, manifest.files):
        _forget_verified(folder)
        raise DamagedSnapshot(f"{problem} {REBUILD}")
    return manifest


def verify_once(
    folder: Path, *, now: Callable[[], int] = time.time_ns, boot_id: Path = BOOT_ID
) -> Manifest:
    """Verify a snapshot, unless it was verified and no file has changed since.

    Args:
        folder: The folder of the snapshot.
        now: Returns the time in nanoseconds, by the clock of the file system.
        boot_id: A file whose content changes each time that the machine is started. If it cannot
            be read, every call verifies.

    Returns:
        The manifest of the snapshot.

    Raises:
        ForeignSnapshot: The snapshot has another format.
        DamagedSnapshot: A file is missing or damaged.
    """
    manifest = read_manifest(folder)
    boot = _read_boot_id(boot_id)
    before = file_states(folder, manifest.files)
    if boot and before and _read_verified(folder, boot).get(folder.name) == before:
        return manifest
    started = now()
    verify(folder)
    if boot and before and _settled(before, started):
        _record_verified(folder, before, boot)
    return manifest


def file_states(folder: Path, names: Iterable[str]) -> FileStates | None:
    """Return the states of files in a folder, None if a file is missing."""
    try:
        states = {name: (folder / name).stat() for name in names}
    except OSError:
        return None  # `verify` reports which file is missing
    return {
        name: [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_dev]
        for name, state in states.items()
    }


def _settled(states: FileStates, now: int) -> bool:
    latest = max((change_time for _, _, change_time, *_ in states.values()), default=0)
    return now - latest >= _SETTLED_NS


def _record_verified(folder: Path, states: FileStates, boot: str) -> None:
    verified = {
        name: known
        for name, known in _read_verified(folder, boot).items()
        if (folder.parent / name).is_dir()
    }
    file = _verified_file(folder)
    staged = file.with_name(f".{VERIFIED}.{os.getpid()}")
    try:
        content = {"boot": boot, "snapshots": {**verified, folder.name: states}}
        staged.write_text(json.dumps(content), encoding="utf-8")
        staged.replace(file)
    except OSError as error:
        log.warning("%s cannot be written, so the next start will take longer: %s", file, error)


def _forget_verified(folder: Path) -> None:
    """Have every snapshot verified again if this one was recorded as verified."""
    _, verified = _read_record(folder)
    if folder.name in verified:
        _verified_file(folder).unlink(missing_ok=True)


def _read_verified(folder: Path, boot: str) -> dict[str, FileStates]:
    """Read the file states of the snapshots that were verified since the machine was started."""
    recorded_boot, verified = _read_record(folder)
    return verified if recorded_boot == boot else {}


def _read_record(folder: Path) -> tuple[str | None, dict[str, FileStates]]:
    """Read the boot id and the file states of each verified snapshot."""
    try:
        content = json.loads(_verified_file(folder).read_bytes())
        return content["boot"], dict(content["snapshots"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, {}  # the file is missing or damaged, so every snapshot is verified again


def _verified_file(folder: Path) -> Path:
    """Return the file of the instance that a snapshot's folder belongs to."""
    return folder.parent.parent / VERIFIED


def _read_boot_id(file: Path) -> str | None:
    try:
        return file.read_text().strip()
    except OSError:
        return None
