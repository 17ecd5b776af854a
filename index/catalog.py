"""SQLite: the documents of a snapshot, their blocks, passages and sentences, as they were read."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from index.arrays import Mask, Numbers
from index.dates import DateMention, in_passages
from index.documents import Block, Document, Kind, Skipped
from index.near_duplicates import NearDuplicates
from index.passages import Passage, Span

_SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT, published TEXT,
    sha256 TEXT NOT NULL
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
    same_as INTEGER NOT NULL REFERENCES passages
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
CREATE INDEX passages_by_same_as ON passages (same_as);
"""
_PASSAGES = """
SELECT p.id, d.source, d.title, d.published, b.first_line, b.last_line, b.page, b.section, b.kind,
       p.block, p.start, substr(b.text, p.start - b.start + 1, p.length)
FROM passages p JOIN documents d ON d.id = p.document
JOIN blocks b ON b.document = p.document AND b.number = p.block
"""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What goes into the catalog for one document."""

    document: Document
    sha256: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class StoredDate:
    """A date in a passage's text, at `start` to `end` of it, and the days that it means.

    `edtf` is None where they cannot be had, `first` and `last` where the year is open too;
    `inferred` says from what a year was inferred.
    """

    start: int
    end: int
    edtf: str | None
    first: date | None
    last: date | None
    inferred: str | None

    def shares_day(self, times: Numbers) -> bool:
        """Whether it shares a day with one of the times, (n, 2) ordinals; an open year never does.

        A day before Christ, of which the calendar has none, is before every other.
        """
        if self.last is None:
            return False
        first, last = self.first.toordinal() if self.first else 0, self.last.toordinal()
        return any(first <= end and last >= start for start, end in times.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class DateColumns:
    """All the dates of the passages in their order, as arrays of one length.

    `firsts` and `lasts` are ordinals of days, 0 before Christ, of which the calendar has no days,
    and where the year is not `known`. None in `edtf` is a date that only an unknown day of
    publication could tell.
    """

    sentences: Numbers
    passages: Numbers
    known: Mask
    firsts: Numbers
    lasts: Numbers
    edtf: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its place, as a hit shows it.

    `block` is the number of its block, and `start` its offset, in the document.
    """

    number: int
    source: str
    title: str | None
    published: date | None
    lines: Span
    page: int | None
    section: tuple[str, ...]
    kind: Kind
    block: int
    start: int
    text: str
    dates: tuple[StoredDate, ...]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One line of the list of documents."""

    source: str
    title: str | None
    published: date | None
    blocks: int
    passages: int
    furniture: int


def write(path: Path, entries: Iterable[CatalogEntry], skipped: Iterable[Skipped]) -> None:
    """Write the catalog. Passages are numbered from 0 as they come, sentences likewise.

    `path` must not exist. The file is not flushed to disk; the caller does that.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A crash leaves a file that nobody will open, so there is nothing to roll back.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO skipped VALUES (?, ?)", ((skip.source, skip.reason) for skip in skipped)
        )
        _write_entries(connection, entries)
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)
    finally:
        connection.close()


def _write_entries(connection: sqlite3.Connection, entries: Iterable[CatalogEntry]) -> None:
    passage_number = sentence_number = 0
    duplicates = NearDuplicates()
    for number, entry in enumerate(entries):
        document = entry.document
        published = document.published.isoformat() if document.published else None
        connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (number, document.source, document.title, published, entry.sha256),
        )
        connection.executemany(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _block_rows(number, document),
        )
        dates = in_passages([passage.text for passage in entry.passages], document.published)
        for passage, mentions in zip(entry.passages, dates, strict=True):
            same_as = duplicates.first(passage_number, passage.text, mentions)
            connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                (passage_number, number, passage.block, passage.start, len(passage.text), same_as),
            )
            connection.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                (
                    (sentence_number + i, passage_number, start, end)
                    for i, (start, end) in enumerate(passage.sentences)
                ),
            )
            connection.executemany(
                "INSERT INTO dates VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((passage_number, *_date_row(mention)) for mention in mentions),
            )
            passage_number += 1
            sentence_number += len(passage.sentences)


def _block_rows(number: int, document: Document) -> Iterator[tuple[object, ...]]:
    for i, (block, start) in enumerate(zip(document.blocks, document.starts, strict=True)):
        section = json.dumps(block.section, ensure_ascii=False)
        yield (
            *(number, i, start, block.kind, block.reason, *block.lines),
            *(block.page, section, block.text),
        )


def _date_row(mention: DateMention) -> tuple[object, ...]:
    first, last = mention.from_, mention.to
    return (
        *(mention.start, mention.end, mention.edtf),
        *(first and first.isoformat(), last and last.isoformat(), mention.inferred),
    )


class Catalog:
    """The catalog of a published snapshot, read only. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # One connection, open from the start, so that the file stays readable when it is deleted.
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)
        self._lock = threading.Lock()
        self.same_as: Numbers = self._column("SELECT same_as FROM passages ORDER BY id")
        """For each passage the first one that tells the same, itself where it is that."""
        owners = self._column("SELECT passage FROM sentences ORDER BY id")
        self.passage_of_sentence: Numbers = owners
        """For each sentence its passage."""
        self.first_sentence: Numbers = np.searchsorted(owners, np.arange(len(self.same_as) + 1))
        """For each passage its first sentence; one more, so that the next one ends it."""

        documents = self._rows("SELECT source, published FROM documents ORDER BY id")
        self.sources: tuple[str, ...] = tuple(source for source, _ in documents)
        """The source of each document."""
        self.published: Numbers = _ordinals(day for _, day in documents)
        """The day of publication of each document, as an ordinal; 0 where it is not known."""
        self.document_of_passage: Numbers = self._column(
            "SELECT document FROM passages ORDER BY id"
        )
        """For each passage its document."""
        self.is_caption: Mask = self._column(
            """SELECT b.kind = 'caption' FROM passages p JOIN blocks b
               ON b.document = p.document AND b.number = p.block ORDER BY p.id"""
        ).astype(np.bool_)
        """For each passage whether it is the caption of a picture."""

        found = self._rows(
            """SELECT s.id, d.first, d.last, d.edtf FROM dates d JOIN sentences s
               ON s.passage = d.passage AND d.start >= s.start AND d.start < s."end"
               ORDER BY d.passage, d.start"""
        )
        sentences = np.array([row[0] for row in found], np.int64)
        self.dates = DateColumns(
            sentences=sentences,
            passages=owners[sentences],
            known=np.array([_tells_year(row[3]) for row in found], np.bool_),
            firsts=_ordinals(row[1] for row in found),
            lasts=_ordinals(row[2] for row in found),
            edtf=tuple(row[3] for row in found),
        )
        self.has_date = np.zeros(len(owners), np.bool_)
        """For each sentence whether a date stands in it."""
        self.has_date[self.dates.sentences] = True

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def _column(self, sql: str) -> Numbers:
        return np.fromiter((row[0] for row in self._connection.execute(sql)), np.int64)

    def dated(self, times: Numbers) -> Mask:
        """For each passage whether a date in it shares a day with one of the times: (passages,).

        `times` are first and last days as ordinals: (times, 2). A date before Christ counts as one
        day, 0, before all others: a time that is to have no beginning begins there. A date whose
        year is open shares no day.
        """
        dates, dated = self.dates, np.zeros(len(self.same_as), np.bool_)
        for first, last in times:
            shared = dates.known & (dates.firsts <= last) & (dates.lasts >= first)
            dated[dates.passages[shared]] = True
        return dated

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages of these numbers, in this order."""
        marks = ",".join("?" * len(numbers))
        rows = self._rows(f"{_PASSAGES} WHERE p.id IN ({marks})", numbers)
        found = {row[0]: self._stored(row) for row in rows}
        return [found[number] for number in numbers]

    def same_news(self, same_as: int) -> list[int]:
        """The first passage to tell something and those that repeat it, in their order."""
        rows = self._rows("SELECT id FROM passages WHERE same_as = ? ORDER BY id", (same_as,))
        return [number for (number,) in rows]

    def sentence(self, number: int) -> Span:
        """Where a sentence stands in its passage's text."""
        ((start, end),) = self._rows('SELECT start, "end" FROM sentences WHERE id = ?', (number,))
        return start, end

    def _stored(self, row: Sequence[Any]) -> StoredPassage:
        number, source, title, published, first, last, page, section, kind, block, start, text = row
        return StoredPassage(
            number=number,
            source=source,
            title=title,
            published=_date(published),
            lines=(first, last),
            page=page,
            section=tuple(json.loads(section)),
            kind=Kind(kind),
            block=block,
            start=start,
            text=text,
            dates=self._dates(number),
        )

    def _dates(self, passage: int) -> tuple[StoredDate, ...]:
        rows = self._rows(
            'SELECT start, "end", edtf, first, last, inferred FROM dates WHERE passage = ?'
            " ORDER BY start",
            (passage,),
        )
        return tuple(
            StoredDate(start, end, edtf, _date(first), _date(last), inferred)
            for start, end, edtf, first, last, inferred in rows
        )

    def dates_of(self, source: str, part: Span) -> list[StoredDate]:
        """The dates in a part of a document, in order; all offsets are those of its text."""
        rows = self._rows(
            """SELECT p.start, t.start, t."end", t.edtf, t.first, t.last, t.inferred
               FROM documents d JOIN passages p ON p.document = d.id
               JOIN dates t ON t.passage = p.id
               WHERE d.source = ? AND p.start < ? AND p.start + p.length > ?
               ORDER BY p.start, t.start""",
            (source, part[1], part[0]),
        )
        return [
            StoredDate(base + start, base + end, edtf, _date(first), _date(last), inferred)
            for base, start, end, edtf, first, last, inferred in rows
        ]

    def documents(self) -> list[DocumentSummary]:
        """All documents, in the order of their sources."""
        rows = self._rows(
            """SELECT source, title, published,
                      (SELECT count(*) FROM blocks WHERE document = d.id),
                      (SELECT count(*) FROM passages WHERE document = d.id),
                      (SELECT count(*) FROM blocks WHERE document = d.id AND kind = 'furniture')
               FROM documents d ORDER BY id"""
        )
        return [DocumentSummary(row[0], row[1], _date(row[2]), *row[3:]) for row in rows]

    def skipped(self) -> list[Skipped]:
        """All files that were not indexed, in the order of their sources."""
        return [Skipped(*row) for row in self._rows("SELECT * FROM skipped ORDER BY source")]

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each document's file as it was read, by its source."""
        return dict(self._rows("SELECT source, sha256 FROM documents"))

    def document(self, source: str) -> Document | None:
        """The document as it was read, None where the snapshot has none of this source."""
        found = self._rows("SELECT id, title, published FROM documents WHERE source = ?", (source,))
        if not found:
            return None
        ((number, title, published),) = found
        blocks = self._rows(
            "SELECT text, first_line, last_line, kind, reason, page, section FROM blocks"
            " WHERE document = ? ORDER BY number",
            (number,),
        )
        return Document(
            source,
            tuple(
                Block(text, (first, last), Kind(kind), reason, page, tuple(json.loads(section)))
                for text, first, last, kind, reason, page, section in blocks
            ),
            title=title,
            published=_date(published),
        )


def _ordinals(days: Iterable[str | None]) -> Numbers:
    return np.array([date.fromisoformat(day).toordinal() if day else 0 for day in days], np.int64)


def _tells_year(edtf: str | None) -> bool:
    return edtf is not None and not edtf.startswith("XXXX")


def _date(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
