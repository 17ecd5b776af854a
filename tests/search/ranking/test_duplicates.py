"""Which passages tell the same, from the first of each."""

import numpy as np

from wherein.search.ranking.duplicates import Repeats

SAME_AS = np.array([0, 1, 0, 0, 4, 1, 0])


def others(*passages: int) -> list[tuple[int, int]]:
    found, owners = Repeats(SAME_AS).others(np.array(passages, np.int64))
    return list(zip(found.tolist(), owners.tolist(), strict=True))


def test_a_first_passage_has_all_that_repeat_it() -> None:
    assert others(0) == [(2, 0), (3, 0), (6, 0)]


def test_one_that_repeats_has_the_first_and_the_other_repeats_in_their_order() -> None:
    assert others(3) == [(0, 0), (2, 0), (6, 0)]


def test_each_has_its_own_in_the_order_asked_for() -> None:
    assert others(5, 4, 2) == [(1, 0), (0, 2), (3, 2), (6, 2)]


def test_what_nothing_repeats_has_none() -> None:
    assert others(4) == []
    assert others() == []
