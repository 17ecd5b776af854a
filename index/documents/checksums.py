"""Computes the checksums of files, and finds files that no longer match theirs."""

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileChecksum:
    """The size and the checksum of a file.

    Attributes:
        size: In bytes.
        sha256: The SHA-256 of the content, in hexadecimal.
    """

    size: int
    sha256: str


def checksum_files(folder: Path) -> dict[str, FileChecksum]:
    """Flush all files below a folder to disk, make them readable, and compute their checksums.

    Args:
        folder: The folder.

    Returns:
        The checksum of each file, by its path below the folder.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        path.chmod(0o644)  # Tantivy's files can only be read by their owner
    for path in [*files, *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        flush(path)
    with ThreadPoolExecutor() as pool:  # hashlib releases the interpreter lock
        checksums = pool.map(checksum_file, files)
        return {
            path.relative_to(folder).as_posix(): checksum
            for path, checksum in zip(files, checksums, strict=True)
        }


def find_damage(folder: Path, checksums: Mapping[str, FileChecksum]) -> str | None:
    """Compare files with their checksums.

    Args:
        folder: The folder.
        checksums: The checksum of each file, by its path below the folder.

    Returns:
        What is wrong with the first file that is missing or differs, None if no file is damaged.
    """
    with ThreadPoolExecutor() as pool:
        problems = pool.map(_problem, (folder / name for name in checksums), checksums.values())
        return next((problem for problem in problems if problem), None)


def _problem(file: Path, expected: FileChecksum) -> str | None:
    try:
        found = checksum_file(file)
    except FileNotFoundError:
        return f"{file} is missing."
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."
    return None if found == expected else f"{file} is damaged: its checksum has changed."


def checksum_file(file: Path) -> FileChecksum:
    """Compute the size and the checksum of a file."""
    with file.open("rb") as stream:
        return FileChecksum(file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def json_checksum(fields: Mapping[str, object]) -> str:
    """Compute the SHA-256 of fields as JSON with sorted keys, in hexadecimal."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def flush(path: Path) -> None:
    """Flush a file or folder to disk, so that it survives a power failure."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
