"""Reads back from a published catalog what a later build reuses."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from wherein.index.catalog.entries import CatalogEntry, Derived, Reused
from wherein.index.catalog.schema import (
    BLOCK_FIELDS,
    DATE_FIELDS,
    connect,
    make_date,
    make_document,
)
from wherein.index.documents.model import Document
from wherein.index.passages.context import context
from wherein.index.passages.splitter import Passage

Row = tuple[Any, ...]


def read_checksums(path: Path) -> dict[str, str]:
    """Read the SHA-256 of each document's file, by the document's source."""
    with closing(connect(path)) as connection:
        return dict(connection.execute("SELECT source, sha256 FROM documents"))


def read_line_counts(path: Path) -> dict[str, Mapping[str, int]]:
    """Read what furniture marking looked up in the folder, by the document's source."""
    with closing(connect(path)) as connection:
        rows = connection.execute("SELECT source, line_counts FROM documents")
        return {source: json.loads(counts) for source, counts in rows}


def read_short_blocks(path: Path, longest: int) -> Iterator[tuple[str, Iterator[str]]]:
    """Read the short blocks of each document.

    Args:
        path: The catalog.
        longest: The maximum number of characters of a short block.

    Yields:
        The source of a document, and the texts of its short blocks.
    """
    with closing(connect(path)) as connection:
        rows = connection.execute(
            "SELECT d.source, b.text FROM blocks b JOIN documents d ON d.id = b.document"
            " WHERE length(b.text) <= ? ORDER BY b.document, b.number",
            (longest,),
        )
        for source, group in groupby(rows, itemgetter(0)):
            yield source, (text for _, text in group)


def read_entries(path: Path, wanted: Container[str]) -> Iterator[CatalogEntry]:
    """Read the entries of documents as they were written.

    Args:
        path: The catalog.
        wanted: The sources of the documents.

    Yields:
        One entry for each document, in the order of the catalog, with what can be reused.
    """
    with closing(connect(path)) as connection:

        def groups(fields: str, rest: str) -> _RowGroups:
            return _RowGroups(connection.execute(f"SELECT {fields} {rest}"))

        blocks = groups(f"document, {BLOCK_FIELDS}", "FROM blocks ORDER BY document, number")
        passages = groups(
            "document, id, block, start, length, duplicate_key", "FROM passages ORDER BY id"
        )
        sentences = groups('passage, start, "end"', "FROM sentences ORDER BY id")
        dates = groups(f"passage, {DATE_FIELDS}", "FROM dates ORDER BY passage, start")
        documents = connection.execute(
            "SELECT id, source, title, published, sha256, line_counts FROM documents ORDER BY id"
        )
        first_sentence = 0
        for number, source, title, published, sha256, line_counts in documents:
            document_blocks = blocks.take(number)
            rows = [(*r, sentences.take(r[0]), dates.take(r[0])) for r in passages.take(number)]
            if source in wanted:
                document = make_document(source, title, published, document_blocks)
                found, reused = _passages(document, rows, first_sentence)
                yield CatalogEntry(document, sha256, found, json.loads(line_counts), reused)
            first_sentence += sum(len(row[-2]) for row in rows)


class _RowGroups:
    """Rows grouped by the number in their first column, which ascends."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, number: int) -> list[Row]:
        """Take the rows of a number, without the number. The numbers must ascend."""
        if self._next is None or self._next[0] != number:
            return []
        rows = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _passages(
    document: Document, rows: list[Row], first_sentence: int
) -> tuple[tuple[Passage, ...], Reused]:
    passages, dates, keys = [], [], []
    for _, block, start, length, key, sentences, date_rows in rows:
        offset = start - document.starts[block]
        text = document.blocks[block].text[offset : offset + length]
        title = context(document.title, document.blocks[block])
        passages.append(Passage(title, block, start, text, tuple(sentences)))
        dates.append(tuple(map(make_date, date_rows)))
        keys.append(key)
    first_passage = rows[0][0] if rows else 0
    derived = Derived(tuple(dates), tuple(keys))
    return tuple(passages), Reused(first_passage, first_sentence, derived)
