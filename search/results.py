"""One page of answers: what the page, the API and the command line show of a ranking."""

import time
from dataclasses import dataclass

from wherein.search.query.query import Query
from wherein.search.ranking.evidence import Evidence, collect_evidence
from wherein.search.ranking.hits import Hit, make_hits
from wherein.search.ranking.ranking import Ranking
from wherein.search.ranking.timeline import Entry, make_timeline
from wherein.search.ranking.verdict import Judgement
from wherein.search.searcher import Searcher

DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class PageRange:
    """Which hits are shown: at most `limit`, after the first `offset`."""

    offset: int = 0
    limit: int = DEFAULT_LIMIT


FIRST_PAGE = PageRange()


@dataclass(frozen=True, slots=True)
class Results:
    """One page of answers to a question.

    Attributes:
        ranking: All relevant passages.
        hits: The hits of the page.
        timeline: The dates of the answering sentences of all counted hits.
        evidence: What speaks for the first hit, whatever the page. None if there is no hit.
        judgement: The verdict on the first hit. None if the encoder has no calibration.
        took_ms: The time that ranking and reading the hits took, in milliseconds.
    """

    ranking: Ranking
    hits: tuple[Hit, ...]
    timeline: tuple[Entry, ...]
    evidence: Evidence | None
    judgement: Judgement | None
    took_ms: float

    @property
    def query(self) -> Query:
        """Return the question."""
        return self.ranking.request.query

    @property
    def total(self) -> int:
        """Return the number of relevant hits, duplicates counted once."""
        return self.ranking.total

    @property
    def total_capped(self) -> bool:
        """Return whether there may be more relevant hits than `total`."""
        return self.ranking.is_capped

    @property
    def snapshot(self) -> str:
        """Return the id of the snapshot that answered."""
        return self.ranking.request.snapshot.manifest.id


def find_results(searcher: Searcher, query: Query, page: PageRange = FIRST_PAGE) -> Results:
    """Answer a question with one page of hits.

    Args:
        searcher: The searcher of a snapshot.
        query: The question.
        page: Which hits are shown.

    Returns:
        The page of answers.
    """
    started = time.perf_counter()
    ranking = searcher.rank(query)
    hits = make_hits(ranking, searcher.duplicates, page.offset, page.limit)
    evidence = collect_evidence(ranking, hits)
    return Results(
        ranking=ranking,
        hits=hits,
        timeline=make_timeline(ranking, searcher.duplicates),
        evidence=evidence,
        judgement=searcher.calibration.judge(evidence) if searcher.calibration else None,
        took_ms=(time.perf_counter() - started) * 1000,
    )
