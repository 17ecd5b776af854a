"""Which passages are candidates? Those that the vectors or the words put forward."""

import numpy as np

from wherein.index.arrays import Numbers, group_starts
from wherein.search.ranking.ranking import SnapshotQuery

_GROWTH = 4


def find_candidates(request: SnapshotQuery) -> tuple[Numbers, bool]:
    """Find the passages to score.

    Both sources put forward more passages until enough of them differ in text, so that a text
    which occurs in many files does not keep the others out.

    Args:
        request: The query in its snapshot.

    Returns:
        The passages' numbers in ascending order, and whether these are all that the sources have.
    """
    catalog, limits, within = request.snapshot.catalog, request.config.candidates, request.within
    if within is not None and np.count_nonzero(within) <= limits.score_all:
        return np.flatnonzero(within), True
    sentences = None if within is None else within[catalog.passage_of_sentence]
    wanted = limits.per_source
    while True:
        rows = request.snapshot.vectors.nearest(request.vector, wanted, sentences)
        found = request.snapshot.lexical.candidates(request.terms, wanted, within)
        passages = np.sort(np.concatenate((catalog.passage_of_sentence[rows], found)))
        passages = passages[group_starts(passages)]
        is_complete = len(rows) < wanted and len(found) < wanted
        if is_complete or _has_distinct_texts(request, passages, limits.distinct_texts):
            return passages, is_complete
        wanted *= _GROWTH


def _has_distinct_texts(request: SnapshotQuery, passages: Numbers, wanted: int) -> bool:
    """Return whether at least `wanted` of the passages differ in text."""
    first_copies = request.snapshot.catalog.same_as[passages]
    if np.count_nonzero(first_copies == passages) >= wanted:
        return True  # the cheap count is usually enough
    return len(np.unique(first_copies)) >= wanted
