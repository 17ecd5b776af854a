"""Runs of neighbouring rows, such as the sentences of each of some passages, as arrays."""

import numpy as np

from index.arrays import Numbers, Scores


def rows_of(starts: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """The rows of each run in turn, and for each row the number of its run: two of one length."""
    owners = np.repeat(np.arange(len(starts)), counts)
    return np.arange(len(owners)) + np.repeat(starts - np.cumsum(counts) + counts, counts), owners


def best_of(worth: Scores, owners: Numbers) -> Numbers:
    """The place of the greatest of each run, of equal ones the first: (runs,).

    `owners` says of each which run it is of, as `rows_of` does; no run is empty.
    """
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    greatest = np.flatnonzero(worth == np.maximum.reduceat(worth, begins)[owners])
    best: Numbers = greatest[np.flatnonzero(np.diff(owners[greatest], prepend=-1))]
    return best
