"""What files were when they were written, and whether they are so still."""

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file was when it was written. `size` is in bytes."""

    size: int
    sha256: str


def record_files(folder: Path) -> dict[str, FileRecord]:
    """The record of each file below a folder, by its path there; all are flushed to disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        path.chmod(0o644)  # Tantivy's are for their owner alone, whoever may read the others
    for path in [*files, *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        flush(path)
    with ThreadPoolExecutor() as pool:  # the interpreter is not held while bytes are digested
        records = pool.map(record_of, files)
        return {
            path.relative_to(folder).as_posix(): record
            for path, record in zip(files, records, strict=True)
        }


def damage(folder: Path, records: Mapping[str, FileRecord]) -> str | None:
    """What is wrong with the first file that is not as it was recorded, byte for byte."""
    with ThreadPoolExecutor() as pool:
        problems = pool.map(_problem, (folder / name for name in records), records.values())
        return next((problem for problem in problems if problem), None)


def _problem(file: Path, record: FileRecord) -> str | None:
    try:
        found = record_of(file)
    except FileNotFoundError:
        return f"{file} is missing."
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."
    return None if found == record else f"{file} is damaged: it is not what was written."


def digest(fields: Mapping[str, object]) -> str:
    """The SHA-256 of a manifest, which stands in its file beside the fields."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def flush(path: Path) -> None:
    """Have a file or folder on the disk before what comes next."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def record_of(file: Path) -> FileRecord:
    """What a file is now."""
    with file.open("rb") as stream:
        return FileRecord(file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())
