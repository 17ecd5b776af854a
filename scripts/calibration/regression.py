"""Fits the verdict to judged answers: a logistic regression and the thresholds of confidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from wherein.index.arrays import Scores
from wherein.search.evaluation.evaluate import Answer
from wherein.search.ranking.evidence import FEATURES, Evidence
from wherein.search.ranking.verdict import Calibration

_PENALTY = 10
"""The inverse strength of the L2 penalty. A folder weighs 2 however many questions it was asked, so
the penalty is weak."""


@dataclass(frozen=True, slots=True)
class FitConfig:
    """The tuned values of the fit.

    Attributes:
        near_weight: The weight of all near questions, where the answerable and the absent questions
            of a folder weigh 1 each. By these features, near questions look like answerable ones,
            and would lower the confidence of those.
        answered: The share of answerable questions that the upper threshold lets be `answered`.
        not_none: The share of answerable questions that the lower threshold keeps from `none`.
    """

    near_weight: float = 0.02
    answered: float = 0.955
    not_none: float = 0.99


@dataclass(frozen=True, slots=True)
class _Sample:
    """The rows of the regression. All arrays and lists have the same length."""

    evidence: list[Evidence]
    is_answerable: Scores
    weights: Scores


def calibrate(
    folders: Sequence[Sequence[Answer]], near: Sequence[Answer], config: FitConfig | None = None
) -> Calibration:
    """Fit a calibration to answers.

    Args:
        folders: The answers of each folder: answerable and absent questions, which weigh equally.
        near: The answers to near questions.
        config: The tuned values of the fit.

    Returns:
        The fitted model with its thresholds.
    """
    config = config or FitConfig()
    sample = _sample(folders, near, config.near_weight)
    fitted = _fit(sample)
    return _with_thresholds(fitted, sample, config)


def _sample(
    folders: Sequence[Sequence[Answer]], near: Sequence[Answer], near_weight: float
) -> _Sample:
    evidence: list[Evidence] = []
    is_answerable: list[bool] = []
    weights: list[float] = []
    for answers in folders:
        for wanted in (True, False):
            kind = [a for a in answers if (a.question.wanted is not None) == wanted]
            found = [a.evidence for a in kind if a.evidence]
            evidence += found
            is_answerable += [wanted] * len(found)
            weights += [1 / len(kind)] * len(found)
    found = [a.evidence for a in near if a.evidence]
    evidence += found
    is_answerable += [False] * len(found)
    weights += [near_weight * len(folders) / max(1, len(near))] * len(found)
    return _Sample(evidence, np.array(is_answerable), np.array(weights))


def _fit(sample: _Sample) -> Calibration:
    """Fit the regression to standardised features, and return its weights for raw features."""
    rows = [evidence.features() for evidence in sample.evidence]
    features = np.array([[row[name] for name in FEATURES] for row in rows])
    means = np.average(features, axis=0, weights=sample.weights)
    spreads = np.sqrt(np.average((features - means) ** 2, axis=0, weights=sample.weights))
    spreads[spreads == 0] = 1  # a constant feature gets no weight
    model = LogisticRegression(C=_PENALTY, max_iter=1000)
    model.fit((features - means) / spreads, sample.is_answerable, sample.weights)
    scaled = model.coef_[0] / spreads
    return Calibration(
        intercept=round(float(model.intercept_[0] - scaled @ means), 4),
        weights={name: round(float(w), 4) for name, w in zip(FEATURES, scaled, strict=True)},
        answered=0.5,
        weak=0.5,
    )


def _with_thresholds(fitted: Calibration, sample: _Sample, config: FitConfig) -> Calibration:
    """Set the thresholds to weighted quantiles of the confidence of answerable questions."""
    confidences = np.array([fitted.judge(evidence).confidence for evidence in sample.evidence])
    quantiles = np.quantile(
        confidences[sample.is_answerable],
        [1 - config.answered, 1 - config.not_none],
        method="inverted_cdf",
        weights=sample.weights[sample.is_answerable],
    )
    # Rounded down, so that the question that sets a threshold reaches it.
    answered, weak = np.floor(quantiles * 10_000) / 10_000
    return replace(fitted, answered=float(answered), weak=float(weak))
