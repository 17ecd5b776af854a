"""Tests of the table and of its place in docs/quality.md."""

import numpy as np

from scripts.ablation.table import BEGIN, END, Column, join_columns
from scripts.ablation.variants import ROWS
from tests.conftest import ROOT


def test_joined_sets_have_all_questions_and_the_rows_that_all_sets_have() -> None:
    row, other = ROWS[:2]
    first = Column(np.array([1.0]), {row: np.array([0.5]), other: np.array([0.25])})
    second = Column(np.array([0.0, 1.0]), {row: np.array([0.75, 1.0])})
    joined = join_columns([first, second])
    assert joined.shipped.tolist() == [1.0, 0.0, 1.0]
    assert [(row, scores.tolist()) for row, scores in joined.changed.items()] == [
        (row, [0.5, 0.75, 1.0])
    ]


def test_the_page_has_a_row_for_each_part() -> None:
    text = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    lines = text.partition(BEGIN)[2].partition(END)[0].splitlines()[2:]
    assert [tuple(line.strip("| ").split(" | ")[:2]) for line in lines[1:]] == [
        (row.part, row.instead) for row in ROWS
    ]
