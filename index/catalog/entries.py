"""What goes into a catalog for one document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from wherein.index.catalog.stored import StoredDate
from wherein.index.documents.model import Document
from wherein.index.passages.splitter import Passage


@dataclass(frozen=True, slots=True)
class Derived:
    """What is computed from the passages of a document. It depends on the document alone.

    Attributes:
        dates: The dates in each passage, in order.
        duplicate_keys: The key of each passage: see `near_duplicates.duplicate_key`.
    """

    dates: tuple[tuple[StoredDate, ...], ...]
    duplicate_keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Reused:
    """What the previous snapshot has of an unchanged document.

    Attributes:
        first_passage: The number of the document's first passage in the previous snapshot.
        first_sentence: The number of the document's first sentence in the previous snapshot.
        derived: What was computed from the passages.
    """

    first_passage: int
    first_sentence: int
    derived: Derived


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What goes into the catalog for one document.

    Attributes:
        document: The document with its blocks.
        sha256: The checksum of the file, or of whatever the passages were made from.
        passages: The passages of the document, in order.
        line_counts: The lines that furniture marking looked up in the whole folder, and the number
            of files that each line occurs in.
        reused: What the previous snapshot has of the document; None if the document was read now.
    """

    document: Document
    sha256: str
    passages: tuple[Passage, ...]
    line_counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    reused: Reused | None = None
