"""The snapshot before, and what of it a build takes over instead of finding it out again.

That is what depends on an unchanged file alone, as the same code with the same libraries made it.
Where marking a document's furniture looked up lines in the whole folder, the folder must still say
the same of them. So what is taken over is what would be made anew, byte for byte.
"""

import sqlite3
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from wherein.index.catalog.entries import (
    CatalogEntry,
    read_digests,
    read_entries,
    read_looked_up,
    read_short_blocks,
)
from wherein.index.dense.float16 import Float16Vectors
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.errors import SnapshotError
from wherein.index.furniture.repeated_lines import LONGEST_REPEATED, Repeats
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.lexical.postings import TermCounts
from wherein.index.snapshot.store import (
    CATALOG,
    LEXICAL,
    VECTORS,
    Manifest,
    Store,
    find_whole,
    verify,
)


@dataclass(frozen=True)
class Before:
    """The current snapshot, found whole as whoever opens it finds it.

    `digests` are the SHA-256 of its documents' files by their sources.
    """

    folder: Path
    manifest: Manifest
    digests: Mapping[str, str]

    @classmethod
    def of(cls, store: Store) -> Self | None:
        """That of an instance; None where there is none that can be used any more."""
        try:
            folder = store.current_folder()
            return cls(folder, find_whole(folder), read_digests(folder / CATALOG))
        except (SnapshotError, sqlite3.DatabaseError):
            # Missing, damaged or foreign: whichever it is, a new one is the remedy.
            return None

    def is_whole(self) -> bool:
        """Whether each of its files is what was written, byte for byte: to be taken over."""
        try:
            verify(self.folder)
        except SnapshotError:
            return False
        return True

    def short_lines(self, sources: Container[str]) -> Iterator[Iterator[str]]:
        """The short lines of each of these documents."""
        for source, lines in read_short_blocks(self.folder / CATALOG, LONGEST_REPEATED):
            if source in sources:
                yield lines

    def still_marked(self, repeats: Repeats) -> set[str]:
        """The documents whose furniture is what it was, if their files are."""
        looked_up = read_looked_up(self.folder / CATALOG)
        return {source for source, lines in looked_up.items() if repeats.still_say(lines)}

    def entries(self, sources: Container[str]) -> Iterator[CatalogEntry]:
        """The entries of these documents, in the order of the snapshot."""
        return read_entries(self.folder / CATALOG, sources)

    def words(self, entry: CatalogEntry) -> Iterator[TermCounts | None]:
        """The words of each passage of an entry, None where they must be counted."""
        for number in range(len(entry.passages)):
            yield self._words(entry.kept.first + number) if entry.kept else None

    def vectors(self, entry: CatalogEntry) -> Iterator[Float16Vectors]:
        """The vectors of each passage of an entry that was kept."""
        assert entry.kept is not None
        row = entry.kept.first_sentence
        for passage in entry.passages:
            yield self._vectors.stored_rows(row, row + len(passage.sentences))
            row += len(passage.sentences)

    @cached_property
    def _words(self) -> Callable[[int], TermCounts]:
        return LexicalIndex(self.folder / LEXICAL).term_counts()

    @cached_property
    def _vectors(self) -> VectorIndex:
        return VectorIndex(self.folder / VECTORS)
