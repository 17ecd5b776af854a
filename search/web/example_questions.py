"""Questions to begin with, from what stands in the folder: each is answered."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from itertools import islice

import numpy as np

from wherein.index.catalog.reader import Catalog, DocumentSummary
from wherein.search.query.query import plain_query
from wherein.search.ranking.verdict import Verdict
from wherein.search.results import PageRange, find_results
from wherein.search.searcher import Searcher
from wherein.search.web.date_format import in_words

MOST_TITLES = 3
LONGEST_TITLE = 80
LONGEST_MONTH = 31
MOST_MONTHS = 6
"""So many are tried, until one is answered."""


def newest_first(documents: Iterable[DocumentSummary]) -> list[DocumentSummary]:
    """By their days of publication, those without one last."""
    return sorted(documents, key=lambda one: one.published or date.min, reverse=True)


def examples(searcher: Searcher) -> list[str]:
    """The titles of the newest documents, and the month that most passages name.

    But none of which the page would say that nothing answers it: all of them are asked.
    """
    documents = newest_first(searcher.snapshot.catalog.documents())
    titles = (one.title for one in documents if one.passages and one.title)
    distinct = dict.fromkeys(title for title in titles if len(title) <= LONGEST_TITLE)
    months = _most_named_months(searcher.snapshot.catalog)[:MOST_MONTHS]
    asked = (f"What happened in {in_words(month)}?" for month in months)
    answered = partial(_is_answered, searcher=searcher)
    return [
        *filter(answered, list(distinct)[:MOST_TITLES]),
        *islice(filter(answered, asked), 1),
    ]


def _is_answered(question: str, searcher: Searcher) -> bool:
    judgement = find_results(searcher, plain_query(question), PageRange(limit=1)).judgement
    return judgement is None or judgement.verdict is not Verdict.NONE


def _most_named_months(catalog: Catalog) -> list[str]:
    """In EDTF, of equals the latest first: those that passages name, or name a day of."""
    told = catalog.dates.firsts > 0
    firsts, lasts = catalog.dates.firsts[told], catalog.dates.lasts[told]
    epoch = date(1970, 1, 1).toordinal()
    days = (firsts[lasts - firsts < LONGEST_MONTH] - epoch).astype("datetime64[D]")
    months, counts = np.unique(days.astype("datetime64[M]"), return_counts=True)
    order = np.argsort(-counts[::-1], kind="stable")
    return [str(month) for month in months[::-1][order]]
