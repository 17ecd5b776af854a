"""Nearest rows and exact cosines, as FAISS finds them in a file."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import vectors
from index.arrays import Vectors
from index.errors import DamagedSnapshot
from index.vectors import VectorIndex


def _rows(*rows: Sequence[float]) -> Vectors:
    return np.array(rows, np.float32)


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    """Five vectors in the plane, written in three goes."""
    path = tmp_path / "vectors.faiss"
    goes = [_rows([1, 0]), _rows([0, 1], [-1, 0]), _rows([0.6, 0.8], [0.8, 0.6])]
    assert vectors.write(path, goes, 2) == 5
    return VectorIndex(path)


def test_the_nearest_come_first_by_cosine(index: VectorIndex) -> None:
    question = _rows([0.8, 0.6])[0]

    # Cosines of the rows 0 to 4: 0.8, 0.6, -0.8, 0.96, 1.
    assert index.nearest(question, 5).tolist() == [4, 3, 0, 1, 2]
    assert index.nearest(question, 2).tolist() == [4, 3]
    np.testing.assert_allclose(
        index.cosines(question, np.arange(5)), [0.8, 0.6, -0.8, 0.96, 1], rtol=1e-6
    )


def test_more_neighbours_than_there_are_gives_all(index: VectorIndex) -> None:
    assert len(index) == 5
    assert index.nearest(_rows([1, 0])[0], 1000).tolist() == [0, 4, 3, 1, 2]


def test_the_nearest_are_taken_from_the_rows_that_may_be(index: VectorIndex) -> None:
    question, within = _rows([0.8, 0.6])[0], np.array([True, True, True, False, False])
    assert index.nearest(question, 2, within).tolist() == [0, 1]
    assert index.nearest(question, 1000, within).tolist() == [0, 1, 2]
    assert index.nearest(question, 2, np.zeros(5, np.bool_)).tolist() == []


def test_of_equal_cosines_the_first_rows_are_taken(tmp_path: Path) -> None:
    vectors.write(tmp_path / "v", [_rows(*[[0.6, 0.8]] * 100)], 2)
    nearest = VectorIndex(tmp_path / "v").nearest(_rows([0, 1])[0], 7)
    assert sorted(nearest.tolist()) == [*range(7)]


def test_cosines_are_of_the_rows_asked_for_in_their_order(index: VectorIndex) -> None:
    question = _rows([1, 0])[0]
    assert index.cosines(question, np.array([2, 0, 1, 0])).tolist() == [-1, 1, 0, 1]
    assert index.cosines(question, np.empty(0, np.int64)).tolist() == []


def test_a_cosine_has_the_same_bits_whatever_rows_are_asked_for_beside_it(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(1001, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[500] = rows[3]
    vectors.write(tmp_path / "v", [rows], 384)
    index = VectorIndex(tmp_path / "v")

    together = index.cosines(rows[0], np.arange(1001))

    assert together[500] == together[3]
    for some in (np.arange(1000, -1, -7), np.array([3]), np.array([999, 3, 17])):
        assert index.cosines(rows[0], some).tolist() == together[some].tolist()


def test_an_empty_index_has_no_neighbours(tmp_path: Path) -> None:
    assert vectors.write(tmp_path / "v", [], 2) == 0

    index = VectorIndex(tmp_path / "v")

    assert len(index) == 0
    assert index.nearest(_rows([1, 0])[0], 10).tolist() == []
    assert index.cosines(_rows([1, 0])[0], np.empty(0, np.int64)).tolist() == []


def test_equal_vectors_make_equal_files(tmp_path: Path) -> None:
    rows = _rows([1, 0], [0, 1])
    vectors.write(tmp_path / "at once", [rows], 2)
    vectors.write(tmp_path / "one by one", [rows[:1], rows[1:]], 2)
    assert (tmp_path / "at once").read_bytes() == (tmp_path / "one by one").read_bytes()


@pytest.mark.parametrize("kind", [faiss.IndexFlatL2, faiss.IndexLSH, faiss.IndexHNSWFlat])
def test_an_index_of_another_type_is_refused_by_name(tmp_path: Path, kind: type) -> None:
    other = kind(8, 8) if kind is not faiss.IndexFlatL2 else kind(8)
    faiss.write_index(other, str(tmp_path / "v"))

    with pytest.raises(DamagedSnapshot) as raised:
        VectorIndex(tmp_path / "v")
    assert str(raised.value) == f"{tmp_path / 'v'} is a {kind.__name__}, not an IndexFlatIP."


def test_an_open_index_answers_after_its_file_is_deleted_and_from_several_threads(
    index: VectorIndex, tmp_path: Path
) -> None:
    (tmp_path / "vectors.faiss").unlink()
    question = _rows([0.8, 0.6])[0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: index.nearest(question, 2).tolist(), range(200)))
    assert answers == [[4, 3]] * 200
