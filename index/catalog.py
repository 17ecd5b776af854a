"""SQLite: the documents of a snapshot, their blocks, passages and sentences, as they were read."""

import json
import sqlite3
import threading
import weakref
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from index.arrays import Mask, Numbers
from index.columns import Columns, ColumnWriter
from index.dates import DateMention, in_passages
from index.documents import Block, Document, Kind, Skipped
from index.near_duplicates import NearDuplicates, form_of
from index.passages import Passage, Span, context

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
_PASSAGES = """
SELECT p.id, d.source, d.title, d.published, b.first_line, b.last_line, b.page, b.section, b.kind,
       p.block, p.start, substr(b.text, p.start - b.start + 1, p.length)
FROM passages p JOIN documents d ON d.id = p.document
JOIN blocks b ON b.document = p.document AND b.number = p.block
WHERE p.id IN (SELECT value FROM json_each(?))
"""
_BLOCK = "text, first_line, last_line, kind, reason, page, section FROM blocks"
_DATES = """
SELECT passage, start, "end", edtf, first, last, inferred FROM dates
WHERE passage IN (SELECT value FROM json_each(?)) ORDER BY passage, start
"""
_SENTENCES = """
SELECT id, start, "end" FROM sentences WHERE id IN (SELECT value FROM json_each(?))
"""


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

    @property
    def tells_year(self) -> bool:
        """Whether it is known which year it is of."""
        return self.edtf is not None and not self.edtf.startswith("XXXX")

    @property
    def day(self) -> str | None:
        """Which days it means, None where that is not known."""
        return self.edtf if self.tells_year else None

    def shares_day(self, times: Numbers) -> bool:
        """Whether it shares a day with one of the times, (n, 2) ordinals; an open year never does.

        A day before Christ, of which the calendar has none, is before every other.
        """
        if self.last is None or not len(times):
            return False
        first, last = self.first.toordinal() if self.first else 0, self.last.toordinal()
        return any(first <= end and last >= start for start, end in times.tolist())


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


def columns_of(path: Path) -> Path:
    """The folder of a catalog's columns."""
    return path.with_suffix(".columns")


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
        same_as = duplicates.first(number, form, [date.day for date in its_dates])
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
                    one.edtf,
                    _days(one),
                    known=one.tells_year,
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
        forms=tuple(form_of(text, its) for text, its in zip(texts, mentions, strict=True)),
    )


def _block_rows(number: int, document: Document) -> Iterator[tuple[object, ...]]:
    for i, (block, start) in enumerate(zip(document.blocks, document.starts, strict=True)):
        section = json.dumps(block.section, ensure_ascii=False)
        yield (
            *(number, i, start, block.kind, block.reason, *block.lines),
            *(block.page, section, block.text),
        )


def _of_mention(mention: DateMention) -> StoredDate:
    return StoredDate(
        *(mention.start, mention.end, mention.edtf),
        *(mention.from_, mention.to, mention.inferred),
    )


def _date_row(date: StoredDate) -> tuple[object, ...]:
    first, last = date.first, date.last
    return (
        *(date.start, date.end, date.edtf),
        *(first and first.isoformat(), last and last.isoformat(), date.inferred),
    )


def _days(date: StoredDate) -> tuple[int, int]:
    """Its first and last day as ordinals, 0 where the calendar has none."""
    first, last = date.first, date.last
    return first.toordinal() if first else 0, last.toordinal() if last else 0


def read_entries(path: Path, wanted: Container[str]) -> Iterator[CatalogEntry]:
    """The entries of the documents with these sources as they were written, with what to keep."""
    with closing(_connect(path)) as connection:
        blocks = _Runs(connection.execute(f"SELECT document, {_BLOCK} ORDER BY document, number"))
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
                document = _document(source, title, published, found)
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
        dates.append(tuple(_stored_date(*day) for day in days))
        forms.append(form)
    first = rows[0][0] if rows else 0
    kept = Kept(first, first_sentence, tuple(dates), tuple(forms))
    return CatalogEntry(document, sha256, tuple(passages), looked_up, kept)


def read_short_blocks(path: Path, longest: int) -> Iterator[tuple[str, Iterator[str]]]:
    """Of each document its source and the texts of its blocks of up to `longest` characters."""
    with closing(_connect(path)) as connection:
        rows = connection.execute(
            "SELECT d.source, b.text FROM blocks b JOIN documents d ON d.id = b.document"
            " WHERE length(b.text) <= ? ORDER BY b.document, b.number",
            (longest,),
        )
        for source, group in groupby(rows, itemgetter(0)):
            yield source, (text for _, text in group)


def read_digests(path: Path) -> dict[str, str]:
    """The SHA-256 of each document's file as it was read, by its source."""
    with closing(_connect(path)) as connection:
        return dict(connection.execute("SELECT source, sha256 FROM documents"))


def read_looked_up(path: Path) -> dict[str, Mapping[str, int]]:
    """Of each document, by its source, what was looked up in the folder as it was marked."""
    with closing(_connect(path)) as connection:
        rows = connection.execute("SELECT source, looked_up FROM documents")
        return {source: json.loads(looked_up) for source, looked_up in rows}


def _connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that never changes."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )


class Catalog:
    """The catalog of a published snapshot, read only. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # One connection, open from the start, so that the file stays readable when it is deleted.
        self._connection = _connect(path)
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

    def dated(self, times: Numbers, passages: Numbers | None = None) -> Mask:
        """For each passage whether a date in it shares a day with one of the times: (passages,).

        With `passages` for those alone, in their order. `times` are first and last days as
        ordinals: (times, 2). A date before Christ counts as one day, 0, before all others: a time
        that is to have no beginning begins there. A date whose year is open shares no day.
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
        for first, last in times:
            dated[owners[known & (firsts <= last) & (lasts >= first)]] = True
        return dated

    def passages(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """The passages of these numbers, in this order."""
        wanted = json.dumps([*numbers])
        dates: dict[int, list[StoredDate]] = {}
        for number, *day in self._rows(_DATES, (wanted,)):
            dates.setdefault(number, []).append(_stored_date(*day))
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
            _stored_date(base + start, base + end, *meaning) for base, start, end, *meaning in rows
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
        blocks = self._rows(f"SELECT {_BLOCK} WHERE document = ? ORDER BY number", (number,))
        return _document(source, title, published, blocks)


def _document(
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


def _stored_date(
    start: int, end: int, edtf: str | None, first: object, last: object, inferred: str | None
) -> StoredDate:
    return StoredDate(start, end, edtf, _date(first), _date(last), inferred)


def _ordinals(days: Iterable[str | None]) -> Numbers:
    return np.array([date.fromisoformat(day).toordinal() if day else 0 for day in days], np.int64)


def _date(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None
