"""What goes into a catalog for each document, and how a later build reads it back."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wherein.index.catalog.reader import (
    BLOCK_ROWS,
    StoredDate,
    connect,
    stored_date,
    stored_document,
)
from wherein.index.documents.model import Document
from wherein.index.passages.context import context
from wherein.index.passages.splitter import Passage


@dataclass(frozen=True, slots=True)
class Kept:
    """What the passages of an unchanged document have in the snapshot before.

    `first` and `first_sentence` are the numbers there of the first of them and of its sentences;
    `dates` and `forms` are of each. All of it depends on the document alone.
    """

    first: int
    first_sentence: int
    dates: tuple[tuple[StoredDate, ...], ...]
    forms: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What goes into the catalog for one document.

    `looked_up` are the lines that were looked up in the whole folder as its furniture was marked,
    and in how many files each stood. `kept` is what need not be found out again.
    """

    document: Document
    sha256: str
    passages: tuple[Passage, ...]
    looked_up: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    kept: Kept | None = None


def read_entries(path: Path, wanted: Container[str]) -> Iterator[CatalogEntry]:
    """The entries of the documents with these sources as they were written, with what to keep."""
    with closing(connect(path)) as connection:
        blocks = _Runs(
            connection.execute(f"SELECT document, {BLOCK_ROWS} ORDER BY document, number")
        )
        passages = _Runs(
            connection.execute(
                "SELECT document, id, block, start, length, form FROM passages ORDER BY id"
            )
        )
        sentences = _Runs(
            connection.execute('SELECT passage, start, "end" FROM sentences ORDER BY id')
        )
        dates = _Runs(
            connection.execute(
                'SELECT passage, start, "end", edtf, first, last, inferred FROM dates'
                " ORDER BY passage, start"
            )
        )
        documents = connection.execute(
            "SELECT id, source, title, published, sha256, looked_up FROM documents ORDER BY id"
        )
        first_sentence = 0
        for number, source, title, published, sha256, looked_up in documents:
            found = blocks.of(number)
            rows = [(*row, sentences.of(row[0]), dates.of(row[0])) for row in passages.of(number)]
            if source in wanted:
                document = stored_document(source, title, published, found)
                looked = json.loads(looked_up)
                yield _entry(document, sha256, looked, rows, first_sentence)
            first_sentence += sum(len(row[-2]) for row in rows)


class _Runs:
    """Rows that belong to a number, their first column, in the order of these numbers."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, number: int) -> list[tuple[Any, ...]]:
        """The rows of a number, without it. Numbers are asked for in order."""
        if self._next is None or self._next[0] != number:
            return []
        rows = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _entry(
    document: Document,
    sha256: str,
    looked_up: Mapping[str, int],
    rows: list[tuple[Any, ...]],
    first_sentence: int,
) -> CatalogEntry:
    passages, dates, forms = [], [], []
    for _, block, start, length, form, sentences, days in rows:
        offset = start - document.starts[block]
        text = document.blocks[block].text[offset : offset + length]
        title = context(document.title, document.blocks[block])
        passages.append(Passage(title, block, start, text, tuple(sentences)))
        dates.append(tuple(stored_date(*day) for day in days))
        forms.append(form)
    first = rows[0][0] if rows else 0
    kept = Kept(first, first_sentence, tuple(dates), tuple(forms))
    return CatalogEntry(document, sha256, tuple(passages), looked_up, kept)


def read_short_blocks(path: Path, longest: int) -> Iterator[tuple[str, Iterator[str]]]:
    """Of each document its source and the texts of its blocks of up to `longest` characters."""
    with closing(connect(path)) as connection:
        rows = connection.execute(
            "SELECT d.source, b.text FROM blocks b JOIN documents d ON d.id = b.document"
            " WHERE length(b.text) <= ? ORDER BY b.document, b.number",
            (longest,),
        )
        for source, group in groupby(rows, itemgetter(0)):
            yield source, (text for _, text in group)


def read_digests(path: Path) -> dict[str, str]:
    """The SHA-256 of each document's file as it was read, by its source."""
    with closing(connect(path)) as connection:
        return dict(connection.execute("SELECT source, sha256 FROM documents"))


def read_looked_up(path: Path) -> dict[str, Mapping[str, int]]:
    """Of each document, by its source, what was looked up in the folder as it was marked."""
    with closing(connect(path)) as connection:
        rows = connection.execute("SELECT source, looked_up FROM documents")
        return {source: json.loads(looked_up) for source, looked_up in rows}
