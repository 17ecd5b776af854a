"""Addresses within the site."""

from urllib.parse import quote, urlencode

from search.parameters import DEFAULT_LIMIT


def document_url(source: str, line: int | None = None, question: str | None = None) -> str:
    """The page of a document, at a line of it, with the way back to a question's results."""
    asked = "?" + urlencode({"q": question}) if question else ""
    return f"/documents/{quote(source)}{asked}" + (f"#L{line}" if line else "")


def results_url(question: str, offset: int = 0, limit: int = DEFAULT_LIMIT) -> str:
    """The page of a question's hits, `limit` of them from `offset` on."""
    parameters = {"q": question}
    if offset:
        parameters["offset"] = str(offset)
    if limit != DEFAULT_LIMIT:
        parameters["limit"] = str(limit)
    return "/?" + urlencode(parameters)
