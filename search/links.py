"""Addresses within the site."""

from datetime import date
from urllib.parse import quote, urlencode

from search.filters import NO_FILTERS, Filters
from search.parameters import DEFAULT_LIMIT, FILTERS


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


def document_url(
    source: str, line: int | None = None, character: int | None = None, query: str = ""
) -> str:
    """The page of a document, at a line of it or at a date that begins at a character.

    `query` is the way back to the results of a question: see `asked`.
    """
    place = f"#L{line}" if line is not None else ""
    place = f"#c{character}" if character is not None else place
    return f"/documents/{quote(source)}{'?' * bool(query)}{query}{place}"


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
