"""Metrics of verdicts and confidences: how far can a reader rely on them?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from wherein.index.arrays import Scores
from wherein.search.evaluation.errors import MissingLibraries
from wherein.search.evaluation.tables import format_figure, format_table
from wherein.search.ranking.verdict import Judgement, Verdict

try:
    from sklearn.metrics import brier_score_loss, roc_auc_score
except ImportError as missing:
    raise MissingLibraries from missing

_BINS = 10


@dataclass(frozen=True, slots=True)
class AnsweredShares:
    """The share of questions with the verdict `answered`. None if there are no such questions.

    Attributes:
        answerable: The share among answerable questions.
        absent: The share among questions that no passage is about: false positives.
        near: The share among questions that a passage is about without answering: false positives.
    """

    answerable: float | None
    absent: float | None
    near: float | None


@dataclass(frozen=True, slots=True)
class RocAreas:
    """The area under the ROC curve: how often an answerable question has the higher confidence.

    Attributes:
        absent: The area against absent questions; None if there are none.
        near: The area against near questions; None if there are none.
    """

    absent: float | None
    near: float | None


@dataclass(frozen=True, slots=True)
class CalibrationMetrics:
    """The metrics of the verdicts on a set. Answerable and absent questions weigh equally.

    Attributes:
        answered: The shares of questions with the verdict `answered`.
        brier: The Brier score; None without answerable or absent questions.
        ece: The expected calibration error; None without answerable or absent questions.
        auroc: The areas under the ROC curve.
    """

    answered: AnsweredShares
    brier: float | None
    ece: float | None
    auroc: RocAreas

    def figures(self) -> dict[str, float | None]:
        """Return all figures by their names in reports."""
        return {
            "answered": self.answered.answerable,
            "false_absent": self.answered.absent,
            "false_near": self.answered.near,
            "brier": self.brier,
            "ece": self.ece,
            "auroc_absent": self.auroc.absent,
            "auroc_near": self.auroc.near,
        }


_HEADINGS = (
    *("answered", "false absent", "false near", "Brier", "ECE"),
    *("AUROC absent", "AUROC near"),
)


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin of a reliability diagram: judgements with similar confidences.

    Attributes:
        share: The share of all judgements, by weight.
        confidence: The mean confidence.
        answerable: The share of answerable questions.
    """

    share: float
    confidence: float
    answerable: float


def compute_calibration(
    answerable: Sequence[Judgement], absent: Sequence[Judgement], near: Sequence[Judgement]
) -> CalibrationMetrics:
    """Compute the metrics from the judgements on each kind of question.

    Args:
        answerable: The judgements on answerable questions.
        absent: The judgements on questions that no passage is about.
        near: The judgements on questions that a passage is about without answering.

    Returns:
        The metrics; those without questions to compute them from are None.
    """
    positive, negative, hard = map(_confidences, (answerable, absent, near))
    brier = ece = None
    if answerable and absent:
        truth, confidences = _labelled(positive, negative)
        brier = float(brier_score_loss(truth, confidences, sample_weight=_weights(truth)))
        bins = reliability_bins(answerable, absent)
        ece = sum(b.share * abs(b.confidence - b.answerable) for b in bins)
    return CalibrationMetrics(
        answered=AnsweredShares(*map(_share_answered, (answerable, absent, near))),
        brier=brier,
        ece=ece,
        auroc=RocAreas(absent=_auroc(positive, negative), near=_auroc(positive, hard)),
    )


def reliability_bins(answerable: Sequence[Judgement], absent: Sequence[Judgement]) -> list[Bin]:
    """Compute a reliability diagram with ten bins of equal width. Empty bins are left out.

    The weighted gaps of the bins add up to the expected calibration error (Naeini et al. 2015).

    Args:
        answerable: The judgements on answerable questions, at least one.
        absent: The judgements on absent questions, at least one.

    Returns:
        The bins, from the lowest to the highest confidence.
    """
    truth, confidences = _labelled(_confidences(answerable), _confidences(absent))
    weights = _weights(truth)
    places = np.minimum((confidences * _BINS).astype(int), _BINS - 1)
    bins = []
    for place in np.unique(places):
        inside = places == place
        bins.append(
            Bin(
                share=float(weights[inside].sum()),
                confidence=float(np.average(confidences[inside], weights=weights[inside])),
                answerable=float(np.average(truth[inside], weights=weights[inside])),
            )
        )
    return bins


def calibration_table(sets: Iterable[tuple[str, CalibrationMetrics]]) -> str:
    """Format the metrics of sets as a table with a row for each set.

    Args:
        sets: The name and the metrics of each set.

    Returns:
        The text to print.
    """
    rows = [["verdicts", *_HEADINGS]]
    rows += [[name, *map(format_figure, metrics.figures().values())] for name, metrics in sets]
    return format_table(rows)


def _confidences(judgements: Sequence[Judgement]) -> Scores:
    return np.array([judgement.confidence for judgement in judgements], np.float64)


def _labelled(positive: Scores, negative: Scores) -> tuple[Scores, Scores]:
    """Return 1 for each positive and 0 for each negative confidence, and all confidences."""
    truth = np.repeat([1, 0], [len(positive), len(negative)])
    return truth, np.concatenate([positive, negative])


def _weights(truth: Scores) -> Scores:
    """Return weights that sum to 1, so that both kinds weigh equally."""
    weights: Scores = 0.5 / np.bincount(truth)[truth]
    return weights


def _share_answered(judgements: Sequence[Judgement]) -> float | None:
    if not judgements:
        return None
    return fmean(judgement.verdict is Verdict.ANSWERED for judgement in judgements)


def _auroc(positive: Scores, negative: Scores) -> float | None:
    if not (positive.size and negative.size):
        return None
    return float(roc_auc_score(*_labelled(positive, negative)))
