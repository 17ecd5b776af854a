"""Operations on groups of rows, against results worked out by hand."""

import numpy as np

from wherein.index.arrays import argmax_per_group, expand_ranges, group_starts


def test_the_rows_of_ranges_follow_one_another_and_an_empty_range_has_none() -> None:
    rows, owners = expand_ranges(np.array([7, 0, 3]), np.array([2, 0, 3]))
    assert rows.tolist() == [7, 8, 3, 4, 5]
    assert owners.tolist() == [0, 0, 2, 2, 2]


def test_no_ranges_have_no_rows_and_no_greatest_value() -> None:
    rows, owners = expand_ranges(np.empty(0, np.int64), np.empty(0, np.int64))
    assert (rows.tolist(), owners.tolist()) == ([], [])
    assert argmax_per_group(np.empty(0), owners).tolist() == []


def test_the_first_of_equal_greatest_values_is_found_in_each_group() -> None:
    values = np.array([0.5, 0.9, 0.9, -3.0, 0.1, 0.2, 0.1])
    assert argmax_per_group(values, np.array([0, 0, 0, 1, 2, 2, 2])).tolist() == [1, 3, 5]


def test_a_group_starts_where_a_number_differs_from_the_previous_one() -> None:
    assert group_starts(np.array([4, 4, 2, 2, 2, 4])).tolist() == [0, 2, 5]
    assert group_starts(np.array([0])).tolist() == [0]
    assert group_starts(np.empty(0, np.int64)).tolist() == []
