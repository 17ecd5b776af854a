"""Dense and lexical scores to one score."""

from index.arrays import Scores

COSINE_WEIGHT = 24.0
"""What a cosine of 1 is worth in BM25. A weighted sum without normalising per question, as in
Bruch et al. 2023 (arXiv:2210.11934), keeps scores comparable between questions. This and the
bonuses were chosen by the tables of docs/quality.md, the same for every folder."""

WHEN_BONUS = 2.0
"""What a date in the best sentence adds where the question asks when."""

TIME_BONUS = 3.0
"""What a date in the passage adds that overlaps one in the question."""

FLOOR = 5.0
"""The least score of a relevant hit, whatever the question, filters, limit and offset.

Passages on another subject score less; of those that answer, fewer than one in 500 do."""


def fuse(dense: Scores, lexical: Scores, dates: Scores) -> Scores:
    """The score of each passage: (passages,)."""
    return COSINE_WEIGHT * dense + lexical + dates
