"""The arrays that cross module borders."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Unit vectors: (dimension,), or (n, dimension)."""

Scores = npt.NDArray[np.float64]
"""One score for each of the passages asked about, the higher the better."""

Mask = npt.NDArray[np.bool_]
"""For each passage or sentence whether it is one of those that are meant."""

Numbers = npt.NDArray[np.int64]
"""Passages by their number, or sentences by theirs, which is their row among the vectors."""


def rows_of(starts: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """The rows of each run in turn, and for each row the number of its run: two of one length."""
    owners = np.repeat(np.arange(len(starts)), counts)
    return np.arange(len(owners)) + np.repeat(starts - np.cumsum(counts) + counts, counts), owners


def best_of(worth: Scores, owners: Numbers) -> Numbers:
    """The place of the greatest of each run, of equal ones the first: (runs,).

    `owners` says of each which run it is of, as `rows_of` does; no run is empty.
    """
    greatest = np.flatnonzero(worth == np.maximum.reduceat(worth, firsts_of(owners))[owners])
    best: Numbers = greatest[firsts_of(owners[greatest])]
    return best


def firsts_of(numbers: Numbers) -> Numbers:
    """The places where a number stands that is not the one before it: (different neighbours,)."""
    different: Mask = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=different[1:])
    return np.flatnonzero(different)
