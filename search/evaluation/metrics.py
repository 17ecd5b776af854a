"""Metrics of a ranking: nDCG, success, reciprocal rank and recall, computed by ir-measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wherein.search.evaluation.errors import MissingLibraries
from wherein.search.evaluation.question_sets import Question
from wherein.search.ranking.hits import Hit

try:
    import ir_measures
    from ir_measures import RR, R, Success, nDCG
except ImportError as missing:
    raise MissingLibraries from missing

METRICS = {
    "nDCG@10": nDCG @ 10,
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "MRR@10": RR @ 10,
    "Recall@100": R @ 100,
}
_NAMES = {measure: name for name, measure in METRICS.items()}


@dataclass(frozen=True, slots=True)
class JudgedHits:
    """The hits of a question, compared with what answers it.

    Attributes:
        grades: The grade of each relevant thing by its name. Empty for an unanswerable question.
        ranks: The rank of each relevant thing that was found, by its name.
        hits: The number of hits.
    """

    grades: Mapping[str, int]
    ranks: Mapping[str, int]
    hits: int

    @property
    def best_rank(self) -> int | None:
        """Return the rank of the first relevant hit."""
        return min(self.ranks.values(), default=None)


def judge_hits(question: Question, hits: Sequence[Hit]) -> JudgedHits:
    """Find the relevant hits. A hit is relevant if its passage or one of its duplicates is.

    If one hit has several relevant things as its duplicates, only the best of them counts.

    Args:
        question: The question with what answers it.
        hits: The hits in the order of their ranks.

    Returns:
        The relevant things with their grades, and the ranks of those that were found.
    """
    if question.wanted is None:
        return JudgedHits({}, {}, len(hits))
    grades, ranks = dict(question.wanted.grades), dict[str, int]()
    for hit in hits:
        places = (hit.passage, *hit.copies.passages)
        matches = {question.wanted.match(place.source, place.text) for place in places}
        new = sorted(name for name in grades.keys() - ranks.keys() if name in matches)
        if not new:
            continue
        best = max(new, key=grades.__getitem__)
        ranks[best] = hit.rank
        for other in new:
            if other != best:
                del grades[other]
        if len(ranks) == len(grades):
            break
    return JudgedHits(grades, ranks, len(hits))


def compute_metrics(judged: Mapping[str, JudgedHits]) -> dict[str, dict[str, float]]:
    """Compute the metrics of each answerable question.

    Args:
        judged: The judged hits by the ids of the questions.

    Returns:
        The metrics by id and by the names in `METRICS`.
    """
    answerable = {name: hits for name, hits in judged.items() if hits.grades}
    if not answerable:
        return {}
    grades = {name: dict(hits.grades) for name, hits in answerable.items()}
    runs = {name: _run(hits) for name, hits in answerable.items()}
    figures: dict[str, dict[str, float]] = {name: {} for name in answerable}
    for metric in ir_measures.iter_calc(list(METRICS.values()), grades, runs):
        figures[metric.query_id][_NAMES[metric.measure]] = metric.value
    return figures


def _run(judged: JudgedHits) -> dict[str, float]:
    """Return the hits with their scores: relevant hits by name, other hits by rank.

    A score is the negative rank. ir-measures would order equal scores by name, and the searcher
    has ordered them already.
    """
    names = {rank: name for name, rank in judged.ranks.items()}
    ranks = range(1, judged.hits + 1)
    return {names.get(rank, f"\n{rank}"): float(-rank) for rank in ranks}
