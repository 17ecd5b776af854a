"""Figures of verdicts that can be worked out by hand."""

from pathlib import Path

import pytest

from scripts.calibration.fit_verdict import bins_table, draw_bins
from wherein.search.evaluation.reliability import Bin, bins, measure, reliability_table
from wherein.search.ranking.verdict import Judgement, Verdict


def judged(*confidences: float) -> list[Judgement]:
    return [
        Judgement(confidence, Verdict.ANSWERED if confidence >= 0.5 else Verdict.NONE)
        for confidence in confidences
    ]


YES, NO = judged(0.9, 0.95, 0.35, 1.0), judged(0.1, 0.32)


def test_the_two_kinds_weigh_equally_whatever_their_numbers() -> None:
    figures = measure(YES, NO, [])
    yes = (0.1**2 + 0.05**2 + 0.65**2 + 0) / 4
    no = (0.1**2 + 0.32**2) / 2
    assert figures.brier == pytest.approx((yes + no) / 2)
    assert measure(YES * 3, NO, []) == figures


def test_bins_hold_what_is_alike() -> None:
    # Each of the four weighs 1/8, each of the two 1/4.
    low, middle, high = bins(YES, NO)
    assert low == Bin(share=0.25, confidence=0.1, answerable=0)
    assert middle.share == pytest.approx(3 / 8)
    assert middle.confidence == pytest.approx((0.35 / 8 + 0.32 / 4) / (3 / 8))
    assert middle.answerable == pytest.approx(1 / 3)
    assert high.share == pytest.approx(3 / 8)
    assert high.answerable == 1


def test_the_calibration_error_is_the_weighted_gap_of_the_bins() -> None:
    middle = (0.35 / 8 + 0.32 / 4) - 1 / 8
    high = 3 / 8 - (0.9 + 0.95 + 1) / 8
    assert measure(YES, NO, []).ece == pytest.approx(0.25 * 0.1 + abs(middle) + high)


def test_what_cannot_be_taken_is_left_open() -> None:
    figures = measure(YES, [], judged(0.2))
    assert (figures.answered, figures.false_absent, figures.false_near) == (0.75, None, 0)
    assert (figures.brier, figures.ece, figures.auroc_absent) == (None, None, None)
    assert figures.auroc_near == 1


def test_figures_are_printed_in_columns() -> None:
    heading, row = reliability_table([("x", measure(YES, [], []))]).splitlines()
    assert heading.split()[:2] == ["verdicts", "answered"]
    assert row.split() == ["x", "0.750", "–", "–", "–", "–", "–", "–"]
    assert bins_table(bins(YES, NO)).splitlines()[1].split() == ["0.100", "0.250", "0.000"]


def test_a_diagram_is_drawn_the_same_each_time(tmp_path: Path) -> None:
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        draw_bins({"some set": bins(YES, NO)}, file)
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert b"<svg" in first
    draw_bins({"some set": bins(NO, YES)}, files[1])
    assert files[1].read_bytes() != first
