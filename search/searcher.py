"""A question to ranked passages, over one snapshot. Knows nothing of HTTP."""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.arrays import Numbers, Scores, Vectors
from index.catalog import StoredPassage
from index.encoding import QuestionEncoder
from index.errors import ForeignSnapshot
from index.lexical import TermGain
from index.passages import Span
from index.snapshot import REBUILD, Snapshot
from search.asking import asks_when, times_named
from search.fusion import COSINE_WEIGHT, FLOOR, TIME_BONUS, WHEN_BONUS, fuse

CANDIDATES = 1000
"""How many sentences the vectors put forward, and how many passages the words do, at first."""

ENOUGH = 200
"""More are put forward until there are so many different texts, or there are no more."""

MOST_COUNTED = 1000
"""Relevant hits are counted and paged through up to this number."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a score is made of: cosine_weight × cosine + the sum of the terms' gains + dates.

    `cosine` is that of the highlighted sentence. Nothing is rounded.
    """

    score: float
    cosine_weight: float
    cosine: float
    terms: tuple[TermGain, ...]
    dates: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage ranked for a question. `highlights` are spans of the passage's text.

    `also_in` are the other passages that tell the same, word for word or nearly so, in the order of
    their documents.
    """

    rank: int
    score: float
    dense: float
    lexical: float
    passage: StoredPassage
    highlights: tuple[Span, ...]
    also_in: tuple[StoredPassage, ...]
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits. `total` counts the relevant ones, repeats as one.

    `total_capped` says that there may be more: over MOST_COUNTED, or beyond the candidates.
    """

    question: str
    hits: tuple[Hit, ...]
    total: int
    total_capped: bool
    snapshot: str
    took_ms: float


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Relevant passages, best first, repeats dropped: arrays of one length."""

    passages: Numbers
    scores: Scores
    dense: Scores
    lexical: Scores
    dates: Scores
    sentences: Numbers

    def best(self, order: Numbers) -> "_Ranking":
        return _Ranking(
            self.passages[order],
            self.scores[order],
            self.dense[order],
            self.lexical[order],
            self.dates[order],
            self.sentences[order],
        )


class Searcher:
    """Answers from one snapshot. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot, encoder: QuestionEncoder) -> None:
        made_with = snapshot.manifest.encoder
        if made_with != encoder.fingerprint:
            raise ForeignSnapshot(
                f"The snapshot {snapshot.manifest.id} was made with the encoder {made_with}, and "
                f"questions would be encoded with {encoder.fingerprint}. {REBUILD}"
            )
        self.snapshot = snapshot
        self._encoder = encoder

    def search(
        self, question: str, *, limit: int = 10, offset: int = 0, explain: bool = False
    ) -> Results:
        """The hits from `offset` on, at most `limit`, out of all that is relevant."""
        started = time.perf_counter()
        vector = self._encoder.encode_question(question)
        terms = self.snapshot.lexical.terms(question)
        passages, all_found = self._candidates(vector, terms)
        ranking = self._rank(question, vector, terms, passages)
        total = len(ranking.passages)
        counted = min(total, MOST_COUNTED)
        page = np.arange(min(offset, counted), min(offset + limit, counted))
        return Results(
            question=question,
            hits=self._hits(ranking.best(page), offset + 1, terms if explain else None),
            total=counted,
            total_capped=total > MOST_COUNTED or not all_found,
            snapshot=self.snapshot.manifest.id,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _candidates(self, vector: Vectors, terms: list[str]) -> tuple[Numbers, bool]:
        """The passages that either side puts forward, and whether these are all that it has.

        A text that stands in many files must not keep the others out.
        """
        catalog, wanted = self.snapshot.catalog, CANDIDATES
        while True:
            rows = self.snapshot.vectors.nearest(vector, wanted)
            found = self.snapshot.lexical.candidates(terms, wanted)
            passages = np.union1d(catalog.passage_of_sentence[rows], found)
            all_found = len(rows) < wanted and len(found) < wanted
            if all_found or len(np.unique(catalog.same_as[passages])) >= ENOUGH:
                return passages, all_found
            wanted *= 4

    def _rank(
        self, question: str, vector: Vectors, terms: list[str], passages: Numbers
    ) -> _Ranking:
        catalog, lexical = self.snapshot.catalog, self.snapshot.lexical
        words = lexical.bm25(terms, passages)
        dense, dates, sentences = self._best_sentences(vector, passages, asks_when(question))
        dates += TIME_BONUS * self._overlaps(times_named(question), passages)
        scored = _Ranking(passages, fuse(dense, words, dates), dense, words, dates, sentences)
        # Ties go to the passage that comes first, so that equal builds rank alike.
        ranked = scored.best(np.lexsort((passages, -scored.scores)))
        relevant = ranked.best(np.flatnonzero(ranked.scores >= FLOOR))
        _, firsts = np.unique(catalog.same_as[relevant.passages], return_index=True)
        return relevant.best(np.sort(firsts))

    def _best_sentences(
        self, vector: Vectors, passages: Numbers, wants_date: bool
    ) -> tuple[Scores, Scores, Numbers]:
        """Of each passage its best sentence: its cosine, what its date adds, and which it is."""
        firsts = self.snapshot.catalog.first_sentence
        starts, counts = firsts[passages], firsts[passages + 1] - firsts[passages]
        begins = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(starts - begins, counts)
        cosines = self.snapshot.vectors.cosines(vector, rows).astype(np.float64)
        bonus = WHEN_BONUS * wants_date * self.snapshot.catalog.has_date[rows]
        owners = np.repeat(np.arange(len(passages)), counts)
        # The best first within each passage, and of equal ones the earlier.
        order = np.lexsort((rows, -(COSINE_WEIGHT * cosines + bonus), owners))
        best = order[begins]
        return cosines[best], bonus[best], rows[best]

    def _overlaps(self, times: Numbers, passages: Numbers) -> npt.NDArray[np.bool_]:
        """Whether a date of each passage shares a day with one of the times: (passages,)."""
        owners, firsts, lasts = self.snapshot.catalog.date_spans.T
        shared = np.zeros(len(owners), np.bool_)
        for first, last in times:
            shared |= (firsts <= last) & (lasts >= first)
        return np.isin(passages, owners[shared])

    def _hits(
        self, page: _Ranking, first_rank: int, explained: list[str] | None
    ) -> tuple[Hit, ...]:
        catalog = self.snapshot.catalog
        stored = catalog.passages(page.passages.tolist())
        hits = []
        for i, passage in enumerate(stored):
            same = catalog.same_news(int(catalog.same_as[passage.number]))
            hits.append(
                Hit(
                    rank=first_rank + i,
                    score=float(page.scores[i]),
                    dense=float(page.dense[i]),
                    lexical=float(page.lexical[i]),
                    passage=passage,
                    highlights=(catalog.sentence(int(page.sentences[i])),),
                    also_in=tuple(other for other in same if other.number != passage.number),
                    explanation=None
                    if explained is None
                    else Explanation(
                        score=float(page.scores[i]),
                        cosine_weight=COSINE_WEIGHT,
                        cosine=float(page.dense[i]),
                        terms=tuple(self.snapshot.lexical.gains(explained, passage.number)),
                        dates=float(page.dates[i]),
                    ),
                )
            )
        return tuple(hits)
