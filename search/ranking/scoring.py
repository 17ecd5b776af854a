"""What speaks for a passage, to one score."""

from wherein.index.arrays import Scores

COSINE_WEIGHT = 28.0
"""What a cosine of 1 is worth in BM25. A weighted sum without normalising per question, as in
Bruch et al. 2023 (arXiv:2210.11934), keeps scores comparable between questions. The weights and
the bonuses were chosen by the tables of docs/quality.md, the same for every folder."""

COVERAGE_WEIGHT = 8.0
"""What it is worth that a sentence, under its title, has all of the question's words."""

WHEN_BONUS = 2.0
"""What a date in the best sentence adds where the question asks when."""

TIME_BONUS = 5.0
"""What a date in the passage adds that overlaps one in the question."""

FLOOR = 9.0
"""The least score of a relevant hit, whatever the question, filters, limit and offset.

Passages on another subject score less; of those that answer, fewer than one in 500 do."""


def sentence_scores(cosines: Scores, coverage: Scores, dates: Scores) -> Scores:
    """The score of each sentence: (sentences,). A passage's best one is the one that answers."""
    return COSINE_WEIGHT * cosines + COVERAGE_WEIGHT * coverage + dates


def fuse(cosines: Scores, coverage: Scores, bm25: Scores, dates: Scores) -> Scores:
    """The score of each passage by what is known of its best sentence: (passages,)."""
    return sentence_scores(cosines, coverage, dates) + bm25
