"""The score of a candidate: a weighted sum of cosine, coverage, BM25 and dates."""

import numpy as np

from wherein.index.arrays import Numbers, Scores, argmax_per_group, expand_ranges
from wherein.index.lexical.bm25 import TermScores
from wherein.search.ranking.config import ScoreWeights
from wherein.search.ranking.ranking import BestSentences, Ranking, ScoredPassages, SnapshotQuery


def rank(request: SnapshotQuery, passages: Numbers, *, is_complete: bool) -> Ranking:
    """Score candidates and order the relevant ones.

    Ties go to the passage that comes first, so that equal builds rank alike. Of passages that are
    duplicates of each other, only the best stays.

    Args:
        request: The query in its snapshot.
        passages: The candidates' numbers in ascending order.
        is_complete: Whether the candidates are all that can be found.

    Returns:
        The ranking.
    """
    scored = score(request, passages)
    # Passages with the exact words that a question asks for are relevant, whatever their score.
    floor = -np.inf if request.query.filters.asks_exact_words else request.config.floor
    relevant = np.flatnonzero(scored.scores >= floor)
    ranked = relevant[np.argsort(-scored.scores[relevant], kind="stable")]
    first_copies = request.snapshot.catalog.same_as[passages[ranked]]
    _, best_copies = np.unique(first_copies, return_index=True)
    return Ranking(request, scored.take(ranked[np.sort(best_copies)]), is_complete)


def score(request: SnapshotQuery, passages: Numbers) -> ScoredPassages:
    """Score passages by their best sentences, their words and their dates.

    Args:
        request: The query in its snapshot.
        passages: The passages' numbers in ascending order.

    Returns:
        The passages with their scores, in the given order.
    """
    weights, times = request.config.weights, request.query.times
    words = request.snapshot.lexical.scores(request.terms, passages, request.config.bm25)
    sentences = best_sentences(request, passages, words)
    date_bonus = sentences.date_bonus
    if times:
        overlaps = request.snapshot.catalog.dated(times, passages)
        date_bonus = date_bonus + weights.time_bonus * overlaps
    scores = (
        sentence_scores(weights, sentences.cosines, sentences.coverage, date_bonus)
        + weights.bm25 * words.bm25
    )
    return ScoredPassages(passages, scores, sentences, words.bm25, date_bonus)


def best_sentences(
    request: SnapshotQuery, passages: Numbers, words: TermScores | None = None
) -> BestSentences:
    """Find the best sentence of each passage (MaxP, Dai and Callan 2019).

    Args:
        request: The query in its snapshot.
        passages: The passages' numbers.
        words: The word scores of these passages, if they are known.

    Returns:
        One sentence for each passage, in the given order.
    """
    snapshot, weights = request.snapshot, request.config.weights
    if words is None:
        words = snapshot.lexical.scores(request.terms, passages, request.config.bm25)
    starts = snapshot.catalog.first_sentence[passages]
    rows, owners = expand_ranges(starts, snapshot.catalog.first_sentence[passages + 1] - starts)
    date_bonus = np.zeros(len(rows))
    if request.query.asks_when:
        date_bonus[snapshot.catalog.has_date[rows]] = weights.when_bonus
    sentences = BestSentences(
        rows,
        snapshot.vectors.cosines(request.vector, rows).astype(np.float64),
        words.coverage(owners, rows - starts[owners]),
        date_bonus,
    )
    scores = sentence_scores(weights, sentences.cosines, sentences.coverage, date_bonus)
    return sentences.take(argmax_per_group(scores, owners))


def sentence_scores(
    weights: ScoreWeights, cosines: Scores, coverage: Scores, date_bonus: Scores
) -> Scores:
    """Return the score of each sentence: shape (sentences,), float64, in units of BM25."""
    return weights.cosine * cosines + weights.coverage * coverage + date_bonus
