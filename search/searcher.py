"""A question to ranked passages, over one snapshot. Knows nothing of HTTP."""

import time
from dataclasses import dataclass

import numpy as np

from index.arrays import Mask, Numbers, Scores, Vectors
from index.catalog import StoredDate, StoredPassage
from index.encoding import QuestionEncoder
from index.errors import ForeignSnapshot
from index.lexical import TermGain
from index.passages import Span
from index.snapshot import REBUILD, Snapshot
from search.asking import asks_when, dates_named, times_named
from search.date_order import answering_order
from search.facets import Facets, count_facets
from search.filters import NO_FILTERS, Filters, passages_within
from search.fusion import COSINE_WEIGHT, FLOOR, TIME_BONUS, WHEN_BONUS, fuse
from search.timeline import Entry, named_in, timeline
from search.verdict import Calibration, Evidence, Judgement, weigh

CANDIDATES = 1000
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
    times: Numbers
    named: frozenset[str]
    vector: Vectors
    terms: list[str]
    within: Mask | None
    floor: float


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
        query = _Query(
            question,
            times_named(question),
            dates_named(question) if asks_when(question) else frozenset(),
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
        evidence = self._evidence(query, ranking) if total else None
        return Results(
            question=question,
            judgement=self._calibration.judge(evidence) if self._calibration else None,
            evidence=evidence,
            hits=self._hits(query, ranking.best(page), offset + 1, explain=explain),
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
        """The passages that either side puts forward, and whether these are all that it has.

        A text that stands in many files must not keep the others out.
        """
        catalog, within, wanted = self.snapshot.catalog, query.within, CANDIDATES
        if within is not None and np.count_nonzero(within) <= FEW:
            return np.flatnonzero(within), True
        sentences = None if within is None else within[catalog.passage_of_sentence]
        while True:
            rows = self.snapshot.vectors.nearest(query.vector, wanted, sentences)
            found = self.snapshot.lexical.candidates(query.terms, wanted, within)
            passages = np.union1d(catalog.passage_of_sentence[rows], found)
            all_found = len(rows) < wanted and len(found) < wanted
            if all_found or len(np.unique(catalog.same_as[passages])) >= ENOUGH:
                return passages, all_found
            wanted *= 4

    def _rank(self, query: _Query, passages: Numbers) -> _Ranking:
        catalog, lexical = self.snapshot.catalog, self.snapshot.lexical
        words = lexical.bm25(query.terms, passages)
        dense, dates, sentences = self._best_sentences(query, passages)
        dates += TIME_BONUS * catalog.dated(query.times)[passages]
        scored = _Ranking(passages, fuse(dense, words, dates), dense, words, dates, sentences)
        # Ties go to the passage that comes first, so that equal builds rank alike.
        ranked = scored.best(np.lexsort((passages, -scored.scores)))
        relevant = ranked.best(np.flatnonzero(ranked.scores >= query.floor))
        _, firsts = np.unique(catalog.same_as[relevant.passages], return_index=True)
        return relevant.best(np.sort(firsts))

    def _best_sentences(self, query: _Query, passages: Numbers) -> tuple[Scores, Scores, Numbers]:
        """Of each passage its best sentence: its cosine, what its date adds, and which it is."""
        firsts = self.snapshot.catalog.first_sentence
        starts, counts = firsts[passages], firsts[passages + 1] - firsts[passages]
        begins = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(starts - begins, counts)
        cosines = self.snapshot.vectors.cosines(query.vector, rows).astype(np.float64)
        bonus = WHEN_BONUS * asks_when(query.question) * self.snapshot.catalog.has_date[rows]
        owners = np.repeat(np.arange(len(passages)), counts)
        # The best first within each passage, and of equal ones the earlier.
        order = np.lexsort((rows, -(COSINE_WEIGHT * cosines + bonus), owners))
        best = order[begins]
        return cosines[best], bonus[best], rows[best]

    def _evidence(self, query: _Query, ranking: _Ranking) -> Evidence:
        """What speaks for the first of the ranked passages, at least one."""
        catalog = self.snapshot.catalog
        [first] = catalog.passages([int(ranking.passages[0])])
        return weigh(
            query.question,
            query.times,
            self.snapshot.lexical,
            first,
            catalog.sentence(int(ranking.sentences[0])),
            cosine=float(ranking.dense[0]),
            scores=ranking.scores[:10].tolist(),
        )

    def _timeline(self, query: _Query, ranking: _Ranking) -> tuple[Entry, ...]:
        """The dates of each hit's best sentence, and of that of each of its repeats."""
        same_as = self.snapshot.catalog.same_as
        keys = same_as[ranking.passages]
        rank_of = np.zeros(len(same_as), np.int64)
        rank_of[keys] = np.arange(1, len(keys) + 1)
        others = rank_of[same_as] > 0
        others[ranking.passages] = False
        if query.within is not None:
            others &= query.within
        repeats = np.flatnonzero(others)
        _, _, theirs = self._best_sentences(query, repeats)
        sentences = np.concatenate((ranking.sentences, theirs))
        ranks = rank_of[same_as[np.concatenate((ranking.passages, repeats))]]
        return timeline(named_in(self.snapshot.catalog, sentences, ranks))

    def _hits(
        self, query: _Query, page: _Ranking, first_rank: int, *, explain: bool
    ) -> tuple[Hit, ...]:
        catalog, lexical = self.snapshot.catalog, self.snapshot.lexical
        stored = catalog.passages(page.passages.tolist())
        hits = []
        for i, passage in enumerate(stored):
            repeats = self._repeats(query, passage.number)
            highlights = (catalog.sentence(int(page.sentences[i])),)
            hits.append(
                Hit(
                    rank=first_rank + i,
                    score=float(page.scores[i]),
                    dense=float(page.dense[i]),
                    lexical=float(page.lexical[i]),
                    passage=passage,
                    highlights=highlights,
                    dates=answering_order(
                        passage,
                        highlights,
                        query.named,
                        query.times,
                        query.terms,
                        lexical.words,
                    ),
                    also_in=tuple(catalog.passages(repeats[:MOST_REPEATS])),
                    repeats=len(repeats),
                    explanation=Explanation(
                        score=float(page.scores[i]),
                        cosine_weight=COSINE_WEIGHT,
                        cosine=float(page.dense[i]),
                        terms=tuple(lexical.gains(query.terms, passage.number)),
                        dates=float(page.dates[i]),
                    )
                    if explain
                    else None,
                )
            )
        return tuple(hits)

    def _repeats(self, query: _Query, passage: int) -> list[int]:
        """The other passages that tell the same and that the filters let through, in order."""
        catalog = self.snapshot.catalog
        same = catalog.same_news(int(catalog.same_as[passage]))
        return [
            other
            for other in same
            if other != passage and (query.within is None or query.within[other])
        ]
