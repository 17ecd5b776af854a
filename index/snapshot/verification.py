"""Which snapshots were found whole since the machine started, so that they open at once.

Every file of a snapshot is compared with its digest, byte for byte, the first time that it is
opened. Thereafter, until the machine is started anew, a snapshot none of whose files was touched is
taken for whole: whatever writes to a file changes the time that the system notes of it. What no
write does, a disk that loses bits, is found by `wherein check`, by the next start of the machine,
and before a build takes anything over; from then on the snapshot is no longer taken for whole.
"""

import json
import logging
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

log = logging.getLogger(__name__)

_FILE = "verified.json"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_QUIET_NS = 2_000_000_000
"""A file that was written to less than this before it was read may be written to again within one
tick of the clock that the system notes times by, so it is not sealed."""

Touched = Mapping[str, list[int]]
"""Of each file what changes whenever it is touched: size, times of change, and which file it is."""


def touched(folder: Path, names: Iterable[str]) -> Touched:
    """What the system notes of these files of a folder. Raises OSError where one is missing."""
    stats = {name: (folder / name).stat() for name in names}
    return {
        name: [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev]
        for name, stat in stats.items()
    }


def is_sealed(folder: Path, names: Iterable[str]) -> bool:
    """Whether a snapshot's folder was sealed since the machine started, and not touched since."""
    try:
        now = touched(folder, names)
    except OSError:
        return False  # whoever opens it finds out which file is missing, and says so
    return _boot() is not None and _read(folder).get(folder.name) == now


def seal(folder: Path, found: Touched, began: int) -> None:
    """Note that a snapshot was found whole.

    `found` is what was noted of its files before they were read, at the time `began` in ns.
    """
    latest = max((times[2] for times in found.values()), default=0)
    if _boot() is None or began - latest < _QUIET_NS:
        return
    sealed = {name: one for name, one in _read(folder).items() if (folder.parent / name).is_dir()}
    file = folder.parent.parent / _FILE
    written = file.with_name(f".{_FILE}.{os.getpid()}")
    try:
        content = {"boot": _boot(), "snapshots": {**sealed, folder.name: found}}
        written.write_text(json.dumps(content), encoding="utf-8")
        written.replace(file)
    except OSError as error:
        log.warning("%s cannot be written, so the next start takes longer: %s", file, error)


def break_seal(folder: Path) -> None:
    """Have a snapshot read through the next time, since it was found damaged under its seal."""
    file = folder.parent.parent / _FILE
    if folder.name in _read(folder):
        file.unlink(missing_ok=True)


def now() -> int:
    """The time in ns, by the clock that the system notes changes of files by."""
    return time.time_ns()


def _read(folder: Path) -> dict[str, Touched]:
    """What is sealed since the machine started, by the names of snapshots."""
    try:
        content = json.loads((folder.parent.parent / _FILE).read_bytes())
        return dict(content["snapshots"]) if content["boot"] == _boot() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # there is none yet, or it is no seal: then everything is read


def _boot() -> str | None:
    """Which start of the machine this is; None where it does not tell, and nothing is sealed."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return None
