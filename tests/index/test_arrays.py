"""Runs of rows, worked out by hand."""

import numpy as np

from wherein.index.arrays import best_of, firsts_of, rows_of


def test_the_rows_of_each_run_follow_one_another_and_an_empty_run_has_none() -> None:
    rows, owners = rows_of(np.array([7, 0, 3]), np.array([2, 0, 3]))
    assert rows.tolist() == [7, 8, 3, 4, 5]
    assert owners.tolist() == [0, 0, 2, 2, 2]


def test_no_runs_have_no_rows_and_no_best() -> None:
    rows, owners = rows_of(np.empty(0, np.int64), np.empty(0, np.int64))
    assert (rows.tolist(), owners.tolist()) == ([], [])
    assert best_of(np.empty(0), owners).tolist() == []


def test_the_best_of_a_run_is_its_greatest_and_of_equal_ones_the_first() -> None:
    worth = np.array([0.5, 0.9, 0.9, -3.0, 0.1, 0.2, 0.1])
    assert best_of(worth, np.array([0, 0, 0, 1, 2, 2, 2])).tolist() == [1, 3, 5]


def test_a_number_stands_first_where_another_was_before_it() -> None:
    assert firsts_of(np.array([4, 4, 2, 2, 2, 4])).tolist() == [0, 2, 5]
    assert firsts_of(np.array([0])).tolist() == [0]
    assert firsts_of(np.empty(0, np.int64)).tolist() == []
