"""Tests of the paired bootstrap and of the conclusions from it."""

import numpy as np
import pytest

from scripts.ablation.statistics import Difference, compare, conclude

BETTER, WORSE, SAME = (Difference(0.5, by, by - 0.01, by + 0.01) for by in (0.1, -0.1, 0.0))


def test_equal_rankings_have_no_difference() -> None:
    shipped = np.array([0.0, 0.5, 1.0, 0.3])
    (difference,) = compare(shipped, shipped[np.newaxis])
    assert difference == Difference(mean=0.45, difference=0, low=0, high=0)
    assert (difference.is_better, difference.is_worse) == (False, False)


def test_a_constant_difference_is_certain_however_much_the_questions_vary() -> None:
    shipped = np.random.default_rng(1).random(200)
    better, worse = compare(shipped, np.stack([shipped + 0.25, shipped - 0.25]))
    for found, by in (better, 0.25), (worse, -0.25):
        assert (found.difference, found.low, found.high) == pytest.approx((by, by, by))
    assert (better.is_better, better.is_worse) == (True, False)
    assert (worse.is_better, worse.is_worse) == (False, True)


def test_the_interval_comes_from_resampled_questions() -> None:
    # One of 20 questions is lost. It is drawn k times with the odds of Binomial(20, 1/20):
    # 0 times in 36 of 100 resamples, up to 2 in 92.5 and up to 3 in 98.4.
    changed = np.ones((1, 20))
    changed[0, 7] = 0
    (found,) = compare(np.ones(20), changed)
    assert (found.mean, found.difference) == pytest.approx((0.95, -0.05))
    assert (found.low, found.high) == pytest.approx((-3 / 20, 0))
    assert not found.is_worse


@pytest.mark.parametrize(
    ("differences", "left_out", "another_value"),
    [
        ((WORSE, SAME), "keep", "no better"),
        ((WORSE, BETTER), "drop", "no better"),
        ((SAME, SAME), "drop", "no better"),
        ((WORSE, None), "–", "–"),
        ((SAME, BETTER), "drop", "better"),
    ],
)
def test_a_part_is_kept_that_helps_a_set_and_hurts_none(
    differences: tuple[Difference | None, ...], left_out: str, another_value: str
) -> None:
    assert conclude(differences, left_out=True) == left_out
    assert conclude(differences, left_out=False) == another_value
