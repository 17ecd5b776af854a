"""Documents and their blocks, and the walk that finds them in a folder."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Protocol
from unicodedata import category

from wherein.index.errors import FolderError, Unreadable

MAX_BYTES = 100_000_000
"""A larger file is skipped: it would take the memory of all the others."""


class Kind(StrEnum):
    """What a block is. Paragraphs and captions become passages; the rest is context or shown."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    DATELINE = "dateline"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text with its place.

    `text` has no line break and no NUL in it; `lines` are its first and last line, counted from 1;
    `section` the headings above it, outermost first, and the lead-ins of its list; `reason` says
    why a block is furniture, and is None for every other kind. `indent` is the column that the text
    begins in, where the reader knows it: what a list is told by, and kept in no snapshot.
    """

    text: str
    lines: tuple[int, int]
    kind: Kind = Kind.PARAGRAPH
    reason: str | None = None
    page: int | None = None
    section: tuple[str, ...] = ()
    indent: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if (self.kind is Kind.FURNITURE) != (self.reason is not None):
            raise ValueError(f"furniture, and furniture alone, has a reason: {self!r}")
        if "\n" in self.text or "\0" in self.text:
            raise ValueError(f"a line break or NUL in a block's text: {self!r}")


@dataclass(frozen=True)
class Document:
    """One file as its reader found it. `source` is its path in the folder, with '/'."""

    source: str
    blocks: tuple[Block, ...]
    title: str | None = None
    published: date | None = None

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each block's first character, in the blocks' texts joined by line breaks.

        Offsets into a document, everywhere in Wherein, count the characters of that text.
        """
        return tuple(accumulate((len(block.text) + 1 for block in self.blocks), initial=0))[:-1]


class Titled(Protocol):
    """What has a source and may have a title."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str | None: ...


def shown_title(titled: Titled) -> str:
    """What to call a document: its title or, where it has none, its file's name."""
    return titled.title or titled.source.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read."""

    source: str
    path: Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a folder with all in it, that is not indexed, and why."""

    source: str
    reason: str


def check_folder(folder: Path) -> None:
    """Raises FolderError where `folder` is no folder."""
    try:
        mode = folder.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderError(
            f"There is no folder {folder}. Name the folder of your documents: "
            "wherein reindex FOLDER, or WHEREIN_DOCUMENTS=FOLDER."
        ) from error
    except OSError as error:
        raise FolderError(f"The folder {folder} cannot be indexed: {_why(error)}.") from error
    if not stat.S_ISDIR(mode):
        raise FolderError(f"{folder} is a file. Name the folder that it is in.")


def walk(folder: Path, instance: Path) -> Iterator[Found | Skipped]:
    """Every file below the folder, in the order of their names; what cannot be read, as Skipped.

    Links to files are followed, links to folders are not, so that the walk ends. Wherein's own
    files, where its instance folder lies below this one, are no documents.
    """
    own = instance.resolve()
    waiting = _entries(folder, "")
    while waiting:
        source, found = waiting.pop()
        if isinstance(found, Skipped):
            yield found
            continue
        try:
            mode = found.stat().st_mode
        except OSError as error:
            yield Skipped(_printable(source), _why(error))
            continue
        path = Path(found.path)
        if reason := _passed_over(found, mode):
            yield Skipped(_printable(source) + "/" * stat.S_ISDIR(mode), reason)
        elif not stat.S_ISDIR(mode):
            yield Found(source, path)
        elif found.name == own.name and path.resolve() == own:
            yield Skipped(source + "/", "Wherein's own folder: its index is in it")
        else:
            waiting += _entries(path, source + "/")


def _entries(folder: Path, prefix: str) -> list[tuple[str, "os.DirEntry[str] | Skipped"]]:
    """What is in a folder, the last first; the folder itself, as Skipped, if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        return [(prefix, Skipped(prefix or ".", _why(error)))]
    return [(prefix + entry.name, entry) for entry in found]


def _passed_over(entry: "os.DirEntry[str]", mode: int) -> str | None:
    if entry.name.startswith("."):
        return "hidden: its name begins with a dot"
    if _printable(entry.name) != entry.name:
        return "its name is not UTF-8, or has control characters; rename it"
    if stat.S_ISDIR(mode) and entry.is_symlink():
        return "a link to a folder; index that folder itself"
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        return "not a file that can be read through (a pipe, socket or device)"
    return None


def read_bytes(found: Found) -> bytes:
    """The file's bytes. Raises Unreadable where there is no permission, say, or far too many."""
    try:
        if found.path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"larger than {MAX_BYTES // 1_000_000} MB; split it")
        return found.path.read_bytes()
    except OSError as error:
        raise Unreadable(_why(error)) from error


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"cannot be read: {error.strerror or error}"


def _printable(name: str) -> str:
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if category(c) == "Cc" else c for c in name)
