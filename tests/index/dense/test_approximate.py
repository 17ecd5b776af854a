"""Approximate search: how much it finds, with and without a filter, and which files it writes."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.index.dense.vectors import clustered, files, recall, rows, unit, write
from wherein.index.arrays import Vectors
from wherein.index.dense.config import DenseConfig
from wherein.index.dense.vector_index import VectorIndex

COUNT = 6000
MANY_LISTS = DenseConfig(exact_up_to=1000, single_list_up_to=1000)
ONE_LIST = DenseConfig(exact_up_to=1000)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return clustered(COUNT, 64, 40)


@pytest.fixture(scope="module")
def questions(vectors: Vectors) -> Vectors:
    """Vectors near to stored vectors, and other than the samples of the tuning."""
    noise = np.random.default_rng(2).normal(size=(100, 64)) * 0.1
    return unit(vectors[7::60] + noise)


@pytest.fixture(scope="module")
def folder(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index in which a question is compared with the vectors of some lists only."""
    folder = tmp_path_factory.mktemp("approximate") / "lists"
    count, tuning = write(folder, vectors, config=MANY_LISTS)
    assert count == COUNT
    assert tuning is not None
    assert tuning.recall >= MANY_LISTS.target_recall
    assert tuning.probes < tuning.lists == round(COUNT**0.5)
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> VectorIndex:
    return VectorIndex(folder, MANY_LISTS)


def test_nearly_all_of_the_nearest_vectors_are_found(
    index: VectorIndex, questions: Vectors
) -> None:
    assert recall(index, questions, np.arange(COUNT)) >= 0.97


@pytest.mark.parametrize("share", [0.9, 0.4, 0.2])
def test_a_filter_does_not_lower_the_recall(
    index: VectorIndex, vectors: Vectors, questions: Vectors, share: float
) -> None:
    scattered = np.flatnonzero(np.random.default_rng(3).random(COUNT) < share)
    # The rows least like the first row, so that whole lists have no admitted row.
    apart = np.sort(np.argsort(vectors @ vectors[0])[: int(share * COUNT)])
    for admitted in (scattered, apart):
        assert recall(index, questions, admitted) >= 0.97


def test_a_moderate_number_of_vectors_forms_a_single_list(
    vectors: Vectors, questions: Vectors, tmp_path: Path
) -> None:
    count, tuning = write(tmp_path / "v", vectors, config=ONE_LIST)
    assert count == COUNT
    assert tuning
    assert (tuning.lists, tuning.probes) == (1, 1)
    index = VectorIndex(tmp_path / "v", ONE_LIST)
    assert recall(index, questions, np.arange(COUNT)) >= 0.99
    assert recall(index, questions, np.arange(0, COUNT, 3)) >= 0.99


def test_a_filter_that_admits_few_rows_is_searched_exactly(
    index: VectorIndex, vectors: Vectors, questions: Vectors
) -> None:
    admitted = np.arange(0, COUNT, 10)
    assert recall(index, questions, admitted) == 1
    within = np.zeros(COUNT, np.bool_)
    within[admitted] = True
    found = index.nearest(vectors[0], COUNT, within)
    assert sorted(found.tolist()) == admitted.tolist()


def test_a_limit_beyond_the_probed_lists_is_still_reached(
    index: VectorIndex, vectors: Vectors
) -> None:
    assert len(set(index.nearest(vectors[0], COUNT).tolist())) == COUNT
    assert len(set(index.nearest(vectors[0], COUNT - 1).tolist())) == COUNT - 1


def test_the_number_of_cores_does_not_change_the_files(
    folder: Path, vectors: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cores in (1, 5):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        write(tmp_path / f"{cores}", vectors, config=MANY_LISTS)
    assert files(tmp_path / "1") == files(tmp_path / "5") == files(folder)


def test_concurrent_searches_start_no_threads_of_their_own(
    index: VectorIndex, vectors: Vectors
) -> None:
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        pytest.skip("only Linux lists the threads of a process there")

    def search(number: int) -> int:
        index.nearest(vectors[number], 100)
        index.nearest(vectors[number], 100, np.arange(COUNT) % 9 == 0)
        return len(list(tasks.iterdir()))

    previous = len(list(tasks.iterdir()))
    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(search, range(200))) <= previous + 4


def test_equal_vectors_are_all_found(tmp_path: Path) -> None:
    config = DenseConfig(exact_up_to=100)
    same = np.repeat(rows([0.6, 0.8]), 500, axis=0)
    count, tuning = write(tmp_path / "v", same, config=config)
    assert count == 500
    assert tuning is not None
    assert tuning.recall >= config.target_recall
    assert len(VectorIndex(tmp_path / "v", config).nearest(same[0], 20)) == 20
