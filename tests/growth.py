"""Tests of growth: how much longer does twice the input take?"""

import time
from collections.abc import Callable
from statistics import median

_ROUNDS = 5
LINEAR = 3.0
"""Four times the input takes four times as long where growth is linear, and 16 times where it is
quadratic. Halfway between, on a logarithmic scale, is 8: twice what is linear. A bound of 3 times
what is linear is never met by quadratic growth and leaves room for noise."""


def growth_ratio(run: Callable[[int], object], size: int) -> float:
    """Return how much longer 4 × `size` takes than `size`, divided by 4: 1.0 is linear growth.

    The two sizes take turns, and the medians of processor time are compared.
    """
    small, large = [], []
    for _ in range(_ROUNDS):
        small.append(_seconds(run, size))
        large.append(_seconds(run, 4 * size))
    return median(large) / (4 * max(median(small), 1e-4))


def _seconds(run: Callable[[int], object], size: int) -> float:
    started = time.process_time()
    run(size)
    return time.process_time() - started
