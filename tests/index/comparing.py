"""Comparing snapshots: do two of them hold the same, and give the same answers?"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.asking import ask
from wherein.index.catalog.schema import columns_folder
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.float16 import to_float32
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.encoding.agreement import ROUNDING_TOLERANCE
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.snapshot.store import CATALOG, LEXICAL, VECTORS, Snapshot
from wherein.search.ranking.config import RankingConfig
from wherein.search.ranking.hits import Hit, HitScores
from wherein.search.searcher import Searcher

TABLES = ("documents", "skipped", "blocks", "passages", "sentences", "dates")
NO_SCORES = HitScores(0, 0, 0)


def read_tables(snapshot: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the catalog."""
    with closing(sqlite3.connect(snapshot / CATALOG)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def read_files(snapshot: Path, *folders: str) -> dict[str, bytes]:
    """The content of each array in some folders. The names of Tantivy's files are random."""
    return {
        file.relative_to(snapshot).as_posix(): file.read_bytes()
        for folder in folders
        for file in (snapshot / folder).iterdir()
        if file.suffix in (".npy", ".faiss")
    }


def assert_same_content(one: Path, other: Path) -> None:
    """Two snapshots hold the same, bit for bit, because one process computed both in one way."""
    columns = columns_folder(Path(CATALOG)).name
    for kind, found in read_tables(one).items():
        assert found == read_tables(other)[kind], kind
    files, expected = (read_files(each, columns, VECTORS, LEXICAL) for each in (one, other))
    assert files.keys() == expected.keys()
    for name, content in files.items():
        assert content == expected[name], name


def assert_same_content_within_rounding(one: Path, other: Path) -> None:
    """Two snapshots hold the same, and their vectors differ by rounding alone."""
    assert read_tables(one) == read_tables(other)
    columns = columns_folder(Path(CATALOG)).name
    assert read_files(one, columns, LEXICAL) == read_files(other, columns, LEXICAL)
    first, second = (VectorIndex(each / VECTORS) for each in (one, other))
    assert len(first) == len(second) > 0
    vectors, expected = (to_float32(each.stored_rows(0, len(each))) for each in (first, second))
    # Storing rounds each of the two vectors, after the encoder rounded them.
    assert np.linalg.norm(vectors - expected, axis=1).max() <= 3 * ROUNDING_TOLERANCE


def hits_of(
    snapshot: Path,
    encoder: QuestionEncoder,
    questions: Sequence[str],
    dense: DenseConfig = DEFAULT_DENSE,
) -> list[tuple[Hit, ...]]:
    """The hits of each question."""
    searcher = Searcher(Snapshot.open(snapshot, dense=dense), encoder)
    return [ask(searcher, question, limit=100).hits for question in questions]


def assert_same_hits_within_rounding(
    found: Sequence[tuple[Hit, ...]], expected: Sequence[tuple[Hit, ...]]
) -> None:
    """The same hits in the same order, whose scores differ by rounding alone."""
    for hits, others in zip(found, expected, strict=True):
        assert [_without_scores(hit) for hit in hits] == [_without_scores(hit) for hit in others]
        for hit, other in zip(hits, others, strict=True):
            assert abs(hit.scores.cosine - other.scores.cosine) <= 3 * ROUNDING_TOLERANCE
            # The score is a weighted cosine, and terms that do not depend on vectors.
            largest = RankingConfig().weights.cosine * 3 * ROUNDING_TOLERANCE
            assert abs(hit.scores.total - other.scores.total) <= largest


def _without_scores(hit: Hit) -> Hit:
    return replace(hit, scores=NO_SCORES)
