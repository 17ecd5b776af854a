"""Documents and their blocks, and the walk that finds them in a folder."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from index.errors import FolderError


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

    `text` has no line break in it; `lines` are its first and last line, counted from 1;
    `section` the headings above it, outermost first; `reason` says why a block is furniture,
    and is None for every other kind.
    """

    text: str
    lines: tuple[int, int]
    kind: Kind = Kind.PARAGRAPH
    reason: str | None = None
    page: int | None = None
    section: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind is Kind.FURNITURE) != (self.reason is not None):
            raise ValueError(f"furniture, and furniture alone, has a reason: {self!r}")


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
        return tuple(accumulate((len(block.text) + 1 for block in self.blocks[:-1]), initial=0))


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
