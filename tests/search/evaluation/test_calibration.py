"""Tests of the metrics of verdicts, with figures that can be worked out by hand."""

from pathlib import Path

import pytest

from scripts.calibration.fit_verdict import bins_table, draw_bins
from wherein.search.evaluation.calibration import (
    Bin,
    calibration_table,
    compute_calibration,
    reliability_bins,
)
from wherein.search.ranking.verdict import Judgement, Verdict


def judged(*confidences: float) -> list[Judgement]:
    return [
        Judgement(confidence, Verdict.ANSWERED if confidence >= 0.5 else Verdict.NONE)
        for confidence in confidences
    ]


YES, NO = judged(0.9, 0.95, 0.35, 1.0), judged(0.1, 0.32)


def test_answerable_and_absent_questions_weigh_equally_whatever_their_numbers() -> None:
    figures = compute_calibration(YES, NO, [])
    yes = (0.1**2 + 0.05**2 + 0.65**2 + 0) / 4
    no = (0.1**2 + 0.32**2) / 2
    assert figures.brier == pytest.approx((yes + no) / 2)
    assert compute_calibration(YES * 3, NO, []) == figures


def test_a_bin_holds_judgements_with_similar_confidences() -> None:
    # Each of the four weighs 1/8, each of the two 1/4.
    low, middle, high = reliability_bins(YES, NO)
    assert low == Bin(share=0.25, confidence=0.1, answerable=0)
    assert middle.share == pytest.approx(3 / 8)
    assert middle.confidence == pytest.approx((0.35 / 8 + 0.32 / 4) / (3 / 8))
    assert middle.answerable == pytest.approx(1 / 3)
    assert high.share == pytest.approx(3 / 8)
    assert high.answerable == 1


def test_the_calibration_error_is_the_weighted_gap_of_the_bins() -> None:
    middle = (0.35 / 8 + 0.32 / 4) - 1 / 8
    high = 3 / 8 - (0.9 + 0.95 + 1) / 8
    assert compute_calibration(YES, NO, []).ece == pytest.approx(0.25 * 0.1 + abs(middle) + high)


def test_figures_without_questions_are_none() -> None:
    figures = compute_calibration(YES, [], judged(0.2))
    shares = figures.answered
    assert (shares.answerable, shares.absent, shares.near) == (0.75, None, 0)
    assert (figures.brier, figures.ece, figures.auroc.absent) == (None, None, None)
    assert figures.auroc.near == 1


def test_figures_are_printed_in_columns() -> None:
    heading, row = calibration_table([("x", compute_calibration(YES, [], []))]).splitlines()
    assert heading.split()[:2] == ["verdicts", "answered"]
    assert row.split() == ["x", "0.750", "–", "–", "–", "–", "–", "–"]
    assert bins_table(reliability_bins(YES, NO)).splitlines()[1].split() == [
        "0.100",
        "0.250",
        "0.000",
    ]


def test_equal_diagrams_are_drawn_into_equal_files(tmp_path: Path) -> None:
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        draw_bins({"some set": reliability_bins(YES, NO)}, file)
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert b"<svg" in first
    draw_bins({"some set": reliability_bins(NO, YES)}, files[1])
    assert files[1].read_bytes() != first
