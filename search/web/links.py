"""The URLs of pages within the site."""

from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode

from wherein.index.catalog.stored import StoredPassage
from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.results import DEFAULT_LIMIT, FIRST_PAGE, PageRange
from wherein.search.web.document_parts import is_surely_first
from wherein.search.web.parameters import FILTERS


def filter_texts(filters: Filters) -> dict[str, str]:
    """Return each filter that is set, by its parameter name, as a URL writes it."""
    values = {name: getattr(filters, name) for name in FILTERS}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def results_query(
    question: str, page: PageRange = FIRST_PAGE, filters: Filters = NO_FILTERS
) -> str:
    """Return the query string of a page of results, without the question mark.

    Args:
        question: The question as it was typed.
        page: Which hits the page shows.
        filters: The filters. Conditions in the question are not repeated.

    Returns:
        The query string, percent-encoded.
    """
    paging = {}
    if page.offset:
        paging["offset"] = str(page.offset)
    if page.limit != DEFAULT_LIMIT:
        paging["limit"] = str(page.limit)
    return urlencode({"q": question} | filter_texts(filters) | paging)


def results_url(question: str, page: PageRange = FIRST_PAGE, filters: Filters = NO_FILTERS) -> str:
    """Return the URL of a page of results: see `results_query`."""
    return f"/?{results_query(question, page, filters)}"


def document_url(source: str, query: str = "", at: int = 0) -> str:
    """Return the URL of a document's page.

    Args:
        source: The document's source.
        query: The query string of the results that the page leads back to.
        at: An offset in the document's text. The page shows the part that has it.

    Returns:
        The URL, percent-encoded.
    """
    query = "&".join(filter(None, (query, f"at=c{at}" if at else "")))
    return f"/documents/{_quoted(source)}" + (f"?{query}" if query else "")


_quoted = lru_cache(maxsize=1024)(quote)
"""Quotes a source. The cache helps because the dates of a page lead to few documents."""


def passage_url(passage: StoredPassage, query: str = "") -> str:
    """Return the URL of a passage in its document; `query` leads back to the results."""
    return f"{_part_url(passage, passage.start, query)}#L{passage.lines[0]}"


def date_url(passage: StoredPassage, start: int, query: str = "") -> str:
    """Return the URL of a date in its document.

    Args:
        passage: The passage with the date.
        start: The offset of the date in the passage's text.
        query: The query string of the results that the page leads back to.

    Returns:
        The URL, percent-encoded, with the date as its fragment.
    """
    at = passage.start + start
    return f"{_part_url(passage, at, query)}#c{at}"


def _part_url(passage: StoredPassage, at: int, query: str) -> str:
    """Return the URL of the part of the document that has the character at offset `at`."""
    # The first part has the URL of the document itself.
    is_first = is_surely_first(passage.block.number, at)
    return document_url(passage.source, query, 0 if is_first else at)
