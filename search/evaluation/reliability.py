"""How far verdicts and confidences can be relied on, over questions whose answers are known."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from statistics import fmean

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score

from wherein.index.arrays import Scores
from wherein.search.evaluation.tables import figure, table
from wherein.search.ranking.verdict import Judgement, Verdict

BINS = 10
"""Of confidence, of equal width."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Figures of a set; each is None where there are no questions to take it from.

    `answered` is the share of the answerable questions that are answered, `false_absent` and
    `false_near` that of the two kinds that are not answerable. `brier` and `ece` are the Brier
    score and the expected calibration error, answerable and absent weighing equally.
    `auroc_absent` and `auroc_near` are how often an answerable question has the higher confidence
    than one of the other kind.
    """

    answered: float | None
    false_absent: float | None
    false_near: float | None
    brier: float | None
    ece: float | None
    auroc_absent: float | None
    auroc_near: float | None


_COLUMNS = (
    *("answered", "false absent", "false near", "Brier", "ECE"),
    *("AUROC absent", "AUROC near"),
)


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences that are alike: their share of all, their mean, and how many are answerable."""

    share: float
    confidence: float
    answerable: float


def measure(
    answerable: Sequence[Judgement], absent: Sequence[Judgement], near: Sequence[Judgement]
) -> Reliability:
    """The figures of the judgements on each kind of question."""
    yes, no, nearly = map(_confidences, (answerable, absent, near))
    both = bool(answerable) and bool(absent)
    truth, confidences = np.repeat([1, 0], [len(yes), len(no)]), np.concatenate([yes, no])
    return Reliability(
        answered=_share_answered(answerable),
        false_absent=_share_answered(absent),
        false_near=_share_answered(near),
        brier=brier_score_loss(truth, confidences, sample_weight=_weights(truth)) if both else None,
        ece=sum(b.share * abs(b.confidence - b.answerable) for b in bins(answerable, absent))
        if both
        else None,
        auroc_absent=_told_apart(yes, no),
        auroc_near=_told_apart(yes, nearly),
    )


def bins(answerable: Sequence[Judgement], absent: Sequence[Judgement]) -> list[Bin]:
    """A reliability diagram, at least one judgement of each kind; empty bins are left out.

    Its weighted gaps are the expected calibration error (Naeini et al. 2015).
    """
    yes, no = _confidences(answerable), _confidences(absent)
    truth, confidences = np.repeat([1, 0], [len(yes), len(no)]), np.concatenate([yes, no])
    weights = _weights(truth)
    places = np.minimum((confidences * BINS).astype(int), BINS - 1)
    found = []
    for place in np.unique(places):
        held = places == place
        found.append(
            Bin(
                share=float(weights[held].sum()),
                confidence=float(np.average(confidences[held], weights=weights[held])),
                answerable=float(np.average(truth[held], weights=weights[held])),
            )
        )
    return found


def reliability_table(sets: Iterable[tuple[str, Reliability]]) -> str:
    """The figures of some sets under their names, to be read."""
    rows = [["verdicts", *_COLUMNS]]
    rows += [[name, *map(figure, astuple(figures))] for name, figures in sets]
    return table(rows)


def _confidences(judgements: Sequence[Judgement]) -> Scores:
    return np.array([judgement.confidence for judgement in judgements], np.float64)


def _weights(truth: Scores) -> Scores:
    """Such that the two kinds weigh equally, and all together 1."""
    weights: Scores = 0.5 / np.bincount(truth)[truth]
    return weights


def _share_answered(judgements: Sequence[Judgement]) -> float | None:
    if not judgements:
        return None
    return fmean(judgement.verdict is Verdict.ANSWERED for judgement in judgements)


def _told_apart(yes: Scores, no: Scores) -> float | None:
    if not (yes.size and no.size):
        return None
    truth = np.repeat([1, 0], [len(yes), len(no)])
    return float(roc_auc_score(truth, np.concatenate([yes, no])))
