"""Exact search, cosines, and the files of the vector index."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from tests.index.dense.vectors import clustered, files, rows, write
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.errors import DamagedSnapshot


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    """Five vectors in the plane, given as three arrays."""
    arrays = (rows([1, 0]), rows([0, 1], [-1, 0]), rows([0.6, 0.8], [0.8, 0.6]))
    assert write(tmp_path / "v", *arrays) == (5, None)
    return VectorIndex(tmp_path / "v")


def test_the_nearest_rows_come_first(index: VectorIndex) -> None:
    question = rows([0.8, 0.6])[0]

    # Cosines of the rows 0 to 4: 0.8, 0.6, -0.8, 0.96, 1.
    assert index.nearest(question, 5).tolist() == [4, 3, 0, 1, 2]
    assert index.nearest(question, 2).tolist() == [4, 3]
    np.testing.assert_allclose(
        index.cosines(question, np.arange(5)), [0.8, 0.6, -0.8, 0.96, 1], rtol=1e-3
    )


def test_a_cosine_is_computed_from_the_stored_numbers_of_16_bits(index: VectorIndex) -> None:
    stored = np.array([0.6, 0.8], np.float16).astype(np.float64)
    question = rows([0.3, 0.7])[0].astype(np.float64)
    # Two products and a sum round in 32 bits, each by at most 2^-24 of a number below 1. The
    # numbers that were given would make a difference of more than 2^-14.
    expected = pytest.approx([stored @ question], abs=3 * 2**-24)
    assert abs(np.array([0.6, 0.8]) @ question - stored @ question) > 2**-14
    assert index.cosines(question.astype(np.float32), np.array([3])).tolist() == expected
    assert index.stored_rows(3, 4).tolist() == [stored.tolist()]


def test_a_limit_beyond_the_number_of_rows_gives_all_rows(index: VectorIndex) -> None:
    assert len(index) == 5
    assert index.nearest(rows([1, 0])[0], 1000).tolist() == [0, 4, 3, 1, 2]


def test_a_filter_admits_rows_before_the_search(index: VectorIndex) -> None:
    question, within = rows([0.8, 0.6])[0], np.array([True, True, True, False, False])
    assert index.nearest(question, 2, within).tolist() == [0, 1]
    assert index.nearest(question, 1000, within).tolist() == [0, 1, 2]
    assert index.nearest(question, 2, np.zeros(5, np.bool_)).tolist() == []


def test_the_first_rows_win_among_equal_cosines(tmp_path: Path) -> None:
    write(tmp_path / "v", rows(*[[0.6, 0.8]] * 100))
    nearest = VectorIndex(tmp_path / "v").nearest(rows([0, 1])[0], 7)
    assert sorted(nearest.tolist()) == [*range(7)]


def test_cosines_follow_the_order_of_the_rows_asked_for(index: VectorIndex) -> None:
    question = rows([1, 0])[0]
    assert index.cosines(question, np.array([2, 0, 1, 0])).tolist() == [-1, 1, 0, 1]
    assert index.cosines(question, np.empty(0, np.int64)).tolist() == []


def test_a_cosine_does_not_depend_on_the_other_rows_asked_for(tmp_path: Path) -> None:
    vectors = clustered(1001, 384, 1001)
    write(tmp_path / "v", vectors)
    index = VectorIndex(tmp_path / "v")
    cosines = index.cosines(vectors[0], np.arange(1001))
    for selection in (np.arange(1000, -1, -7), np.array([3]), np.array([999, 3, 17])):
        assert index.cosines(vectors[0], selection).tolist() == cosines[selection].tolist()


def test_an_empty_index_has_no_neighbours(tmp_path: Path) -> None:
    assert write(tmp_path / "v") == (0, None)

    index = VectorIndex(tmp_path / "v")

    assert len(index) == 0
    assert index.nearest(rows([1, 0])[0], 10).tolist() == []
    assert index.cosines(rows([1, 0])[0], np.empty(0, np.int64)).tolist() == []


def test_equal_vectors_make_equal_files_however_they_are_grouped(tmp_path: Path) -> None:
    vectors = rows([1, 0], [0, 1])
    write(tmp_path / "together", vectors)
    write(tmp_path / "one by one", vectors[:1], vectors[1:])
    assert files(tmp_path / "together") == files(tmp_path / "one by one")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("kind", [faiss.IndexFlatIP, faiss.IndexLSH, faiss.IndexHNSWFlat])
@pytest.mark.parametrize("name", ["stored.faiss", "lists.faiss"])
def test_a_file_with_another_type_of_index_is_reported_as_damaged(
    tmp_path: Path, kind: type, name: str
) -> None:
    other = kind(8, 8) if kind is not faiss.IndexFlatIP else kind(8)
    path = tmp_path / "v" / name
    faiss.write_index(other, str(path))
    message = f"{path} is damaged: it contains an index of type {kind.__name__}, not"
    with pytest.raises(DamagedSnapshot, match=re.escape(message)):
        VectorIndex(tmp_path / "v")


def test_threads_can_search_an_open_index_whose_file_was_deleted(
    index: VectorIndex, tmp_path: Path
) -> None:
    (tmp_path / "v" / "stored.faiss").unlink()
    question = rows([0.8, 0.6])[0]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: index.nearest(question, 2).tolist(), range(200)))
    assert found == [[4, 3]] * 200
