"""Writes the catalog of a snapshot."""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from wherein.index.catalog.columns import ColumnWriter
from wherein.index.catalog.entries import CatalogEntry, Derived
from wherein.index.catalog.schema import INDEXES, block_rows, columns_folder, create, date_row
from wherein.index.catalog.stored import StoredDate
from wherein.index.dates.scanner import find_dates_in_passages
from wherein.index.documents.folder import Skipped
from wherein.index.documents.model import Kind
from wherein.index.passages.near_duplicates import NearDuplicates, duplicate_key
from wherein.index.passages.sentences import Span
from wherein.index.passages.splitter import Passage


def write(path: Path, entries: Iterable[CatalogEntry], skipped: Iterable[Skipped]) -> None:
    """Write a catalog. Passages and sentences are numbered from 0, in the order of the entries.

    The columns are written beside the catalog, into `columns_folder(path)`. The caller flushes all
    files to disk.

    Args:
        path: The file, which must not exist.
        entries: One entry for each document.
        skipped: The files that are not indexed.
    """
    with closing(create(path)) as connection:
        writer = _EntryWriter(connection)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO skipped VALUES (?, ?)", ((skip.source, skip.reason) for skip in skipped)
        )
        for number, entry in enumerate(entries):
            writer.write(number, entry)
        connection.execute("COMMIT")
        connection.executescript(INDEXES)
    writer.columns.write(columns_folder(path))


class _EntryWriter:
    """Writes entries one after the other, and collects the columns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.columns = ColumnWriter()
        self._connection = connection
        self._duplicates = NearDuplicates()
        self._passages = 0

    def write(self, number: int, entry: CatalogEntry) -> None:
        """Write the document of this number, with its blocks, passages, sentences and dates."""
        self._write_document(number, entry)
        derived = entry.reused.derived if entry.reused else _derive(entry)
        passages, sentences, dates = [], [], []
        rows = zip(entry.passages, derived.dates, derived.duplicate_keys, strict=True)
        for passage_id, (passage, found, key) in enumerate(rows, self._passages):
            same_as = self._duplicates.find_original(
                passage_id, key, [date.known_edtf for date in found]
            )
            place = (passage.block, passage.start, len(passage.text))
            passages.append((passage_id, number, *place, same_as, key))
            kind = entry.document.blocks[passage.block].kind
            first = self.columns.add_passage(
                number, same_as, len(passage.sentences), is_caption=kind is Kind.CAPTION
            )
            sentences += [
                (first + i, passage_id, *span) for i, span in enumerate(passage.sentences)
            ]
            dates += [date_row(passage_id, date) for date in found]
            self._add_date_columns(passage, first, found)
        self._passages += len(passages)
        self._insert("passages", 7, passages)
        self._insert("sentences", 4, sentences)
        self._insert("dates", 7, dates)

    def _write_document(self, number: int, entry: CatalogEntry) -> None:
        document = entry.document
        published = document.published.isoformat() if document.published else None
        line_counts = json.dumps(dict(entry.line_counts), ensure_ascii=False, sort_keys=True)
        row = (number, document.source, document.title, published, entry.sha256, line_counts)
        self._insert("documents", 6, [row])
        self._insert("blocks", 10, block_rows(number, document))

    def _add_date_columns(
        self, passage: Passage, first_sentence: int, dates: Iterable[StoredDate]
    ) -> None:
        for date in dates:
            position = _sentence_at(passage.sentences, date.start)
            if position is not None:
                self.columns.add_date(first_sentence + position, date.interval)

    def _insert(self, table: str, fields: int, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * fields)
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _sentence_at(sentences: Sequence[Span], offset: int) -> int | None:
    """Find the sentence that contains an offset. None if the offset lies between sentences."""
    position = bisect_right(sentences, offset, key=lambda span: span[0]) - 1
    return position if position >= 0 and offset < sentences[position][1] else None


def _derive(entry: CatalogEntry) -> Derived:
    """Compute the dates and the duplicate keys of a document that was read now."""
    texts = [passage.text for passage in entry.passages]
    mentions = find_dates_in_passages(texts, entry.document.published)
    return Derived(
        dates=tuple(
            tuple(StoredDate(m.start, m.end, m.interval, m.inferred) for m in found)
            for found in mentions
        ),
        duplicate_keys=tuple(map(duplicate_key, texts, mentions)),
    )
