"""Reads files as documents, and reports the files that cannot be read."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wherein.index.documents.folder import Found, Skipped, read_bytes
from wherein.index.documents.model import Document
from wherein.index.errors import Unreadable
from wherein.index.readers.registry import find_reader


@dataclass(frozen=True, slots=True)
class ExtractedDocument:
    """A document as its reader found it.

    Attributes:
        document: The document.
        sha256: The checksum of the bytes that the document was read from.
    """

    document: Document
    sha256: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The documents that were read.

    Attributes:
        documents: The documents by their sources.
        skipped: The files that could not be read.
    """

    documents: Mapping[str, ExtractedDocument]
    skipped: tuple[Skipped, ...]

    def extended_by(self, other: "Extraction") -> "Extraction":
        """Return the documents and the skipped files of both extractions."""
        return Extraction({**self.documents, **other.documents}, (*self.skipped, *other.skipped))


def extract(files: Iterable[Found]) -> Extraction:
    """Read each file once, as a document.

    Args:
        files: The files.

    Returns:
        The documents, and the files that could not be read.
    """
    documents: dict[str, ExtractedDocument] = {}
    skipped: list[Skipped] = []
    for file in files:
        try:
            reader = find_reader(file.source)
            data = read_bytes(file)
            checksum = hashlib.sha256(data).hexdigest()
            documents[file.source] = ExtractedDocument(reader(file.source, data), checksum)
        except Unreadable as error:
            skipped.append(Skipped(file.source, str(error)))
    return Extraction(documents, tuple(skipped))
