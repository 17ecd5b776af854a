"""The constants of ranking, as one value that a searcher gets.

The values were chosen by the tables of docs/quality.md and are the same for every folder.
"""

from dataclasses import dataclass, field

from wherein.index.lexical.config import Bm25


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """What each kind of evidence is worth, in units of BM25.

    A weighted sum without normalisation per question (Bruch et al. 2023, arXiv:2210.11934) keeps
    scores comparable between questions.

    Attributes:
        cosine: The worth of a cosine of 1 between the question and the best sentence.
        coverage: The worth of all the question's words in the best sentence and its title.
        bm25: The factor of the passage's BM25 score.
        when_bonus: What a date in the best sentence adds if the question asks when.
        time_bonus: What a date in the passage adds if it overlaps a time in the question.
    """

    cosine: float = 28.0
    coverage: float = 8.0
    bm25: float = 1.0
    when_bonus: float = 2.0
    time_bonus: float = 5.0


@dataclass(frozen=True, slots=True)
class CandidateLimits:
    """How many candidates are scored.

    Attributes:
        per_source: The number of sentences that the vectors put forward at first, and the number
            of passages that the words put forward.
        distinct_texts: More candidates are put forward until this number of them differ in text.
        score_all: If a filter leaves at most this number of passages, all of them are scored.
    """

    per_source: int = 300
    distinct_texts: int = 200
    score_all: int = 600


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Every constant of ranking.

    Attributes:
        weights: What each kind of evidence is worth.
        bm25: The parameters of BM25.
        candidates: How many candidates are scored.
        floor: The lowest score of a relevant hit, whatever the question, filters, limit and offset.
            Passages on another subject score less. Of the passages that answer, fewer than one in
            500 do.
        max_hits: Relevant hits are counted and paged through up to this number.
        max_duplicates: The number of duplicates of a hit that are listed. A text can occur in
            thousands of files.
    """

    weights: ScoreWeights = field(default_factory=ScoreWeights)
    bm25: Bm25 = field(default_factory=Bm25)
    candidates: CandidateLimits = field(default_factory=CandidateLimits)
    floor: float = 9.0
    max_hits: int = 1_000
    max_duplicates: int = 100
