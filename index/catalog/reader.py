"""SQLite: the documents of a snapshot, their blocks, passages and sentences, as they were read.

`catalog.writer` writes it; `catalog.entries` reads back what a later build reuses.
"""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from wherein.index.arrays import Mask, Numbers
from wherein.index.catalog.columns import Columns
from wherein.index.dates.interval import Interval
from wherein.index.documents.model import Block, Document, Kind, Skipped
from wherein.index.passages.sentences import Span

_PASSAGES = """
SELECT p.id, d.source, d.title, d.published, b.first_line, b.last_line, b.page, b.section, b.kind,
       p.block, p.start, substr(b.text, p.start - b.start + 1, p.length)
FROM passages p JOIN documents d ON d.id = p.document
JOIN blocks b ON b.document = p.document AND b.number = p.block
WHERE p.id IN (SELECT value FROM json_each(?))
"""
BLOCK_ROWS = "text, first_line, last_line, kind, reason, page, section FROM blocks"
_DATES = """
SELECT passage, start, "end", edtf, first, last, inferred FROM dates
WHERE passage IN (SELECT value FROM json_each(?)) ORDER BY passage, start
"""
_SENTENCES = """
SELECT id, start, "end" FROM sentences WHERE id IN (SELECT value FROM json_each(?))
"""


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


def columns_of(path: Path) -> Path:
    """The folder of a catalog's columns."""
    return path.with_suffix(".columns")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that never changes."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )


class Catalog:
    """The catalog of a published snapshot, read only. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # One connection, open from the start, so that the file stays readable when it is deleted.
        self._connection = connect(path)
        weakref.finalize(self, self._connection.close)
        self._lock = threading.Lock()
        columns = Columns.open(columns_of(path))
        self.same_as = columns.same_as
        """For each passage the first one that tells the same, itself where it is that."""
        self.document_of_passage = columns.document_of_passage
        """For each passage its document."""
        self.is_caption = columns.is_caption
        """For each passage whether it is the caption of a picture."""
        self.first_sentence = columns.first_sentence
        """For each passage its first sentence; one more, so that the next one ends it."""
        self.passage_of_sentence = columns.passage_of_sentence
        """For each sentence its passage."""
        self.has_date = columns.has_date
        """For each sentence whether a date stands in it that means something, be its year open.

        "On Tuesday" does not, where nobody knows of which week.
        """
        self.dates = columns.dates

        documents = self._rows("SELECT source, published FROM documents ORDER BY id")
        self.sources: tuple[str, ...] = tuple(source for source, _ in documents)
        """The source of each document."""
        self.published: Numbers = _ordinals(day for _, day in documents)
        """The day of publication of each document, as an ordinal; 0 where it is not known."""

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def dated(self, times: Sequence[Interval], passages: Numbers | None = None) -> Mask:
        """Find the passages with a date that overlaps one of the times.

        Args:
            times: The times. A date whose year is not known overlaps none of them.
            passages: The passages' numbers. None asks about all passages.

        Returns:
            Whether each passage has such a date: shape (passages,), bool, in the given order.
        """
        dates, count = self.dates, len(self.same_as)
        owners, rows = dates.passages, None
        if passages is not None:
            rows, owners = dates.of(passages)
            count = len(passages)
        known, firsts, lasts = (
            column if rows is None else column[rows]
            for column in (dates.known, dates.firsts, dates.lasts)
        )
        dated = np.zeros(count, np.bool_)
        for first, last in (time.ordinals for time in times):
            dated[owners[known & (firsts <= last) & (lasts >= first)]] = True
        return dated

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages of these numbers, in this order."""
        wanted = json.dumps([*numbers])
        dates: dict[int, list[StoredDate]] = {}
        for number, *day in self._rows(_DATES, (wanted,)):
            dates.setdefault(number, []).append(stored_date(*day))
        found = {
            row[0]: _stored(row, tuple(dates.get(row[0], ())))
            for row in self._rows(_PASSAGES, (wanted,))
        }
        return [found[number] for number in numbers]

    def sentence(self, number: int) -> Span:
        """Where a sentence stands in its passage's text."""
        (span,) = self.sentences([number])
        return span

    def sentences(self, numbers: Sequence[int]) -> list[Span]:
        """Where each of these sentences stands in its passage's text."""
        rows = self._rows(_SENTENCES, (json.dumps([*numbers]),))
        found = {number: (start, end) for number, start, end in rows}
        return [found[number] for number in numbers]

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
            stored_date(base + start, base + end, *meaning) for base, start, end, *meaning in rows
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
        blocks = self._rows(f"SELECT {BLOCK_ROWS} WHERE document = ? ORDER BY number", (number,))
        return stored_document(source, title, published, blocks)


def stored_document(
    source: str, title: str | None, published: object, blocks: Iterable[tuple[Any, ...]]
) -> Document:
    return Document(
        source,
        tuple(
            Block(text, (first, last), Kind(kind), reason, page, _section(section))
            for text, first, last, kind, reason, page, section in blocks
        ),
        title=title,
        published=_date(published),
    )


@lru_cache(maxsize=1024)
def _section(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _stored(row: Sequence[Any], dates: tuple[StoredDate, ...]) -> StoredPassage:
    number, source, title, published, first, last, page, section, kind, block, start, text = row
    return StoredPassage(
        number=number,
        source=source,
        title=title,
        published=_date(published),
        lines=(first, last),
        page=page,
        section=_section(section),
        kind=Kind(kind),
        block=block,
        start=start,
        text=text,
        dates=dates,
    )


def stored_date(
    start: int, end: int, edtf: str | None, first: object, last: object, inferred: str | None
) -> StoredDate:
    return StoredDate(start, end, Interval(edtf, _date(first), _date(last)), inferred)


def _ordinals(days: Iterable[str | None]) -> Numbers:
    return np.array([date.fromisoformat(day).toordinal() if day else 0 for day in days], np.int64)


def _date(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
