"""Documents and the blocks that they consist of."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import Protocol


class Kind(StrEnum):
    """What a block is. Paragraphs and captions become passages; the rest is context or shown."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    DATELINE = "dateline"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block is in its file.

    Attributes:
        lines: The first and the last line, from 1.
        page: The page, from 1. None if the format has no pages.
    """

    lines: tuple[int, int]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text with its place.

    Attributes:
        text: The text, without line breaks and NUL characters.
        place: Where the block is in its file.
        kind: What the block is.
        reason: Why the block is furniture. None for every other kind.
        section: The headings above the block, outermost first, then the lead-ins of its list.
        indent: The column of the first character, if the reader knows it. Lists are recognised by
            it. No snapshot stores it.
    """

    text: str
    place: Place
    kind: Kind = Kind.PARAGRAPH
    reason: str | None = None
    section: tuple[str, ...] = ()
    indent: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if (self.kind is Kind.FURNITURE) != (self.reason is not None):
            raise ValueError(f"a block has a reason if and only if it is furniture: {self!r}")
        if "\n" in self.text or "\0" in self.text:
            raise ValueError(f"the text of a block contains a line break or NUL: {self!r}")

    @property
    def lines(self) -> tuple[int, int]:
        """Return the first and the last line, from 1."""
        return self.place.lines

    @property
    def page(self) -> int | None:
        """Return the page, from 1. None if the format has no pages."""
        return self.place.page


@dataclass(frozen=True, slots=True)
class EmailHeader:
    """The header of an email.

    Attributes:
        blocks: How many blocks at the start of the document are the header.
        subject: The subject. None if the header has no subject or an empty one.
        day: The day on which the email was sent. None if the header does not tell it.
    """

    blocks: int
    subject: str | None
    day: date | None


@dataclass(frozen=True)
class Document:
    """One file as its reader found it.

    Attributes:
        source: The path of the file relative to the folder, with "/".
        blocks: The blocks, in order.
        title: The title. None if the document has none.
        published: The day of publication. None if the document does not tell it.
        email: The header of the email, if the document is an email. No snapshot stores it.
    """

    source: str
    blocks: tuple[Block, ...]
    title: str | None = None
    published: date | None = None
    email: EmailHeader | None = field(default=None, compare=False)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each block's first character in the text of the document.

        That text is the texts of the blocks, joined by line breaks. All offsets into a document
        count its characters.
        """
        return tuple(accumulate((len(block.text) + 1 for block in self.blocks), initial=0))[:-1]


class Titled(Protocol):
    """Anything with a source and perhaps a title, such as a document or a passage."""

    @property
    def source(self) -> str:
        """Return the path of the file relative to the folder."""
        ...

    @property
    def title(self) -> str | None:
        """Return the title, None if there is none."""
        ...


def shown_title(titled: Titled) -> str:
    """Return the title, or the name of the file if there is no title."""
    return titled.title or titled.source.rpartition("/")[2]
