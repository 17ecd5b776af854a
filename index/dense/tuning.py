"""How many lists must an approximate search probe? Measured by searching for samples."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import faiss
import numpy as np

from wherein.index.arrays import Numbers, Vectors
from wherein.index.dense.float16 import Float16Vectors, to_float32

SEED = 1
"""The seed of every random choice, so that equal vectors give equal files."""

_NEAREST = 10
_COMPARED = 1000
"""So many results of a search are compared exactly. Samples are harder to find than questions."""
_SAMPLES = 256
_VECTORS_PER_SAMPLE = 4
"""The neighbours of a mean of this number of vectors are as hard to find as those of a question."""
_ROWS_PER_BLOCK = 4096  # larger blocks do not stay in the processor's cache
_TOLERANCE = 1e-6
"""Cosines that differ by less count as equal. Two orders of summation round a 32-bit dot product of
a few hundred components differently, typically by 4e-7. A larger difference costs extra probes."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """The result of tuning an approximate index.

    Attributes:
        lists: The number of inverted lists (FAISS's nlist).
        probes: How many lists a search without a filter probes (FAISS's nprobe).
        recall: The share of the ten nearest vectors that a search finds, measured on the samples.
        samples: How many samples were searched for. They are means of stored vectors.
    """

    lists: int
    probes: int
    recall: float
    samples: int


@dataclass(frozen=True, slots=True)
class NearestToSamples:
    """Samples and the rows that are nearest to each.

    Attributes:
        samples: Unit vectors: (samples, dimension).
        rows: The ten rows nearest to each sample, the nearest first: (samples, 10).
        cosines: Their cosines: (samples, 10).
    """

    samples: Vectors
    rows: Numbers
    cosines: Vectors


def tune(
    index: faiss.IndexIVFPQFastScan,
    rows: Float16Vectors,
    nearest: NearestToSamples,
    least: int,
    target: float,
) -> Tuning:
    """Set how many lists a search probes, so that it finds the target share.

    The codes are not exact, so a search may have to probe more lists than hold the nearest rows.

    Args:
        index: The index, with all rows.
        rows: The stored vectors: (rows, dimension).
        nearest: The samples and what a search must find.
        least: The minimum number of lists.
        target: The recall to reach, 0 to 1.

    Returns:
        The number of lists and probes, and the measured recall.
    """
    # For each sample, the rank of the list that holds each of its nearest rows.
    _, order = index.quantizer.search(nearest.samples, index.nlist)
    flat = to_float32(rows[nearest.rows.ravel()])
    owners = index.quantizer.search(flat, 1)[1].reshape(nearest.rows.shape)
    ranks = np.take_along_axis(np.argsort(order, axis=1), owners, axis=1)
    index.nprobe = max(1 + int(np.quantile(ranks, target, method="higher")), least)
    while True:
        recall = _recall(index, rows, nearest)
        if recall >= target or index.nprobe == index.nlist:
            return Tuning(index.nlist, index.nprobe, round(recall, 4), len(nearest.samples))
        index.nprobe = min(index.nlist, index.nprobe + 1 + index.nprobe // 8)


def make_samples(rows: Float16Vectors) -> Vectors:
    """Make vectors that are about as near to the stored vectors as questions are.

    Each sample is the normalised mean of one of some evenly spaced rows and a few random rows.

    Args:
        rows: The stored vectors: (rows, dimension).

    Returns:
        Unit vectors: (samples, dimension).
    """
    chance = np.random.default_rng(SEED)
    others = chance.integers(len(rows), size=(_SAMPLES, _VECTORS_PER_SAMPLE - 1))
    sums = evenly_spaced(rows, _SAMPLES)
    flat = to_float32(rows[others[: len(sums)].ravel()])
    sums += flat.reshape(len(sums), -1, rows.shape[1]).sum(1)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    unit: Vectors = (sums / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit


def nearest_in_block(
    rows: Float16Vectors, samples: Vectors, block: slice
) -> tuple[Numbers, Vectors]:
    """Find the rows of one block that are nearest to each sample.

    Args:
        rows: The stored vectors: (rows, dimension).
        samples: Unit vectors: (samples, dimension).
        block: Which rows to compare.

    Returns:
        The ten nearest rows and their cosines: (samples, 10) each.
    """
    vectors = to_float32(rows[block])
    cosines, numbers = faiss.knn(samples, vectors, _NEAREST, metric=faiss.METRIC_INNER_PRODUCT)
    return numbers + block.start, cosines


def merge_nearest(samples: Vectors, found: Iterable[tuple[Numbers, Vectors]]) -> NearestToSamples:
    """Merge what `nearest_in_block` found in each block.

    Args:
        samples: Unit vectors: (samples, dimension).
        found: The nearest rows and cosines of each block.

    Returns:
        The ten rows of all blocks that are nearest to each sample.
    """
    all_numbers, all_cosines = zip(*found, strict=True)
    numbers, cosines = np.concatenate(all_numbers, axis=1), np.concatenate(all_cosines, axis=1)
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :_NEAREST]
    return NearestToSamples(
        samples,
        np.take_along_axis(numbers, best, axis=1),
        np.take_along_axis(cosines, best, axis=1),
    )


def evenly_spaced(rows: Float16Vectors, wanted: int) -> Vectors:
    """Take evenly spaced rows.

    Args:
        rows: The stored vectors: (rows, dimension).
        wanted: How many rows to take.

    Returns:
        The rows in 32 bits: (wanted, dimension), or all rows where there are fewer.
    """
    wanted = min(wanted, len(rows))
    return to_float32(rows[np.arange(wanted) * len(rows) // wanted])


def blocks(count: int) -> Iterator[slice]:
    """Divide a number of rows into consecutive blocks."""
    for start in range(0, count, _ROWS_PER_BLOCK):
        yield slice(start, min(start + _ROWS_PER_BLOCK, count))


def _recall(
    index: faiss.IndexIVFPQFastScan, rows: Float16Vectors, nearest: NearestToSamples
) -> float:
    """Compute the share of the nearest rows that a search finds.

    A row counts as found where any row with as high a cosine is found.
    """
    _, found = index.search(nearest.samples, _COMPARED)
    shares = []
    for sample, numbers, tenth in zip(nearest.samples, found, nearest.cosines[:, -1], strict=True):
        cosines = to_float32(rows[numbers[numbers >= 0]]) @ sample
        near = int(np.count_nonzero(cosines >= tenth - _TOLERANCE))
        shares.append(min(near, _NEAREST) / _NEAREST)
    return float(np.mean(shares))
