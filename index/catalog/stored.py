"""The values that a catalog returns."""

from dataclasses import dataclass
from datetime import date

from wherein.index.dates.interval import Interval
from wherein.index.documents.model import Kind, Place
from wherein.index.passages.sentences import Span


@dataclass(frozen=True, slots=True)
class StoredDate:
    """A date in a passage's text.

    Attributes:
        start: The offset of its first character in the text.
        end: The offset after its last character.
        interval: The days that the date means.
        inferred: What its year was inferred from. None if the text or the day of publication
            tells the year, or if the year is not known.
    """

    start: int
    end: int
    interval: Interval
    inferred: str | None

    @property
    def known_edtf(self) -> str | None:
        """Return the days in EDTF, None if they are not known."""
        return None if self.interval.is_open else self.interval.edtf


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """The document that a passage belongs to.

    Attributes:
        source: The path of the document relative to the folder, with "/".
        title: The title of the document.
        published: The day of publication.
    """

    source: str
    title: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class PassageBlock:
    """The block that a passage was cut from.

    Attributes:
        number: The index of the block among the blocks of its document.
        kind: The kind of the block.
        place: The lines and the page of the block in its file.
        section: The headings above the block, outermost first.
    """

    number: int
    kind: Kind
    place: Place
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its place, as a hit shows it.

    Attributes:
        number: The number of the passage in its snapshot.
        document: The document of the passage.
        block: The block of the passage.
        start: The offset of the passage in the text of its document.
        text: The text of the passage.
        dates: The dates in the text, in order.
    """

    number: int
    document: DocumentInfo
    block: PassageBlock
    start: int
    text: str
    dates: tuple[StoredDate, ...]

    @property
    def source(self) -> str:
        """Return the source of the document."""
        return self.document.source

    @property
    def title(self) -> str | None:
        """Return the title of the document."""
        return self.document.title

    @property
    def published(self) -> date | None:
        """Return the day of publication of the document."""
        return self.document.published

    @property
    def kind(self) -> Kind:
        """Return the kind of the block."""
        return self.block.kind

    @property
    def lines(self) -> Span:
        """Return the first and last line of the block, from 1."""
        return self.block.place.lines

    @property
    def page(self) -> int | None:
        """Return the page of the block."""
        return self.block.place.page

    @property
    def section(self) -> tuple[str, ...]:
        """Return the headings above the block, outermost first."""
        return self.block.section


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A row of the list of documents.

    Attributes:
        source: The path of the document relative to the folder, with "/".
        title: The title of the document.
        published: The day of publication.
        blocks: The number of its blocks.
        passages: The number of its passages.
        furniture: The number of its blocks that are furniture.
    """

    source: str
    title: str | None
    published: date | None
    blocks: int
    passages: int
    furniture: int
