"""Nearest rows and exact cosines, as FAISS finds them in files."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from wherein.index.arrays import Numbers, Vectors
from wherein.index.dense import approximate as neighbours
from wherein.index.dense import vector_index as vectors
from wherein.index.dense.approximate import TARGET, Tuning
from wherein.index.dense.float16 import to_floats
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.errors import DamagedSnapshot


def _rows(*rows: Sequence[float]) -> Vectors:
    return np.array(rows, np.float32)


def _write(folder: Path, *goes: Vectors) -> tuple[int, Tuning | None]:
    folder.mkdir()
    return vectors.write(folder, goes, goes[0].shape[1] if goes else 2)


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    """Five vectors in the plane, written in three goes."""
    goes = (_rows([1, 0]), _rows([0, 1], [-1, 0]), _rows([0.6, 0.8], [0.8, 0.6]))
    assert _write(tmp_path / "v", *goes) == (5, None)
    return VectorIndex(tmp_path / "v")


def test_the_nearest_come_first_by_cosine(index: VectorIndex) -> None:
    question = _rows([0.8, 0.6])[0]

    # Cosines of the rows 0 to 4: 0.8, 0.6, -0.8, 0.96, 1.
    assert index.nearest(question, 5).tolist() == [4, 3, 0, 1, 2]
    assert index.nearest(question, 2).tolist() == [4, 3]
    np.testing.assert_allclose(
        index.cosines(question, np.arange(5)), [0.8, 0.6, -0.8, 0.96, 1], rtol=1e-3
    )


def test_a_cosine_is_that_of_the_stored_numbers_of_16_bits(index: VectorIndex) -> None:
    stored = np.array([0.6, 0.8], np.float16).astype(np.float32)
    question = _rows([0.3, 0.7])[0]
    expected = stored[0] * question[0] + stored[1] * question[1]
    assert index.cosines(question, np.array([3])).tolist() == [expected]
    assert index.stored(3, 4).tolist() == [stored.tolist()]


def test_every_number_of_16_bits_is_read_exactly() -> None:
    halves = np.arange(65_536, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)][np.newaxis]
    floats = np.empty(halves.shape, np.float32)
    to_floats(halves, floats)
    assert floats.view(np.int32).tolist() == halves.astype(np.float32).view(np.int32).tolist()


def test_more_neighbours_than_there_are_gives_all(index: VectorIndex) -> None:
    assert len(index) == 5
    assert index.nearest(_rows([1, 0])[0], 1000).tolist() == [0, 4, 3, 1, 2]


def test_the_nearest_are_taken_from_the_rows_that_may_be(index: VectorIndex) -> None:
    question, within = _rows([0.8, 0.6])[0], np.array([True, True, True, False, False])
    assert index.nearest(question, 2, within).tolist() == [0, 1]
    assert index.nearest(question, 1000, within).tolist() == [0, 1, 2]
    assert index.nearest(question, 2, np.zeros(5, np.bool_)).tolist() == []


def test_of_equal_cosines_the_first_rows_are_taken(tmp_path: Path) -> None:
    _write(tmp_path / "v", _rows(*[[0.6, 0.8]] * 100))
    nearest = VectorIndex(tmp_path / "v").nearest(_rows([0, 1])[0], 7)
    assert sorted(nearest.tolist()) == [*range(7)]


def test_cosines_are_of_the_rows_asked_for_in_their_order(index: VectorIndex) -> None:
    question = _rows([1, 0])[0]
    assert index.cosines(question, np.array([2, 0, 1, 0])).tolist() == [-1, 1, 0, 1]
    assert index.cosines(question, np.empty(0, np.int64)).tolist() == []


def _unit_rows(number: int, dimension: int, clusters: int) -> Vectors:
    """Rows in clusters of cosines of about 0.6 to each other, shuffled."""
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(clusters, dimension))
    rows = centres[chance.integers(clusters, size=number)]
    rows += 0.8 * chance.normal(size=rows.shape)
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_a_cosine_has_the_same_bits_whatever_rows_are_asked_for_beside_it(tmp_path: Path) -> None:
    rows = _unit_rows(1001, 384, 1001)
    _write(tmp_path / "v", rows)
    index = VectorIndex(tmp_path / "v")

    together = index.cosines(rows[0], np.arange(1001))

    for some in (np.arange(1000, -1, -7), np.array([3]), np.array([999, 3, 17])):
        assert index.cosines(rows[0], some).tolist() == together[some].tolist()


def test_an_empty_index_has_no_neighbours(tmp_path: Path) -> None:
    assert _write(tmp_path / "v") == (0, None)

    index = VectorIndex(tmp_path / "v")

    assert len(index) == 0
    assert index.nearest(_rows([1, 0])[0], 10).tolist() == []
    assert index.cosines(_rows([1, 0])[0], np.empty(0, np.int64)).tolist() == []


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_equal_vectors_make_equal_files(tmp_path: Path) -> None:
    rows = _rows([1, 0], [0, 1])
    _write(tmp_path / "at once", rows)
    _write(tmp_path / "one by one", rows[:1], rows[1:])
    assert _files(tmp_path / "at once") == _files(tmp_path / "one by one")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("kind", [faiss.IndexFlatIP, faiss.IndexLSH, faiss.IndexHNSWFlat])
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("stored.faiss", "IndexScalarQuantizer of 16 bits"),
        ("lists.faiss", "IndexIVFPQFastScan"),
    ],
)
def test_an_index_of_another_type_is_refused_by_name(
    tmp_path: Path, kind: type, name: str, wanted: str
) -> None:
    other = kind(8, 8) if kind is not faiss.IndexFlatIP else kind(8)
    faiss.write_index(other, str(tmp_path / "v" / name))

    with pytest.raises(DamagedSnapshot) as raised:
        VectorIndex(tmp_path / "v")
    assert str(raised.value) == f"{tmp_path / 'v' / name} is a {kind.__name__}, not an {wanted}."


def test_an_open_index_answers_after_its_file_is_deleted_and_from_several_threads(
    index: VectorIndex, tmp_path: Path
) -> None:
    (tmp_path / "v" / "stored.faiss").unlink()
    question = _rows([0.8, 0.6])[0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: index.nearest(question, 2).tolist(), range(200)))
    assert answers == [[4, 3]] * 200


# ---- many vectors, in lists

MANY = 6000


@pytest.fixture(scope="module")
def many() -> Vectors:
    return _unit_rows(MANY, 64, 40)


@pytest.fixture
def lists(tmp_path: Path, many: Vectors, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """So many vectors that a question is not compared with all, as if 1,000 were that many."""
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(neighbours, "LISTS_BEYOND", 1000)
    count, tuning = _write(tmp_path / "lists", many)
    assert count == MANY
    assert tuning is not None
    assert tuning.recall >= TARGET
    assert tuning.probes < tuning.lists == round(MANY**0.5)
    return VectorIndex(tmp_path / "lists")


def _questions(many: Vectors) -> Vectors:
    """Of others than the samples that the lists were tuned with."""
    questions = many[7::60] + np.random.default_rng(2).normal(size=(100, 64)) * 0.1
    unit: Vectors = (questions / np.linalg.norm(questions, axis=1, keepdims=True)).astype("f4")
    return unit


def _recall(index: VectorIndex, questions: Vectors, of: Numbers) -> float:
    """The share of the ten nearest of these rows that is among five hundred found."""
    within = np.zeros(len(index), np.bool_)
    within[of] = True
    shares = []
    for question in questions:
        cosines = index.cosines(question, of)
        best = of[np.argsort(-cosines)[:10]]
        found = index.nearest(question, 500, None if len(of) == len(index) else within)
        assert len(set(found.tolist())) == 500
        assert within[found].all()
        shares.append(len(np.intersect1d(best, found)) / 10)
    return float(np.mean(shares))


def test_of_many_vectors_nearly_all_of_the_nearest_are_found(
    lists: VectorIndex, many: Vectors
) -> None:
    assert _recall(lists, _questions(many), np.arange(MANY)) >= 0.97


@pytest.mark.parametrize("share", [0.9, 0.4, 0.2])
def test_under_a_filter_as_many_of_the_nearest_are_found(
    lists: VectorIndex, many: Vectors, share: float
) -> None:
    chance = np.random.default_rng(3)
    scattered = np.flatnonzero(chance.random(MANY) < share)
    # Those that are least like the first, so that whole lists have none of them.
    apart = np.sort(np.argsort(many @ many[0])[: int(share * MANY)])
    for rows in (scattered, apart):
        assert _recall(lists, _questions(many), rows) >= 0.97


def test_up_to_a_number_all_codes_are_compared_in_one_list(
    many: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 1000)
    count, tuning = _write(tmp_path / "one", many)
    assert count == MANY
    assert tuning
    assert (tuning.lists, tuning.probes) == (1, 1)
    index = VectorIndex(tmp_path / "one")
    assert _recall(index, _questions(many), np.arange(MANY)) >= 0.99
    assert _recall(index, _questions(many), np.arange(0, MANY, 3)) >= 0.99


def test_few_rows_of_many_are_compared_with_all(lists: VectorIndex, many: Vectors) -> None:
    rows = np.arange(0, MANY, 10)
    assert _recall(lists, _questions(many), rows) == 1
    within = np.zeros(MANY, np.bool_)
    within[rows] = True
    found = lists.nearest(many[0], MANY, within)
    assert sorted(found.tolist()) == rows.tolist()


def test_more_neighbours_than_the_lists_probed_have_are_still_given(
    lists: VectorIndex, many: Vectors
) -> None:
    assert len(set(lists.nearest(many[0], MANY).tolist())) == MANY
    assert len(set(lists.nearest(many[0], MANY - 1).tolist())) == MANY - 1


@pytest.mark.usefixtures("lists")
def test_the_lists_are_the_same_whatever_the_number_of_cores(
    many: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_BLOCK", 500)
    for cores in (1, 5):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        _write(tmp_path / f"{cores}", many)
    assert _files(tmp_path / "1") == _files(tmp_path / "5") == _files(tmp_path / "lists")


def test_questions_from_several_threads_start_no_threads_of_their_own(
    lists: VectorIndex, many: Vectors
) -> None:
    def threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    if not Path("/proc/self/task").exists():
        pytest.skip("only Linux lists a process's threads there")

    def ask(number: int) -> int:
        lists.nearest(many[number], 100)
        lists.nearest(many[number], 100, np.arange(MANY) % 9 == 0)
        return threads()

    before = threads()
    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(ask, range(200))) <= before + 4


def test_where_all_vectors_are_the_same_they_are_found_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 100)
    same = np.repeat(_rows([0.6, 0.8]), 500, axis=0)
    count, tuning = _write(tmp_path / "v", same)
    assert count == 500
    assert tuning is not None
    assert tuning.recall >= TARGET
    assert len(VectorIndex(tmp_path / "v").nearest(same[0], 20)) == 20
