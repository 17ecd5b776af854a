"""Do the documents answer the question? A calibrated probability, and the verdict that it gives.

The model is a logistic regression with few readable features.
`scripts.calibration.fit_verdict` fits it for an encoder; `calibration.json` has the model of the
bundled encoder.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wherein.search.ranking.evidence import FEATURES, Evidence


class Verdict(StrEnum):
    """What can be said of the first hit: it answers, it may answer, or nothing answers."""

    ANSWERED = "answered"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the probability that the first hit answers."""

    confidence: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model: the log-odds are the intercept plus the sum of weight × feature.

    Attributes:
        intercept: The intercept of the log-odds.
        weights: The weight of each feature in `FEATURES`.
        answered: The lowest confidence of the verdict `answered`.
        weak: The lowest confidence of the verdict `weak`.

    Raises:
        ValueError: The weights or thresholds are not those of a usable model.
    """

    intercept: float
    weights: Mapping[str, float]
    answered: float
    weak: float

    def __post_init__(self) -> None:
        if set(self.weights) != set(FEATURES):
            raise ValueError(
                f"a calibration needs the weights {sorted(FEATURES)}, "
                f"but has {sorted(self.weights)}"
            )
        if not all(math.isfinite(number) for number in (self.intercept, *self.weights.values())):
            raise ValueError("the intercept and the weights must be finite")
        if not 0 <= self.weak <= self.answered <= 1:
            raise ValueError(f"the thresholds are out of order: {self.weak}, {self.answered}")

    def judge(self, evidence: Evidence | None) -> Judgement:
        """Judge the first hit by its evidence. None means that there is no hit."""
        confidence = 0.0 if evidence is None else self._probability(evidence)
        if confidence >= self.answered:
            return Judgement(confidence, Verdict.ANSWERED)
        return Judgement(confidence, Verdict.WEAK if confidence >= self.weak else Verdict.NONE)

    def _probability(self, evidence: Evidence) -> float:
        features = evidence.features()
        odds = self.intercept + sum(self.weights[name] * features[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-500.0, odds)))
