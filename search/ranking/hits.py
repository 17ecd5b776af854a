"""The hits of a ranking: passages with their place, answering sentence, dates and duplicates."""

from dataclasses import dataclass

import numpy as np

from wherein.index.arrays import Numbers, expand_ranges
from wherein.index.catalog.stored import StoredDate, StoredPassage
from wherein.index.passages.sentences import Span
from wherein.search.ranking.date_ranking import rank_dates
from wherein.search.ranking.duplicates import Duplicates
from wherein.search.ranking.ranking import Ranking, ScoredPassages


@dataclass(frozen=True, slots=True)
class HitScores:
    """The scores of a hit.

    Attributes:
        total: The score that the hit is ranked by.
        cosine: The cosine of its best sentence to the question.
        bm25: The BM25 score of the passage.
    """

    total: float
    cosine: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that is ranked for a question.

    Attributes:
        rank: The place in the ranking, from 1.
        passage: The passage.
        scores: The scores of the passage.
        highlights: The spans of the passage's text that answer.
        dates: The passage's dates, the likeliest answer first: see `date_ranking`.
        copies: The duplicates of the passage that the filters let through.
    """

    rank: int
    passage: StoredPassage
    scores: HitScores
    highlights: tuple[Span, ...]
    dates: tuple[StoredDate, ...]
    copies: "Copies"


@dataclass(frozen=True, slots=True)
class Copies:
    """The duplicates of a hit, in the order of their documents.

    Attributes:
        passages: The first of them, at most `max_duplicates`.
        total: The number of all duplicates.
    """

    passages: tuple[StoredPassage, ...]
    total: int


def make_hits(ranking: Ranking, duplicates: Duplicates, offset: int, limit: int) -> tuple[Hit, ...]:
    """Read one page of a ranking from the catalog.

    Args:
        ranking: The ranking.
        duplicates: The duplicates of the snapshot.
        offset: The number of hits before the page.
        limit: The greatest number of hits on the page.

    Returns:
        The hits in the order of their ranks.
    """
    request, page = ranking.request, ranking.page(offset, limit)
    catalog = request.snapshot.catalog
    others, owners, totals = _listed_duplicates(ranking, duplicates, page.passages)
    stored = catalog.passages([*page.passages.tolist(), *others.tolist()])
    copies: list[list[StoredPassage]] = [[] for _ in range(len(page))]
    for owner, other in zip(owners.tolist(), stored[len(page) :], strict=True):
        copies[owner].append(other)
    spans = catalog.sentences(page.sentences.rows.tolist())
    return tuple(
        Hit(
            rank=offset + place + 1,
            passage=stored[place],
            scores=_scores(page, place),
            highlights=(span,),
            dates=rank_dates(stored[place], span, request),
            copies=Copies(tuple(copies[place]), int(totals[place])),
        )
        for place, span in enumerate(spans)
    )


def _scores(page: ScoredPassages, place: int) -> HitScores:
    return HitScores(
        total=float(page.scores[place]),
        cosine=float(page.sentences.cosines[place]),
        bm25=float(page.bm25[place]),
    )


def _listed_duplicates(
    ranking: Ranking, duplicates: Duplicates, passages: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the duplicates to list, the place of each one's original, and all counts by place."""
    others, owners = duplicates.of(passages, ranking.request.within)
    totals = np.bincount(owners, minlength=len(passages))
    # The duplicates of a passage are neighbours, so this is the place of each among its own.
    places, _ = expand_ranges(np.zeros_like(totals), totals)
    listed = places < ranking.request.config.max_duplicates
    return others[listed], owners[listed], totals
