"""A later build reads back what it reuses, and refuses a catalog of another version."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reader import Catalog
from wherein.index.catalog.reuse import (
    read_checksums,
    read_entries,
    read_line_counts,
    read_short_blocks,
)
from wherein.index.catalog.schema import VERSION
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.errors import ForeignSnapshot
from wherein.index.passages.context import context
from wherein.index.passages.splitter import Passage

TEXT = "It rained on Tuesday. Tea was sold in May 2024."
ONE = Document(
    "a.txt",
    (Block("Rain", Place((1, 1)), Kind.TITLE), Block(TEXT, Place((3, 3)), section=("Weather",))),
    title="Rain",
    published=date(2024, 5, 16),
)
TWO = Document("b.txt", (Block("Share", Place((1, 1)), Kind.FURNITURE, "share link"),))
THREE = Document("c.txt", (Block("Tea.", Place((1, 1))), Block("Rain.", Place((2, 2)))))


def passage(document: Document, block: int, *sentences: tuple[int, int]) -> Passage:
    found = document.blocks[block]
    title = context(document.title, found)
    return Passage(title, block, document.starts[block], found.text, sentences)


ENTRIES = (
    CatalogEntry(ONE, "aa", (passage(ONE, 1, (0, 21), (22, len(TEXT))),), {"share": 2}),
    CatalogEntry(TWO, "bb", (), {}),
    CatalogEntry(THREE, "cc", (passage(THREE, 0, (0, 4)), passage(THREE, 1, (0, 5)))),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    catalog_writer.write(tmp_path / "catalog.sqlite", ENTRIES, ())
    return tmp_path / "catalog.sqlite"


def test_entries_are_read_as_they_were_written(catalog: Path) -> None:
    found = list(read_entries(catalog, {"a.txt", "b.txt", "c.txt"}))
    assert len(found) == 3
    for entry, written in zip(found, ENTRIES, strict=True):
        assert entry.document == written.document
        assert (entry.sha256, entry.passages) == (written.sha256, written.passages)
        assert dict(entry.line_counts) == dict(written.line_counts)


def test_an_entry_has_what_was_computed_from_its_passages(catalog: Path) -> None:
    (one, _, three) = (entry.reused for entry in read_entries(catalog, {"a.txt", "b.txt", "c.txt"}))
    assert one is not None
    assert three is not None
    assert (one.first_passage, one.first_sentence) == (0, 0)
    assert (three.first_passage, three.first_sentence) == (1, 2)
    days = [[date.interval.edtf for date in dates] for dates in one.derived.dates]
    assert days == [["2024-05-14", "2024-05"]]
    assert [len(key) for key in three.derived.duplicate_keys] == [16, 16]


def test_an_entry_has_the_same_numbers_if_it_is_read_alone(catalog: Path) -> None:
    (entry,) = read_entries(catalog, {"c.txt"})
    assert entry.reused is not None
    assert (entry.reused.first_passage, entry.reused.first_sentence) == (1, 2)
    assert list(read_entries(catalog, ())) == []


def test_reused_entries_make_an_equal_catalog(catalog: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite"
    catalog_writer.write(again, read_entries(catalog, {"a.txt", "b.txt", "c.txt"}), ())
    assert again.read_bytes() == catalog.read_bytes()


def test_checksums_line_counts_and_short_blocks_are_read_by_source(catalog: Path) -> None:
    assert read_checksums(catalog) == {"a.txt": "aa", "b.txt": "bb", "c.txt": "cc"}
    assert read_line_counts(catalog) == {"a.txt": {"share": 2}, "b.txt": {}, "c.txt": {}}
    blocks = {source: list(texts) for source, texts in read_short_blocks(catalog, 5)}
    assert blocks == {"a.txt": ["Rain"], "b.txt": ["Share"], "c.txt": ["Tea.", "Rain."]}


def test_a_catalog_of_another_version_is_refused_with_the_remedy(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    for read in (Catalog, read_checksums):
        with pytest.raises(ForeignSnapshot, match=rf"has version {VERSION + 1}, .*reindex FOLDER"):
            read(catalog)
