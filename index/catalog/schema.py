"""The format of a catalog: SQLite tables, a folder of columns, and how values become rows."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from wherein.index.catalog.stored import StoredDate
from wherein.index.dates.interval import Interval
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.errors import ForeignSnapshot

VERSION = 1
"""The version of this format. Raise it with any change that an older reader cannot read."""

TABLES = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT, published TEXT,
    sha256 TEXT NOT NULL, line_counts TEXT NOT NULL
);
CREATE TABLE skipped (source TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE blocks (
    document INTEGER NOT NULL REFERENCES documents, number INTEGER NOT NULL, start INTEGER NOT NULL,
    kind TEXT NOT NULL, reason TEXT, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
    page INTEGER, section TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents,
    block INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
    same_as INTEGER NOT NULL REFERENCES passages, duplicate_key BLOB NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passages,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE dates (
    passage INTEGER NOT NULL REFERENCES passages, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    edtf TEXT, first TEXT, last TEXT, inferred TEXT,
    PRIMARY KEY (passage, start)
) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX passages_by_document ON passages (document);
"""
"""The writer creates the indexes last, which is faster than to update them for each row."""

BLOCK_FIELDS = "text, first_line, last_line, kind, reason, page, section"
"""The columns that `make_document` takes for each block."""

DATE_FIELDS = 'start, "end", edtf, first, last, inferred'
"""The columns that `make_date` takes."""


def columns_folder(path: Path) -> Path:
    """Return the folder of the columns that belong to the catalog at `path`."""
    return path.with_suffix(".columns")


def create(path: Path) -> sqlite3.Connection:
    """Create an empty catalog.

    A crash leaves a file that nothing opens. So SQLite keeps no journal and flushes nothing.

    Args:
        path: The file, which must not exist.

    Returns:
        A connection without implicit transactions.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = {VERSION};"
        + TABLES
    )
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """Open a published catalog, which never changes.

    Args:
        path: The file.

    Returns:
        A read-only connection that several threads may use.

    Raises:
        ForeignSnapshot: Another version of Wherein wrote the catalog.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    try:
        ((version,),) = connection.execute("PRAGMA user_version")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    if version != VERSION:
        connection.close()
        raise ForeignSnapshot(
            f"{path} has version {version}, and this version of Wherein reads version {VERSION}. "
            "Run `wherein reindex FOLDER`, with the folder of your documents, to build a new index."
        )
    return connection


def block_rows(number: int, document: Document) -> Iterator[tuple[object, ...]]:
    """Convert the blocks of a document to rows of the table `blocks`.

    Args:
        number: The number of the document.
        document: The document.

    Yields:
        One row for each block.
    """
    for i, (block, start) in enumerate(zip(document.blocks, document.starts, strict=True)):
        section = json.dumps(block.section, ensure_ascii=False)
        yield (
            *(number, i, start, block.kind, block.reason, *block.lines),
            *(block.page, section, block.text),
        )


def make_document(
    source: str, title: str | None, published: str | None, blocks: Iterable[tuple[Any, ...]]
) -> Document:
    """Make a document from its row and its blocks.

    Args:
        source: The source of the document.
        title: The title of the document.
        published: The day of publication, in ISO format.
        blocks: The columns `BLOCK_FIELDS` of each block, in order.

    Returns:
        The document as it was written.
    """
    return Document(
        source,
        tuple(
            Block(text, Place((first, last), page), Kind(kind), reason, parse_section(section))
            for text, first, last, kind, reason, page, section in blocks
        ),
        title=title,
        published=parse_day(published),
    )


@lru_cache(maxsize=1024)
def parse_section(text: str) -> tuple[str, ...]:
    """Parse the stored headings of a block."""
    return tuple(json.loads(text))


def date_row(passage: int, found: StoredDate) -> tuple[object, ...]:
    """Convert a date to a row of the table `dates`.

    Args:
        passage: The number of the passage.
        found: The date.

    Returns:
        The row.
    """
    days = found.interval
    return (
        *(passage, found.start, found.end, days.edtf),
        *(days.first and days.first.isoformat(), days.last and days.last.isoformat()),
        found.inferred,
    )


def make_date(row: tuple[Any, ...]) -> StoredDate:
    """Make a date from the columns `DATE_FIELDS`."""
    start, end, edtf, first, last, inferred = row
    return StoredDate(start, end, Interval(edtf, parse_day(first), parse_day(last)), inferred)


def parse_day(text: str | None) -> date | None:
    """Parse a stored day in ISO format; None stays None."""
    return date.fromisoformat(text) if text else None
