"""A question to ranked passages, over one snapshot. Knows nothing of HTTP."""

import time
from dataclasses import dataclass

import numpy as np

from wherein.index.arrays import Mask, Numbers, Scores, Vectors, best_of, firsts_of, rows_of
from wherein.index.catalog.reader import StoredDate, StoredPassage
from wherein.index.encoding.encoder import QuestionEncoder
from wherein.index.errors import ForeignSnapshot
from wherein.index.lexical.text_index import TermGain, WordScores
from wherein.index.passages.splitter import Span
from wherein.index.snapshot.store import REBUILD, Snapshot
from wherein.search.query.filters import NO_FILTERS, Filters, passages_within
from wherein.search.query.intent import asks_when, dates_named, times_named
from wherein.search.ranking.date_ranking import answering_order
from wherein.search.ranking.duplicates import Repeats
from wherein.search.ranking.facets import Facets, count_facets
from wherein.search.ranking.scoring import (
    COSINE_WEIGHT,
    COVERAGE_WEIGHT,
    FLOOR,
    TIME_BONUS,
    WHEN_BONUS,
    fuse,
    sentence_scores,
)
from wherein.search.ranking.timeline import Entry, named_in, timeline
from wherein.search.ranking.verdict import Calibration, Evidence, Judgement, weigh

CANDIDATES = 300
"""How many sentences the vectors put forward, and how many passages the words do, at first."""

ENOUGH = 200
"""More are put forward until there are so many different texts, or there are no more."""

FEW = 2 * CANDIDATES
"""A filter that leaves so few passages has them all scored: no more than two sides put forward."""

MOST_COUNTED = 1000
"""Relevant hits are counted and paged through up to this number."""


MOST_REPEATS = 100
"""Of the passages that repeat a hit so many are given. A text can stand in thousands of files."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a score is made of.

    That is cosine_weight × cosine + coverage_weight × coverage + the sum of the terms' gains +
    dates. `cosine` and `coverage` are the highlighted sentence's; coverage is the share of the
    question's words that it has under its title. Nothing is rounded.
    """

    score: float
    cosine_weight: float
    cosine: float
    coverage_weight: float
    coverage: float
    terms: tuple[TermGain, ...]
    dates: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage ranked for a question. `highlights` are spans of the passage's text.

    `dates` are the passage's, in the order in which they answer the question: see `date_order`.
    `also_in` are the other passages that tell the same, word for word or nearly so, and that the
    filters let through, in the order of their documents: the first MOST_REPEATS of `repeats`.
    """

    rank: int
    score: float
    dense: float
    lexical: float
    passage: StoredPassage
    highlights: tuple[Span, ...]
    dates: tuple[StoredDate, ...]
    also_in: tuple[StoredPassage, ...]
    repeats: int
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits. `total` counts the relevant ones, repeats as one.

    `total_capped` says that there may be more: over MOST_COUNTED, or beyond the candidates.
    `timeline` and `facets` are of all that are counted, not of the page alone; `facets` are None
    where they were not asked for.
    `judgement` is of the first hit, whatever the page, by its `evidence`: None where there is no
    hit. It is None where there is no calibration for the encoder.
    """

    question: str
    judgement: Judgement | None
    evidence: Evidence | None
    hits: tuple[Hit, ...]
    total: int
    total_capped: bool
    timeline: tuple[Entry, ...]
    facets: Facets | None
    snapshot: str
    took_ms: float


@dataclass(frozen=True, slots=True)
class _Query:
    """A question as it is searched for; `within` is what its filters let through, None all.

    What scores less than `floor` is not relevant.

    `times` are the first and last days of the dates in it, and `named` those dates in EDTF where it
    asks when: an answer is another one.
    """

    question: str
    asks_when: bool
    times: Numbers
    named: frozenset[str]
    vector: Vectors
    terms: list[str]
    within: Mask | None
    floor: float


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The best sentence of each of some passages: its row, and what it scores by.

    `dates` is what its date adds; arrays of one length.
    """

    rows: Numbers
    cosines: Scores
    coverage: Scores
    dates: Scores

    def best(self, order: Numbers) -> "_Sentences":
        return _Sentences(
            self.rows[order], self.cosines[order], self.coverage[order], self.dates[order]
        )


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Relevant passages, best first, repeats dropped: arrays of one length."""

    passages: Numbers
    scores: Scores
    sentences: _Sentences
    bm25: Scores
    dates: Scores

    def best(self, order: Numbers) -> "_Ranking":
        return _Ranking(
            self.passages[order],
            self.scores[order],
            self.sentences.best(order),
            self.bm25[order],
            self.dates[order],
        )


class Searcher:
    """Answers from one snapshot. Safe to use from several threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: QuestionEncoder,
        calibration: Calibration | None = None,
    ) -> None:
        made_with = snapshot.manifest.encoder
        if made_with != encoder.fingerprint:
            raise ForeignSnapshot(
                f"The snapshot {snapshot.manifest.id} was made with the encoder {made_with}, and "
                f"questions would be encoded with {encoder.fingerprint}. {REBUILD}"
            )
        self.snapshot = snapshot
        self._encoder = encoder
        self._calibration = calibration
        self._repeats = Repeats(snapshot.catalog.same_as)

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        offset: int = 0,
        explain: bool = False,
        facets: bool = False,
        filters: Filters = NO_FILTERS,
    ) -> Results:
        """The hits from `offset` on, at most `limit`, out of all that is relevant."""
        started = time.perf_counter()
        when = asks_when(question)
        query = _Query(
            question,
            when,
            times_named(question),
            dates_named(question) if when else frozenset(),
            self._encoder.encode_question(question),
            self.snapshot.lexical.terms(question),
            passages_within(filters, self.snapshot),
            # Where exact words are asked for, what has them is relevant, however common they are.
            -np.inf if filters.exact else FLOOR,
        )
        passages, all_found = self._candidates(query)
        ranking = self._rank(query, passages)
        total = len(ranking.passages)
        counted = min(total, MOST_COUNTED)
        page = np.arange(min(offset, counted), min(offset + limit, counted))
        hits = self._hits(query, ranking.best(page), offset + 1, explain=explain)
        evidence = self._evidence(query, ranking, hits) if total else None
        return Results(
            question=question,
            judgement=self._calibration.judge(evidence) if self._calibration else None,
            evidence=evidence,
            hits=hits,
            total=counted,
            total_capped=total > MOST_COUNTED or not all_found,
            timeline=self._timeline(query, ranking.best(np.arange(counted))),
            facets=count_facets(self.snapshot.catalog, ranking.passages[:counted])
            if facets
            else None,
            snapshot=self.snapshot.manifest.id,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _candidates(self, query: _Query) -> tuple[Numbers, bool]:
        """The passages that either side puts forward, in order; whether these are all it has.

        A text that stands in many files must not keep the others out.
        """
        catalog, within, wanted = self.snapshot.catalog, query.within, CANDIDATES
        if within is not None and np.count_nonzero(within) <= FEW:
            return np.flatnonzero(within), True
        sentences = None if within is None else within[catalog.passage_of_sentence]
        while True:
            rows = self.snapshot.vectors.nearest(query.vector, wanted, sentences)
            found = self.snapshot.lexical.candidates(query.terms, wanted, within)
            passages = np.sort(np.concatenate((catalog.passage_of_sentence[rows], found)))
            passages = passages[firsts_of(passages)]
            all_found = len(rows) < wanted and len(found) < wanted
            if all_found or self._texts(passages) >= ENOUGH:
                return passages, all_found
            wanted *= 4

    def _texts(self, passages: Numbers) -> int:
        """How many different texts passages have, at least: mostly there are ENOUGH at a glance."""
        same_as = self.snapshot.catalog.same_as[passages]
        firsts = int(np.count_nonzero(same_as == passages))
        return firsts if firsts >= ENOUGH else len(np.unique(same_as))

    def _rank(self, query: _Query, passages: Numbers) -> _Ranking:
        """Of passages, in their order, those that are relevant."""
        catalog = self.snapshot.catalog
        words = self.snapshot.lexical.scores(query.terms, passages)
        sentences = self._best_sentences(query, passages, words)
        dates = sentences.dates
        if len(query.times):
            dates = dates + TIME_BONUS * catalog.dated(query.times, passages)
        scores = fuse(sentences.cosines, sentences.coverage, words.bm25, dates)
        scored = _Ranking(passages, scores, sentences, words.bm25, dates)
        relevant = np.flatnonzero(scores >= query.floor)
        # Ties go to the passage that comes first, so that equal builds rank alike.
        ranked = relevant[np.argsort(-scores[relevant], kind="stable")]
        _, firsts = np.unique(catalog.same_as[passages[ranked]], return_index=True)
        return scored.best(ranked[np.sort(firsts)])

    def _best_sentences(self, query: _Query, passages: Numbers, words: WordScores) -> _Sentences:
        """The best sentence of each passage; `words` are the scores of these passages."""
        catalog = self.snapshot.catalog
        starts, ends = catalog.first_sentence[passages], catalog.first_sentence[passages + 1]
        rows, owners = rows_of(starts, ends - starts)
        dates = np.zeros(len(rows))
        if query.asks_when:
            dates[catalog.has_date[rows]] = WHEN_BONUS
        sentences = _Sentences(
            rows,
            self.snapshot.vectors.cosines(query.vector, rows).astype(np.float64),
            words.coverage(owners, rows - starts[owners]),
            dates,
        )
        scores = sentence_scores(sentences.cosines, sentences.coverage, sentences.dates)
        return sentences.best(best_of(scores, owners))

    def _evidence(self, query: _Query, ranking: _Ranking, hits: tuple[Hit, ...]) -> Evidence:
        """What speaks for the first of the ranked passages, on this page or not."""
        if hits and hits[0].rank == 1:
            passage, (sentence,) = hits[0].passage, hits[0].highlights
        else:
            [passage] = self.snapshot.catalog.passages([int(ranking.passages[0])])
            sentence = self.snapshot.catalog.sentence(int(ranking.sentences.rows[0]))
        return weigh(
            query.question,
            query.times,
            self.snapshot.lexical,
            passage,
            sentence,
            cosine=float(ranking.sentences.cosines[0]),
            scores=ranking.scores[:10].tolist(),
        )

    def _timeline(self, query: _Query, ranking: _Ranking) -> tuple[Entry, ...]:
        """The dates of each hit's best sentence, and of that of each of its repeats."""
        others, owners = self._repeated(query, ranking)
        sentences, ranks = ranking.sentences.rows, np.arange(1, len(ranking.passages) + 1)
        if len(others):
            words = self.snapshot.lexical.scores(query.terms, others)
            theirs = self._best_sentences(query, others, words)
            sentences = np.concatenate((sentences, theirs.rows))
            ranks = np.concatenate((ranks, owners + 1))
        return timeline(named_in(self.snapshot.catalog, sentences, ranks))

    def _hits(
        self, query: _Query, page: _Ranking, first_rank: int, *, explain: bool
    ) -> tuple[Hit, ...]:
        catalog, lexical = self.snapshot.catalog, self.snapshot.lexical
        others, owners = self._repeated(query, page)
        repeats = np.bincount(owners, minlength=len(page.passages))
        # Each hit's are in a run of their own: the first of each run are given.
        given = np.arange(len(owners)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        others, owners = others[given < MOST_REPEATS], owners[given < MOST_REPEATS]
        stored = catalog.passages([*page.passages.tolist(), *others.tolist()])
        also_in: list[list[StoredPassage]] = [[] for _ in page.passages]
        for owner, other in zip(owners.tolist(), stored[len(page.passages) :], strict=True):
            also_in[owner].append(other)
        spans = catalog.sentences(page.sentences.rows.tolist())
        hits = []
        for i, (passage, span) in enumerate(zip(stored, spans, strict=False)):
            hits.append(
                Hit(
                    rank=first_rank + i,
                    score=float(page.scores[i]),
                    dense=float(page.sentences.cosines[i]),
                    lexical=float(page.bm25[i]),
                    passage=passage,
                    highlights=(span,),
                    dates=answering_order(
                        passage,
                        span,
                        query.named,
                        query.times,
                        query.terms,
                        lexical.words,
                    ),
                    also_in=tuple(also_in[i]),
                    repeats=int(repeats[i]),
                    explanation=Explanation(
                        score=float(page.scores[i]),
                        cosine_weight=COSINE_WEIGHT,
                        cosine=float(page.sentences.cosines[i]),
                        coverage_weight=COVERAGE_WEIGHT,
                        coverage=float(page.sentences.coverage[i]),
                        terms=tuple(lexical.gains(query.terms, passage.number)),
                        dates=float(page.dates[i]),
                    )
                    if explain
                    else None,
                )
            )
        return tuple(hits)

    def _repeated(self, query: _Query, ranking: _Ranking) -> tuple[Numbers, Numbers]:
        """What else tells the same as the ranked passages and is let through: see Repeats."""
        others, owners = self._repeats.others(ranking.passages)
        if query.within is None:
            return others, owners
        chosen = query.within[others]
        return others[chosen], owners[chosen]
