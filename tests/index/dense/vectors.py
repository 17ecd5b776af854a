"""Vectors and indexes for the tests of the dense package."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Numbers, Vectors
from wherein.index.dense import vector_index
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.tuning import Tuning
from wherein.index.dense.vector_index import VectorIndex


def rows(*vectors: Sequence[float]) -> Vectors:
    """These vectors as an array."""
    return np.array(vectors, np.float32)


def write(
    folder: Path, *arrays: Vectors, config: DenseConfig = DEFAULT_DENSE
) -> tuple[int, Tuning | None]:
    """Write an index of these arrays in a new folder."""
    folder.mkdir()
    dimension = arrays[0].shape[1] if arrays else 2
    return vector_index.write(folder, arrays, dimension, config)


def clustered(number: int, dimension: int, clusters: int) -> Vectors:
    """Random unit vectors in clusters, shuffled. Two of a cluster have a cosine of about 0.6."""
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(clusters, dimension))
    vectors = centres[chance.integers(clusters, size=number)]
    vectors += 0.8 * chance.normal(size=vectors.shape)
    return unit(vectors)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """The same directions with length 1."""
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def files(folder: Path) -> dict[str, bytes]:
    """The content of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def recall(index: VectorIndex, questions: Vectors, admitted: Numbers) -> float:
    """The share of the ten nearest admitted rows that is among five hundred found."""
    within = np.zeros(len(index), np.bool_)
    within[admitted] = True
    shares = []
    for question in questions:
        cosines = index.cosines(question, admitted)
        best = admitted[np.argsort(-cosines)[:10]]
        found = index.nearest(question, 500, None if len(admitted) == len(index) else within)
        assert len(set(found.tolist())) == 500
        assert within[found].all()
        shares.append(len(np.intersect1d(best, found)) / 10)
    return float(np.mean(shares))
