"""What a snapshot is made from, and the checksum that tells whether anything changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from wherein.index.catalog.entries import CatalogEntry
from wherein.index.documents.folder import Skipped
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.manifest import Pipeline


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents that a snapshot is made from.

    Attributes:
        folder: The folder of documents. None if the passages were given.
        checksums: The SHA-256 of each document's file, by the document's source.
        skipped: The files that are not indexed.
    """

    folder: str | None
    checksums: Mapping[str, str]
    skipped: tuple[Skipped, ...]

    def checksum(self, encoder: str, pipeline: Pipeline) -> str:
        """Compute the checksum of everything that a snapshot depends on.

        Args:
            encoder: The full name of the encoder.
            pipeline: The code that makes the snapshot.

        Returns:
            The SHA-256 in hexadecimal. It does not depend on where the folder lies.
        """
        skipped = [(skip.source, skip.reason) for skip in self.skipped]
        code = (pipeline.version, pipeline.python, sorted(pipeline.libraries.items()))
        parts = (sorted(self.checksums.items()), skipped, encoder, code)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that a snapshot is made from.

    Attributes:
        folder: The folder of documents. None if the passages were given.
        entries: One entry for each document, in the order of the snapshot.
        skipped: The files that are not indexed.
    """

    folder: str | None
    entries: tuple[CatalogEntry, ...]
    skipped: tuple[Skipped, ...]

    @property
    def inputs(self) -> Inputs:
        """Return what the snapshot is made from."""
        checksums = {entry.document.source: entry.sha256 for entry in self.entries}
        return Inputs(self.folder, checksums, self.skipped)

    @property
    def passages(self) -> list[Passage]:
        """Return all passages in the order of their numbers."""
        return [passage for entry in self.entries for passage in entry.passages]
