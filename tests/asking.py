"""Asking a searcher in one line."""

from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.query.query import plain_query
from wherein.search.results import DEFAULT_LIMIT, PageRange, Results, find_results
from wherein.search.searcher import Searcher


def ask(
    searcher: Searcher,
    text: str,
    *,
    limit: int = DEFAULT_LIMIT,
    offset: int = 0,
    filters: Filters = NO_FILTERS,
) -> Results:
    """Return one page of answers to a question whose text is taken as it stands."""
    return find_results(searcher, plain_query(text, filters), PageRange(offset, limit))
