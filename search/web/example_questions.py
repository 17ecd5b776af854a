"""Suggest questions for the start page that the folder of documents answers."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from itertools import islice

import numpy as np

from wherein.index.catalog.reader import Catalog
from wherein.index.catalog.stored import DocumentSummary
from wherein.search.query.query import plain_query
from wherein.search.ranking.verdict import Verdict
from wherein.search.results import PageRange, find_results
from wherein.search.searcher import Searcher
from wherein.search.web.date_format import in_words

MAX_TITLES = 3
MAX_TITLE_LENGTH = 80
MAX_MONTHS_TRIED = 6
"""The number of months that are tried until one of the questions is answered."""

_MAX_DAYS_IN_MONTH = 31


def newest_first(documents: Iterable[DocumentSummary]) -> list[DocumentSummary]:
    """Sort documents by their day of publication. Documents without a day come last."""
    return sorted(documents, key=lambda document: document.published or date.min, reverse=True)


def examples(searcher: Searcher) -> list[str]:
    """Return example questions for the folder.

    The questions are the titles of the newest documents, and one about the month that most
    passages name. Each question is searched for, and left out if its verdict is `none`.

    Args:
        searcher: The searcher of the current snapshot.

    Returns:
        At most `MAX_TITLES` + 1 questions.
    """
    documents = newest_first(searcher.snapshot.catalog.documents())
    titles = (document.title for document in documents if document.passages and document.title)
    distinct = dict.fromkeys(title for title in titles if len(title) <= MAX_TITLE_LENGTH)
    months = _most_named_months(searcher.snapshot.catalog)[:MAX_MONTHS_TRIED]
    questions = (f"What happened in {in_words(month)}?" for month in months)
    answered = partial(_is_answered, searcher=searcher)
    return [
        *filter(answered, list(distinct)[:MAX_TITLES]),
        *islice(filter(answered, questions), 1),
    ]


def _is_answered(question: str, searcher: Searcher) -> bool:
    judgement = find_results(searcher, plain_query(question), PageRange(limit=1)).judgement
    return judgement is None or judgement.verdict is not Verdict.NONE


def _most_named_months(catalog: Catalog) -> list[str]:
    """Return the months that passages name, or name a day of, in EDTF.

    The month that is named most often comes first; of equal months, the latest.
    """
    is_known = catalog.dates.firsts > 0
    firsts, lasts = catalog.dates.firsts[is_known], catalog.dates.lasts[is_known]
    epoch = date(1970, 1, 1).toordinal()
    days = (firsts[lasts - firsts < _MAX_DAYS_IN_MONTH] - epoch).astype("datetime64[D]")
    months, counts = np.unique(days.astype("datetime64[M]"), return_counts=True)
    order = np.argsort(-counts[::-1], kind="stable")
    return [str(month) for month in months[::-1][order]]
