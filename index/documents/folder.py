"""The files of a folder: which are indexed, and why the others are skipped."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

from wherein.index.errors import FolderError, Unreadable

MAX_BYTES = 100_000_000
"""The size of the largest file that is read. A larger file would need too much memory."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read.

    Attributes:
        source: The path of the file relative to the folder, with "/".
        path: The path of the file.
    """

    source: str
    path: Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not indexed, or a folder of which no file is indexed.

    Attributes:
        source: The path relative to the folder. The path of a folder ends with "/".
        reason: Why the file or folder is skipped.
    """

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """The files below a folder.

    Attributes:
        folder: The folder.
        files: The files to index, in the order of their names.
        skipped: The files and folders that are not indexed.
    """

    folder: Path
    files: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


def check_folder(folder: Path) -> None:
    """Check that a folder exists and can be opened.

    Args:
        folder: The folder of documents.

    Raises:
        FolderError: There is no such folder, or the path names a file.
    """
    try:
        mode = folder.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderError(
            f"There is no folder {folder}. Name the folder of your documents: "
            "wherein reindex FOLDER, or WHEREIN_DOCUMENTS=FOLDER."
        ) from error
    except OSError as error:
        raise FolderError(f"The folder {folder} cannot be indexed: {_reason(error)}.") from error
    if not stat.S_ISDIR(mode):
        raise FolderError(f"{folder} is a file. Name the folder that contains it.")


def scan_folder(folder: Path, instance: Path) -> Scan:
    """List the files below a folder without opening them.

    Args:
        folder: The folder of documents.
        instance: The instance folder, which is skipped if it lies below the folder.

    Returns:
        The files.
    """
    found = list(walk(folder, instance))
    return Scan(
        folder,
        tuple(file for file in found if isinstance(file, Found)),
        tuple(file for file in found if isinstance(file, Skipped)),
    )


def walk(folder: Path, instance: Path) -> Iterator[Found | Skipped]:
    """Find every file below a folder.

    Links to files are followed. Links to folders are not, because they can form a circle.

    Args:
        folder: The folder of documents.
        instance: The instance folder, which is skipped if it lies below the folder.

    Yields:
        Each file, in the order of their names. Files and folders that cannot be read are Skipped.
    """
    own = instance.resolve()
    stack = _entries(folder, "")
    while stack:
        source, entry = stack.pop()
        if isinstance(entry, Skipped):
            yield entry
            continue
        try:
            mode = entry.stat().st_mode
        except OSError as error:
            yield Skipped(_printable(source), _reason(error))
            continue
        path = Path(entry.path)
        if reason := _reason_to_skip(entry, mode):
            yield Skipped(_printable(source) + "/" * stat.S_ISDIR(mode), reason)
        elif not stat.S_ISDIR(mode):
            yield Found(source, path)
        elif entry.name == own.name and path.resolve() == own:
            yield Skipped(source + "/", "the folder in which Wherein keeps its index")
        else:
            stack += _entries(path, source + "/")


def _entries(folder: Path, prefix: str) -> list[tuple[str, "os.DirEntry[str] | Skipped"]]:
    """List a folder with its last entry first. A folder that cannot be read is Skipped itself."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        return [(prefix, Skipped(prefix or ".", _reason(error)))]
    return [(prefix + entry.name, entry) for entry in found]


def _reason_to_skip(entry: "os.DirEntry[str]", mode: int) -> str | None:
    if entry.name.startswith("."):
        return "hidden: its name begins with a dot"
    if _printable(entry.name) != entry.name:
        return "its name is not UTF-8 or contains control characters; rename it"
    if stat.S_ISDIR(mode) and entry.is_symlink():
        return "a link to a folder; index the folder itself"
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        return "not a regular file but a pipe, socket or device"
    return None


def read_bytes(file: Found, max_bytes: int = MAX_BYTES) -> bytes:
    """Read the bytes of a file.

    Args:
        file: The file.
        max_bytes: The size of the largest file that is read.

    Returns:
        The bytes.

    Raises:
        Unreadable: The file is too large, or the system does not let us read it.
    """
    try:
        if file.path.stat().st_size > max_bytes:
            raise Unreadable(f"larger than {max_bytes / 1_000_000:g} MB; split it")
        return file.path.read_bytes()
    except OSError as error:
        raise Unreadable(_reason(error)) from error


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"cannot be read: {error.strerror or error}"


def _printable(name: str) -> str:
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if category(c) == "Cc" else c for c in name)
