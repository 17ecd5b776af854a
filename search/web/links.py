"""Addresses within the site."""

from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode

from wherein.index.catalog.reader import StoredPassage
from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.web.document_parts import is_surely_first
from wherein.search.web.parameters import DEFAULT_LIMIT, FILTERS


def asked(question: str, filters: Filters = NO_FILTERS) -> str:
    """A question and its filters, as the query of an address."""
    return urlencode({"q": question} | filter_texts(filters))


def filter_texts(filters: Filters) -> dict[str, str]:
    """Each filter that is set, by its name, as an address gives it."""
    values = {name: getattr(filters, name) for name in FILTERS}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def document_url(source: str, query: str = "", at: int = 0) -> str:
    """The page of a document, or of the part of it that has the character at an offset.

    `query` is the way back to the results of a question: see `asked`.
    """
    query = "&".join(filter(None, (query, f"at=c{at}" if at else "")))
    return f"/documents/{_quoted(source)}" + (f"?{query}" if query else "")


_quoted = lru_cache(maxsize=1024)(quote)
"""The dates of a page lead to few documents."""


def passage_url(passage: StoredPassage, query: str = "") -> str:
    """The page of a passage's document, at the passage."""
    return f"{_part_url(passage, passage.start, query)}#L{passage.lines[0]}"


def date_url(passage: StoredPassage, start: int, query: str = "") -> str:
    """The same, at the date that begins at a character of the passage."""
    at = passage.start + start
    return f"{_part_url(passage, at, query)}#c{at}"


def _part_url(passage: StoredPassage, at: int, query: str) -> str:
    """The part of a passage's document that has the character of the passage at an offset."""
    # The address of what is in the first part for certain is that of the document.
    first = is_surely_first(passage.block, at)
    return document_url(passage.source, query, 0 if first else at)


def results_url(
    question: str,
    offset: int = 0,
    limit: int = DEFAULT_LIMIT,
    filters: Filters = NO_FILTERS,
    rank: int | None = None,
) -> str:
    """The page of a question's hits, `limit` of them from `offset` on; the hit of this rank."""
    paging = {}
    if offset:
        paging["offset"] = str(offset)
    if limit != DEFAULT_LIMIT:
        paging["limit"] = str(limit)
    query = "&".join(filter(None, (asked(question, filters), urlencode(paging))))
    return f"/?{query}" + (f"#hit-{rank}" if rank else "")
