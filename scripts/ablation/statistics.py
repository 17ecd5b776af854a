"""Compares rankings by their metrics on the same questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wherein.index.arrays import Scores

_RESAMPLES = 10_000
_BATCH = 500
_SEED = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of a changed ranking, and its difference to the ranking as shipped.

    Attributes:
        mean: The mean metric of the changed ranking.
        difference: The mean difference.
        low: The lower end of the difference's 95% interval.
        high: The upper end of that interval.
    """

    mean: float
    difference: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Return whether the whole interval is above zero."""
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        """Return whether the whole interval is below zero."""
        return self.high < 0


def compare(shipped: Scores, changed: Scores) -> list[Difference]:
    """Compare changed rankings with the one as shipped by a paired bootstrap.

    The intervals are percentile intervals (Efron and Tibshirani 1993, chapter 13). Questions are
    drawn with replacement, the same ones for both rankings.

    Args:
        shipped: The metric of each question: shape (questions,).
        changed: The same for the changed rankings: shape (rankings, questions).

    Returns:
        The difference of each changed ranking.
    """
    differences = changed - shipped
    total = len(shipped)
    random = np.random.default_rng(_SEED)
    draws = (
        random.multinomial(total, np.full(total, 1 / total), size=_BATCH)
        for _ in range(_RESAMPLES // _BATCH)
    )
    means = np.concatenate([differences @ counts.T / total for counts in draws], axis=1)
    lows, highs = np.percentile(means, (2.5, 97.5), axis=1)
    columns = (changed.mean(axis=1), differences.mean(axis=1), lows, highs)
    return [Difference(*map(float, values)) for values in zip(*columns, strict=True)]


def conclude(differences: Sequence[Difference | None], *, left_out: bool) -> str:
    """Conclude from the sets whether a part is worth keeping, or a value is better.

    Args:
        differences: The difference on each set; None for a set that is not measured yet.
        left_out: Whether the part is left out. Otherwise it has another value.

    Returns:
        "keep" for a part whose absence is worse on a set and better on none, else "drop". "better"
        for a value that is better on a set and worse on none, else "no better". "–" if a set is
        not measured.
    """
    measured = [difference for difference in differences if difference]
    if len(measured) < len(differences):
        return "–"
    is_better = any(difference.is_better for difference in measured)
    is_worse = any(difference.is_worse for difference in measured)
    if left_out:
        return "keep" if is_worse and not is_better else "drop"
    return "better" if is_better and not is_worse else "no better"
