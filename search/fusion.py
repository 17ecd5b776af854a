"""Dense and lexical scores to one score."""

from index.arrays import Scores

COSINE_WEIGHT = 24.0
"""What a cosine of 1 is worth in BM25. A weighted sum without normalising per question, as in
Bruch et al. 2023 (arXiv:2210.11934), keeps scores comparable between questions."""

FLOOR = 10.0
"""The least score of a relevant hit, whatever the question, filters, limit and offset."""


def fuse(dense: Scores, lexical: Scores) -> Scores:
    """The score of each passage: (passages,)."""
    return COSINE_WEIGHT * dense + lexical
