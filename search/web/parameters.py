"""Which HTTP parameters are allowed, and what they may be. Others are refused with the reason."""

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from unicodedata import category
from urllib.parse import parse_qsl

from wherein.search.query.filters import NO_FILTERS, Filters
from wherein.search.query.globs import MAX_GLOB_NAMES, MAX_STARS, glob_fault
from wherein.search.query.query import Query, parse_query
from wherein.search.results import DEFAULT_LIMIT, FIRST_PAGE, PageRange

MAX_QUESTION_LENGTH = 1_000
MAX_LIMIT = 100
MAX_OFFSET = 1_000_000
MAX_SOURCE_LENGTH = 1_000

_A_QUESTION = f"a question of at most {MAX_QUESTION_LENGTH:,} characters"
_WORDS = "conditions together with words to search for, such as: treaty -Moscow file:2024"
_A_SOURCE = (
    "a path, folder or glob below the folder of documents, such as 2024, 2024/a.txt or *.txt"
)
_A_GLOB = f"a glob of at most {MAX_GLOB_NAMES} names, each with at most {MAX_STARS} stars"
_A_DAY = "a day such as 2024-05-16, a month such as 2024-05, or a year such as 2024"


class BadParameter(ValueError):
    """A parameter has a value that it cannot take.

    Args:
        name: The name of the parameter.
        fault: What is wrong with the value.
        accepted: The values that the parameter takes.
    """

    def __init__(self, name: str, fault: str, accepted: str) -> None:
        super().__init__(f"{name} {fault}; it takes {accepted}.")
        self.name = name
        self.fault = fault
        self.accepted = accepted


class UnknownParameter(BadParameter):
    """A parameter has an unknown name. The message names the nearest known one."""

    def __init__(self, name: str) -> None:
        nearest = difflib.get_close_matches(name[:40], _PARSERS, n=1, cutoff=0)[0]
        super().__init__(name[:40], f"is unknown. Did you mean {nearest}?", ", ".join(_PARSERS))

    def __str__(self) -> str:
        return f"The parameter {self.name} {self.fault} The parameters are {self.accepted}."


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as a URL asks for it.

    Attributes:
        query: The question with its filters.
        page: Which hits are shown.
        explain: Whether the answer explains the scores.
    """

    query: Query
    page: PageRange = FIRST_PAGE
    explain: bool = False


def parse_request(query_string: bytes, *, ignore_unknown: bool = False) -> SearchRequest:
    """Parse the query string of a URL.

    Args:
        query_string: The part of the URL after the question mark, percent-encoded.
        ignore_unknown: Whether unknown parameters and empty filters are ignored. The page needs
            this, because an HTML form also sends its empty fields.

    Returns:
        The search.

    Raises:
        BadParameter: A parameter is wrong. The error describes the first such parameter.
    """
    texts = _texts_by_name(query_string, ignore_unknown=ignore_unknown)
    if "q" not in texts:
        raise BadParameter("q", "is missing", _A_QUESTION)
    filters = parse_filters({name: texts.pop(name) for name in FILTERS if name in texts})
    typed = parse_question("q", texts.pop("q"))
    return SearchRequest(
        query=require_words("q", parse_query(typed, filters)),
        page=PageRange(
            offset=parse_offset(texts.pop("offset", "0")),
            limit=parse_limit(texts.pop("limit", str(DEFAULT_LIMIT))),
        ),
        explain=_truth("explain", texts.pop("explain", "false")),
    )


def parse_filters(texts: Mapping[str, str], display_name: Callable[[str], str] = str) -> Filters:
    """Parse filters.

    Args:
        texts: The text of each filter by its field in `Filters`.
        display_name: Gives the name that messages use for a field, such as a flag.

    Returns:
        The filters.

    Raises:
        BadParameter: The first filter that is wrong.
    """
    if not texts:
        return NO_FILTERS
    filters = Filters(
        **{name: _PARSERS[name](display_name(name), text) for name, text in texts.items()}  # type: ignore[arg-type]
    )
    for kind in ("published", "date"):
        first, last = getattr(filters, f"{kind}_from"), getattr(filters, f"{kind}_to")
        if first and last and first > last:
            name, other = display_name(f"{kind}_from"), display_name(f"{kind}_to")
            raise BadParameter(name, f"is after {other}", f"a day no later than {other}")
    return filters


def parse_question(name: str, text: str) -> str:
    """Check a question.

    Args:
        name: The name that messages use for the question.
        text: The question as it was typed.

    Returns:
        The question without white space around it.

    Raises:
        BadParameter: The question is empty, too long or not valid text.
    """
    question = text.strip()
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadParameter(name, "has bytes that are not UTF-8", "text in UTF-8") from error
    if not question:
        raise BadParameter(name, "is empty", _A_QUESTION)
    if len(question) > MAX_QUESTION_LENGTH:
        raise BadParameter(name, f"has {len(question):,} characters", _A_QUESTION)
    return question


def require_words(name: str, query: Query) -> Query:
    """Check that a query has words to search for.

    Args:
        name: The name that messages use for the question.
        query: The query.

    Returns:
        The same query.

    Raises:
        BadParameter: The query has only conditions.
    """
    if not query.text:
        raise BadParameter(name, "has conditions but no words to search for", _WORDS)
    return query


def parse_limit(text: str) -> int:
    """Parse the greatest number of hits on a page. Raises BadParameter."""
    return _number("limit", text, 1, MAX_LIMIT)


def parse_offset(text: str) -> int:
    """Parse the number of hits before the page. Raises BadParameter."""
    return _number("offset", text, 0, MAX_OFFSET)


def _texts_by_name(query_string: bytes, *, ignore_unknown: bool) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, text in _pairs(query_string):
        if ignore_unknown and (name not in _PARSERS or (name in FILTERS and not text.strip())):
            continue
        if name not in _PARSERS:
            raise UnknownParameter(name)
        if name in texts:
            raise BadParameter(name, "is given more than once", "one value")
        texts[name] = text
    return texts


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    pairs = parse_qsl(
        query_string.decode("ascii", "surrogateescape"),
        keep_blank_values=True,
        encoding="utf-8",
        errors="surrogateescape",
    )
    for pair in pairs:
        for text in pair:
            try:
                text.encode("utf-8")
            except UnicodeEncodeError as error:
                name = pair[0][:40].encode("utf-8", "replace").decode()
                raise BadParameter(name, "has bytes that are not UTF-8", "text in UTF-8") from error
    return pairs


def _number(name: str, text: str, lowest: int, highest: int) -> int:
    # Longer texts are out of range, and int() would take quadratic time for them.
    is_number = text.isascii() and text.isdecimal() and len(text) <= 20
    if not is_number or not lowest <= int(text) <= highest:
        accepted = f"a whole number from {lowest} to {highest:,}"
        raise BadParameter(name, f"is {_shown(text)}", accepted)
    return int(text)


def _source(name: str, text: str) -> str:
    names = text.rstrip("/").split("/")
    if len(text) > MAX_SOURCE_LENGTH:
        raise BadParameter(name, f"has {len(text):,} characters", _A_SOURCE)
    is_outside = text.startswith("/") or {".", ".."}.intersection(names) or "" in names
    if is_outside or any(category(character) in ("Cc", "Cs") for character in text):
        raise BadParameter(name, f"is {_shown(text)}", _A_SOURCE)
    if fault := glob_fault(text):
        raise BadParameter(name, fault, _A_GLOB)
    return text


_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _day(name: str, text: str, *, last: bool) -> date:
    """Return the day, or the first or last day of a month or year."""
    match = _DAY.fullmatch(text.strip())
    try:
        year, month, day = map(int, match.groups("0")) if match else (0, 0, 0)
        month = month or (12 if last else 1)
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except ValueError as error:
        raise BadParameter(name, f"is {_shown(text)}", _A_DAY) from error


def _first_day(name: str, text: str) -> date:
    return _day(name, text, last=False)


def _last_day(name: str, text: str) -> date:
    return _day(name, text, last=True)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 20 else text[:20] + "…")


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise BadParameter(name, f"is {text[:20]!r}", "true or false")
    return text == "true"


FILTERS = tuple(field.name for field in fields(Filters) if field.name != "conditions")
"""The filters that are parameters. Conditions are written in the question instead."""

_PARSERS: dict[str, Callable[[str, str], str | int | date]] = {
    "q": parse_question,
    "limit": lambda _, text: parse_limit(text),
    "offset": lambda _, text: parse_offset(text),
    "explain": _truth,
    "source": _source,
    "published_from": _first_day,
    "published_to": _last_day,
    "date_from": _first_day,
    "date_to": _last_day,
}
"""The parameters of a search, with what reads each of them."""
