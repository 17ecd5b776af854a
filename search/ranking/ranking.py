"""The values that ranking passes on: a query in a snapshot, and the ranking that it gives."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wherein.index.arrays import Mask, Numbers, Scores, Vectors
from wherein.index.snapshot.store import Snapshot
from wherein.search.query.query import Query
from wherein.search.ranking.config import RankingConfig


@dataclass(frozen=True, slots=True)
class SnapshotQuery:
    """A query as one snapshot reads it.

    Attributes:
        query: The question.
        snapshot: The snapshot that is searched.
        config: The constants of ranking.
        vector: The question's unit vector: shape (dimension,), float32.
        terms: The question's words as the lexical index has them, without stop words.
        within: Which passages the filters let through: shape (passages,), bool; None lets all.
    """

    query: Query
    snapshot: Snapshot
    config: RankingConfig
    vector: Vectors
    terms: list[str]
    within: Mask | None


@dataclass(frozen=True, slots=True)
class BestSentences:
    """The best sentence of each of some passages. All arrays have the shape (passages,).

    Attributes:
        rows: The sentences' rows among the vectors.
        cosines: Their cosines to the question.
        coverage: The share of the question's words, by idf, in the sentence and its title: 0 to 1.
        date_bonus: What a date in the sentence adds to the score.
    """

    rows: Numbers
    cosines: Scores
    coverage: Scores
    date_bonus: Scores

    def take(self, order: Numbers) -> "BestSentences":
        """Return the sentences at these places, in this order."""
        return BestSentences(
            self.rows[order], self.cosines[order], self.coverage[order], self.date_bonus[order]
        )


@dataclass(frozen=True, slots=True)
class ScoredPassages:
    """Passages with their scores and what these are made of. All arrays have one length.

    Attributes:
        passages: The passages' numbers.
        scores: Their scores, in units of BM25.
        sentences: Their best sentences.
        bm25: Their BM25 scores.
        date_bonus: What dates add to each score, the best sentence's bonus included.
    """

    passages: Numbers
    scores: Scores
    sentences: BestSentences
    bm25: Scores
    date_bonus: Scores

    def __len__(self) -> int:
        return len(self.passages)

    def take(self, order: Numbers) -> "ScoredPassages":
        """Return the passages at these places, in this order."""
        return ScoredPassages(
            self.passages[order],
            self.scores[order],
            self.sentences.take(order),
            self.bm25[order],
            self.date_bonus[order],
        )


@dataclass(frozen=True)
class Ranking:
    """The relevant passages of a query, best first, with duplicates collapsed.

    Attributes:
        request: The query in its snapshot.
        relevant: The passages at or above the floor.
        is_complete: Whether every passage that the question's words or vector can find was scored.
    """

    request: SnapshotQuery
    relevant: ScoredPassages
    is_complete: bool

    @cached_property
    def counted(self) -> ScoredPassages:
        """Return the hits that are counted and paged through, at most `max_hits`."""
        most = self.request.config.max_hits
        return self.relevant if len(self.relevant) <= most else self.page(0, most)

    @property
    def total(self) -> int:
        """Return the number of relevant hits, at most `max_hits`."""
        return len(self.counted)

    @property
    def is_capped(self) -> bool:
        """Return whether there may be more relevant hits than `total`."""
        return len(self.relevant) > self.total or not self.is_complete

    def page(self, offset: int, limit: int) -> ScoredPassages:
        """Return the hits from `offset` on, at most `limit`."""
        counted = min(len(self.relevant), self.request.config.max_hits)
        return self.relevant.take(np.arange(min(offset, counted), min(offset + limit, counted)))
