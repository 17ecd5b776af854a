"""Writes the catalog of a snapshot."""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

from wherein.index.catalog.columns import ColumnWriter
from wherein.index.catalog.entries import CatalogEntry, Kept
from wherein.index.catalog.reader import StoredDate, columns_of
from wherein.index.dates.scanner import DateMention, in_passages
from wherein.index.documents.model import Document, Kind, Skipped
from wherein.index.passages.near_duplicates import NearDuplicates, duplicate_key

_SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT, published TEXT,
    sha256 TEXT NOT NULL, looked_up TEXT NOT NULL
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
    same_as INTEGER NOT NULL REFERENCES passages, form BLOB NOT NULL
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
# Made after the rows are in, which is faster than keeping them up row by row.
_INDEXES = """
CREATE INDEX passages_by_document ON passages (document);
"""


def write(path: Path, entries: Iterable[CatalogEntry], skipped: Iterable[Skipped]) -> None:
    """Write the catalog. Passages are numbered from 0 as they come, sentences likewise.

    `path` must not exist; the columns are written beside it, into `columns_of(path)`. Nothing is
    flushed to disk; the caller does that.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A crash leaves a file that nobody will open, so there is nothing to roll back.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO skipped VALUES (?, ?)", ((skip.source, skip.reason) for skip in skipped)
        )
        columns, duplicates = ColumnWriter(), NearDuplicates()
        passages = 0
        for number, entry in enumerate(entries):
            _write_document(connection, number, entry)
            _write_passages(connection, number, entry, passages, duplicates, columns)
            passages += len(entry.passages)
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)
    finally:
        connection.close()
    columns.write(columns_of(path))


def _write_document(connection: sqlite3.Connection, number: int, entry: CatalogEntry) -> None:
    document = entry.document
    published = document.published.isoformat() if document.published else None
    looked_up = json.dumps(dict(entry.looked_up), ensure_ascii=False, sort_keys=True)
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
        (number, document.source, document.title, published, entry.sha256, looked_up),
    )
    connection.executemany(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _block_rows(number, document)
    )


def _write_passages(
    connection: sqlite3.Connection,
    document: int,
    entry: CatalogEntry,
    first: int,
    duplicates: NearDuplicates,
    columns: ColumnWriter,
) -> None:
    """Write a document's passages, the first of which has the number `first`."""
    kept, passages, sentences, dates = entry.kept or _found_out(entry), [], [], []
    told = zip(entry.passages, kept.dates, kept.forms, strict=True)
    for number, (passage, its_dates, form) in enumerate(told, first):
        same_as = duplicates.find_original(number, form, [date.known_edtf for date in its_dates])
        length, spans = len(passage.text), passage.sentences
        passages.append((number, document, passage.block, passage.start, length, same_as, form))
        kind = entry.document.blocks[passage.block].kind
        sentence = columns.add_passage(
            document, same_as, len(spans), is_caption=kind is Kind.CAPTION
        )
        sentences += [(sentence + i, number, start, end) for i, (start, end) in enumerate(spans)]
        dates += [(number, *_date_row(date)) for date in its_dates]
        for one in its_dates:
            # A date that no sentence holds the beginning of is in no column.
            place = bisect_right(spans, (one.start, length)) - 1
            if place >= 0 and one.start < spans[place][1]:
                columns.add_date(
                    sentence + place,
                    one.interval.edtf,
                    one.interval.ordinals,
                    known=not one.interval.is_open,
                )
    connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)", passages)
    connection.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?)", sentences)
    connection.executemany("INSERT INTO dates VALUES (?, ?, ?, ?, ?, ?, ?)", dates)


def _found_out(entry: CatalogEntry) -> Kept:
    """What there is to be known of the passages of a new document."""
    texts = [passage.text for passage in entry.passages]
    mentions = in_passages(texts, entry.document.published)
    return Kept(
        first=0,
        first_sentence=0,
        dates=tuple(tuple(map(_of_mention, its)) for its in mentions),
        forms=tuple(duplicate_key(text, its) for text, its in zip(texts, mentions, strict=True)),
    )


def _block_rows(number: int, document: Document) -> Iterator[tuple[object, ...]]:
    for i, (block, start) in enumerate(zip(document.blocks, document.starts, strict=True)):
        section = json.dumps(block.section, ensure_ascii=False)
        yield (
            *(number, i, start, block.kind, block.reason, *block.lines),
            *(block.page, section, block.text),
        )


def _of_mention(mention: DateMention) -> StoredDate:
    return StoredDate(mention.start, mention.end, mention.interval, mention.inferred)


def _date_row(date: StoredDate) -> tuple[object, ...]:
    first, last = date.interval.first, date.interval.last
    return (
        *(date.start, date.end, date.interval.edtf),
        *(first and first.isoformat(), last and last.isoformat(), date.inferred),
    )
