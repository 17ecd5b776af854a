"""The types of the arrays that modules exchange, and operations on groups of rows.

A group is a series of consecutive rows that belong to the same owner, for example the sentences of
a passage.
"""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""One unit vector, (dimension,), or several, (n, dimension)."""

Scores = npt.NDArray[np.float64]
"""One score for each passage in question. Higher is better."""

Mask = npt.NDArray[np.bool_]
"""For each passage or sentence, whether it is selected."""

Numbers = npt.NDArray[np.int64]
"""Numbers of passages, or of sentences. A sentence's number is its row in the vector index."""


def expand_ranges(starts: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """List the rows of several ranges.

    Args:
        starts: The first row of each range: (ranges,).
        counts: How many rows each range has: (ranges,). A range may be empty.

    Returns:
        The rows of all ranges, one range after another, and for each row the position of its range.
        Both have the shape (rows,).
    """
    owners = np.repeat(np.arange(len(starts)), counts)
    return np.arange(len(owners)) + np.repeat(starts - np.cumsum(counts) + counts, counts), owners


def argmax_per_group(values: Scores, owners: Numbers) -> Numbers:
    """Find the position of the greatest value of each group, the first among equals.

    Args:
        values: One value a row: (rows,).
        owners: The group of each row, from 0, ascending, as `expand_ranges` returns it: (rows,). No
            group is empty.

    Returns:
        One position a group: (groups,).
    """
    maxima = np.maximum.reduceat(values, group_starts(owners))
    greatest = np.flatnonzero(values == maxima[owners])
    best: Numbers = greatest[group_starts(owners[greatest])]
    return best


def group_starts(numbers: Numbers) -> Numbers:
    """Find where each run of equal neighbours starts.

    Args:
        numbers: Any numbers: (n,).

    Returns:
        The position of the first number of each run: (groups,).
    """
    changed: Mask = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=changed[1:])
    return np.flatnonzero(changed)
