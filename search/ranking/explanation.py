"""What the score of a hit is made of."""

from dataclasses import dataclass

from wherein.index.lexical.bm25 import TermGain
from wherein.search.ranking.config import ScoreWeights
from wherein.search.ranking.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a score. Nothing is rounded.

    The score is weights.cosine × cosine + weights.coverage × coverage + weights.bm25 × the sum of
    the terms' gains + dates.

    Attributes:
        score: The score of the hit.
        weights: The weights of the parts.
        cosine: The cosine of the marked sentence to the question.
        coverage: The share of the question's words that the marked sentence and its title have.
        terms: What each word of the question adds.
        dates: What dates add.
    """

    score: float
    weights: ScoreWeights
    cosine: float
    coverage: float
    terms: tuple[TermGain, ...]
    dates: float


def explain(ranking: Ranking, offset: int, limit: int) -> tuple[Explanation, ...]:
    """Explain the scores of one page of a ranking.

    Args:
        ranking: The ranking.
        offset: The number of hits before the page.
        limit: The greatest number of hits on the page.

    Returns:
        One explanation for each hit, in the order of their ranks.
    """
    request, page = ranking.request, ranking.page(offset, limit)
    return tuple(
        Explanation(
            score=float(page.scores[place]),
            weights=request.config.weights,
            cosine=float(page.sentences.cosines[place]),
            coverage=float(page.sentences.coverage[place]),
            terms=tuple(request.snapshot.lexical.gains(request.terms, number, request.config.bm25)),
            dates=float(page.date_bonus[place]),
        )
        for place, number in enumerate(page.passages.tolist())
    )
