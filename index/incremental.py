"""What does a build reuse from the previous snapshot?

A build reuses what depends on an unchanged file alone, if the same pipeline made it: blocks,
passages, dates, words and vectors. Furniture also depends on lines that occur in several files. So
a document is reused only if the folder still says the same about each line that was looked up.
Everything that is reused is what a fresh build would make.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Self

from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reuse import (
    read_checksums,
    read_entries,
    read_line_counts,
    read_short_blocks,
)
from wherein.index.dense.float16 import Float16Vectors
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.documents.folder import Found, read_bytes
from wherein.index.encoding.protocols import Encoder
from wherein.index.errors import SnapshotError, Unreadable
from wherein.index.furniture.repeated_lines import (
    LONGEST_REPEATED,
    RepeatedLines,
    count_repeated_lines,
    short_lines,
)
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.lexical.postings import TermCounts
from wherein.index.readers.extraction import Extraction
from wherein.index.snapshot.manifest import Manifest, Pipeline
from wherein.index.snapshot.store import CATALOG, LEXICAL, VECTORS, Store
from wherein.index.snapshot.verification import verify, verify_once

Extract = Callable[[Sequence[Found]], Extraction]
"""Reads files as documents."""

PIPELINE_VERSION = 1
"""The version of everything between a file's bytes and its rows in a snapshot.

Raise it with any change to readers, furniture, structure, dates, passages, words or vectors that
makes other blocks, passages, sentences, dates or words of the same file. Then the next build reads
every file again. `python -m scripts.docs.golden` records the results of each version, and a test
compares them.
"""

LIBRARIES = ("charset-normalizer", "faiss-cpu", "ftfy", "nupunkt", "numpy", "tantivy", "tokenizers")
"""The libraries that blocks, passages, words and stored vectors depend on. The fingerprint of the
encoder names the libraries that compute the vectors."""


def installed_pipeline() -> Pipeline:
    """Describe the pipeline that is installed."""
    return Pipeline(
        PIPELINE_VERSION,
        f"{sys.version_info.major}.{sys.version_info.minor}",
        {library: version(library) for library in LIBRARIES},
    )


@dataclass(frozen=True)
class PreviousSnapshot:
    """The snapshot that is current before a build.

    Attributes:
        folder: The folder of the snapshot.
        manifest: The manifest of the snapshot.
        checksums: The SHA-256 of each document's file, by the document's source.
    """

    folder: Path
    manifest: Manifest
    checksums: Mapping[str, str]

    @classmethod
    def current(cls, store: Store) -> Self | None:
        """Find the current snapshot of a store.

        A snapshot that is missing, damaged or foreign is not used. The build replaces it.

        Args:
            store: The store.

        Returns:
            The snapshot. None if there is none that can be used.
        """
        try:
            folder = store.current_folder()
            return cls(folder, verify_once(folder), read_checksums(folder / CATALOG))
        except (SnapshotError, sqlite3.DatabaseError):
            return None

    def is_undamaged(self) -> bool:
        """Return whether each file matches its checksum, byte for byte."""
        try:
            verify(self.folder)
        except SnapshotError:
            return False
        return True

    def has_usable_passages(self, encoder: Encoder) -> bool:
        """Return whether the passages fit the encoder and are undamaged."""
        passages_by = self.manifest.provenance.passages_by
        return passages_by.fingerprint == encoder.passages_by.fingerprint and self.is_undamaged()

    def short_lines(self, sources: Container[str]) -> Iterator[Iterator[str]]:
        """Yield the short lines of each of these documents."""
        for source, lines in read_short_blocks(self.folder / CATALOG, LONGEST_REPEATED):
            if source in sources:
                yield lines

    def find_stale(self, reused: Container[str], lines: RepeatedLines) -> set[str]:
        """Find the documents whose furniture may be another one in this folder.

        Args:
            reused: The sources of the documents that are reused.
            lines: The lines that occur in several documents of the folder.

        Returns:
            The sources of those documents.
        """
        counts = read_line_counts(self.folder / CATALOG)
        return {
            source
            for source, looked_up in counts.items()
            if source in reused and not lines.confirms(looked_up)
        }

    def entries(self, sources: Container[str]) -> Iterator[CatalogEntry]:
        """Read the entries of documents, in the order of the snapshot."""
        return read_entries(self.folder / CATALOG, sources)

    def term_counts(self, entry: CatalogEntry) -> Iterator[TermCounts | None]:
        """Read the term counts of each passage of an entry, None if the entry is not reused."""
        for number in range(len(entry.passages)):
            yield self._term_counts(entry.reused.first_passage + number) if entry.reused else None

    def vectors(self, entry: CatalogEntry) -> Iterator[Float16Vectors]:
        """Read the vectors of each passage of a reused entry: (sentences, dimension)."""
        assert entry.reused is not None
        row = entry.reused.first_sentence
        for passage in entry.passages:
            yield self._vectors.stored_rows(row, row + len(passage.sentences))
            row += len(passage.sentences)

    @cached_property
    def _term_counts(self) -> Callable[[int], TermCounts]:
        return LexicalIndex(self.folder / LEXICAL).term_counts()

    @cached_property
    def _vectors(self) -> VectorIndex:
        return VectorIndex(self.folder / VECTORS)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which files are read, and which documents are reused instead.

    Attributes:
        to_read: The files to read.
        reused: The unchanged files whose documents are reused, by their sources.
    """

    to_read: tuple[Found, ...]
    reused: Mapping[str, Found]


def plan_reuse(files: Iterable[Found], previous: PreviousSnapshot) -> Plan:
    """Find the files that have the same checksum as in the previous snapshot.

    A file that the previous snapshot does not know is not opened.

    Args:
        files: The files of the folder.
        previous: The previous snapshot.

    Returns:
        The plan.
    """
    to_read: list[Found] = []
    reused: dict[str, Found] = {}
    for file in files:
        known = previous.checksums.get(file.source)
        if known is not None and _checksum(file) == known:
            reused[file.source] = file
        else:
            to_read.append(file)
    return Plan(tuple(to_read), reused)


def _checksum(file: Found) -> str | None:
    try:
        return hashlib.sha256(read_bytes(file)).hexdigest()
    except Unreadable:
        return None  # the extraction opens the file again and reports the reason


@dataclass(frozen=True, slots=True)
class FolderDocuments:
    """Every document of a folder: read now, or reused from the previous snapshot.

    Attributes:
        reused: The unchanged files whose documents are reused, by their sources.
        extraction: The documents that were read.
    """

    reused: Mapping[str, Found]
    extraction: Extraction

    def checksums(self, previous: PreviousSnapshot | None) -> dict[str, str]:
        """Return the checksum of each document by its source.

        Args:
            previous: The snapshot whose documents are reused.

        Returns:
            The SHA-256 of the bytes that each document was read from.
        """
        read = {source: found.sha256 for source, found in self.extraction.documents.items()}
        reused = {source: previous.checksums[source] for source in self.reused} if previous else {}
        return read | reused

    def reading_again(self, sources: Container[str], extract: Extract) -> "FolderDocuments":
        """Read reused documents again, for example because they changed in the meantime.

        Args:
            sources: The sources of the documents.
            extract: Reads files.

        Returns:
            The documents of the folder, of which these are not reused.
        """
        again = [file for source, file in self.reused.items() if source in sources]
        return FolderDocuments(
            {source: file for source, file in self.reused.items() if source not in sources},
            self.extraction.extended_by(extract(again)),
        )


def settle(
    found: FolderDocuments, previous: PreviousSnapshot | None, extract: Extract
) -> tuple[FolderDocuments, RepeatedLines]:
    """Read documents again until the lines of the folder confirm everything that is reused.

    A file that is read again may have changed, and so change the lines of the folder.

    Args:
        found: The documents of the folder.
        previous: The snapshot whose documents are reused.
        extract: Reads files.

    Returns:
        The documents, and the lines that occur in several of them.
    """
    while True:
        read = (short_lines(each.document) for each in found.extraction.documents.values())
        if previous is None or not found.reused:
            return found, count_repeated_lines(read)
        lines = count_repeated_lines(chain(read, previous.short_lines(found.reused)))
        stale = previous.find_stale(found.reused, lines)
        if not stale:
            return found, lines
        found = found.reading_again(stale, extract)
