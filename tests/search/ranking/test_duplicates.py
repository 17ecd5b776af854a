"""Finding the duplicates of passages."""

import numpy as np

from wherein.search.ranking.duplicates import Duplicates

SAME_AS = np.array([0, 1, 0, 0, 4, 1, 0])


def others(*passages: int) -> list[tuple[int, int]]:
    found, owners = Duplicates(SAME_AS).of(np.array(passages, np.int64))
    return list(zip(found.tolist(), owners.tolist(), strict=True))


def test_the_first_copy_finds_all_later_copies() -> None:
    assert others(0) == [(2, 0), (3, 0), (6, 0)]


def test_a_later_copy_finds_the_first_and_the_other_copies_in_order() -> None:
    assert others(3) == [(0, 0), (2, 0), (6, 0)]


def test_several_passages_get_their_own_duplicates_in_the_given_order() -> None:
    assert others(5, 4, 2) == [(1, 0), (0, 2), (3, 2), (6, 2)]


def test_a_passage_without_copies_finds_none() -> None:
    assert others(4) == []
    assert others() == []


def test_only_copies_within_the_mask_are_found() -> None:
    within = np.array([True, True, False, True, True, True, False])
    found, owners = Duplicates(SAME_AS).of(np.array([0], np.int64), within)
    assert (found.tolist(), owners.tolist()) == ([3], [0])
