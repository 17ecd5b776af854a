"""Reads the catalog of a published snapshot: documents, passages, sentences and dates."""

import json
import threading
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wherein.index.arrays import Mask, Numbers
from wherein.index.catalog.columns import Columns
from wherein.index.catalog.schema import (
    BLOCK_FIELDS,
    columns_folder,
    connect,
    make_date,
    make_document,
    parse_day,
    parse_section,
)
from wherein.index.catalog.stored import (
    DocumentInfo,
    DocumentSummary,
    PassageBlock,
    StoredDate,
    StoredPassage,
)
from wherein.index.dates.interval import Interval
from wherein.index.documents.folder import Skipped
from wherein.index.documents.model import Document, Kind, Place
from wherein.index.passages.sentences import Span

_PASSAGES = """
SELECT p.id, p.start, substr(b.text, p.start - b.start + 1, p.length),
       d.source, d.title, d.published,
       b.number, b.kind, b.first_line, b.last_line, b.page, b.section
FROM passages p JOIN documents d ON d.id = p.document
JOIN blocks b ON b.document = p.document AND b.number = p.block
WHERE p.id IN (SELECT value FROM json_each(?))
"""
_DATES = """
SELECT passage, start, "end", edtf, first, last, inferred FROM dates
WHERE passage IN (SELECT value FROM json_each(?)) ORDER BY passage, start
"""
_SENTENCES = """
SELECT id, start, "end" FROM sentences WHERE id IN (SELECT value FROM json_each(?))
"""
_DATES_OF_DOCUMENT = """
SELECT p.start, t.start, t."end", t.edtf, t.first, t.last, t.inferred
FROM documents d JOIN passages p ON p.document = d.id JOIN dates t ON t.passage = p.id
WHERE d.source = ? AND p.start < ? AND p.start + p.length > ?
ORDER BY p.start, t.start
"""
_SUMMARIES = """
SELECT source, title, published,
       (SELECT count(*) FROM blocks WHERE document = d.id),
       (SELECT count(*) FROM passages WHERE document = d.id),
       (SELECT count(*) FROM blocks WHERE document = d.id AND kind = 'furniture')
FROM documents d ORDER BY id
"""


class Catalog:
    """The catalog of a published snapshot, read only. Several threads may use it.

    Attributes:
        same_as: For each passage the first passage with the same content, itself if it is the
            first.
        document_of_passage: The number of the document of each passage.
        is_caption: Whether each passage is the caption of a picture.
        first_sentence: The number of the first sentence of each passage. One more element ends the
            last passage.
        passage_of_sentence: The number of the passage of each sentence.
        has_date: Whether each sentence has a date with a known day or month; the year may be
            missing. "On Tuesday" does not count if the week is not known.
        dates: All dates of the passages.
        sources: The source of each document.
        published: The day of publication of each document as an ordinal, 0 if it is not known.

    Args:
        path: The file of the catalog.

    Raises:
        ForeignSnapshot: Another version of Wherein wrote the catalog.
    """

    def __init__(self, path: Path) -> None:
        # The connection stays open, so that the file can be read after it is deleted.
        self._connection = connect(path)
        weakref.finalize(self, self._connection.close)
        self._lock = threading.Lock()
        columns = Columns.open(columns_folder(path))
        self.same_as = columns.passages.same_as
        self.document_of_passage = columns.passages.documents
        self.is_caption = columns.passages.is_caption
        self.first_sentence = columns.passages.first_sentence
        self.passage_of_sentence = columns.sentences.passages
        self.has_date = columns.sentences.has_date
        self.dates = columns.dates
        documents = self._rows("SELECT source, published FROM documents ORDER BY id")
        self.sources: tuple[str, ...] = tuple(source for source, _ in documents)
        self.published = _ordinals(day for _, day in documents)

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
        """Read passages.

        Args:
            numbers: The numbers of the passages. A number may come twice.

        Returns:
            The passages in the given order.
        """
        wanted = json.dumps([*numbers])
        dates: dict[int, list[StoredDate]] = {}
        for number, *row in self._rows(_DATES, (wanted,)):
            dates.setdefault(number, []).append(make_date(tuple(row)))
        found = {
            row[0]: _make_passage(row, tuple(dates.get(row[0], ())))
            for row in self._rows(_PASSAGES, (wanted,))
        }
        return [found[number] for number in numbers]

    def sentence(self, number: int) -> Span:
        """Return where a sentence is in the text of its passage."""
        (span,) = self.sentences([number])
        return span

    def sentences(self, numbers: Sequence[int]) -> list[Span]:
        """Return where each of these sentences is in the text of its passage."""
        rows = self._rows(_SENTENCES, (json.dumps([*numbers]),))
        found = {number: (start, end) for number, start, end in rows}
        return [found[number] for number in numbers]

    def dates_of(self, source: str, part: Span) -> list[StoredDate]:
        """Find the dates in a part of a document.

        Args:
            source: The source of the document.
            part: The start and end of the part, as offsets in the text of the document.

        Returns:
            The dates in order. Their offsets are those in the text of the document.
        """
        start, end = part
        rows = self._rows(_DATES_OF_DOCUMENT, (source, end, start))
        return [make_date((base + first, base + last, *row)) for base, first, last, *row in rows]

    def documents(self) -> list[DocumentSummary]:
        """Return all documents, in the order of the snapshot."""
        return [
            DocumentSummary(source, title, parse_day(published), *counts)
            for source, title, published, *counts in self._rows(_SUMMARIES)
        ]

    def skipped(self) -> list[Skipped]:
        """Return all files that are not indexed, sorted by their sources."""
        return [Skipped(*row) for row in self._rows("SELECT * FROM skipped ORDER BY source")]

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of each document's file as it was read, by the document's source."""
        return dict(self._rows("SELECT source, sha256 FROM documents"))

    def document(self, source: str) -> Document | None:
        """Return the document with this source as it was read, None if there is no such one."""
        found = self._rows("SELECT id, title, published FROM documents WHERE source = ?", (source,))
        if not found:
            return None
        ((number, title, published),) = found
        blocks = self._rows(
            f"SELECT {BLOCK_FIELDS} FROM blocks WHERE document = ? ORDER BY number",  # noqa: S608
            (number,),
        )
        return make_document(source, title, published, blocks)


def _make_passage(row: Sequence[Any], dates: tuple[StoredDate, ...]) -> StoredPassage:
    number, start, text, source, title, published, *block = row
    block_number, kind, first_line, last_line, page, section = block
    return StoredPassage(
        number=number,
        document=DocumentInfo(source, title, parse_day(published)),
        block=PassageBlock(
            block_number, Kind(kind), Place((first_line, last_line), page), parse_section(section)
        ),
        start=start,
        text=text,
        dates=dates,
    )


def _ordinals(days: Iterable[str | None]) -> Numbers:
    return np.array([day.toordinal() if day else 0 for day in map(parse_day, days)], np.int64)
