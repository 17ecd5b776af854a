"""What a question may be asked with: parsed, checked, and refused in words."""

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from unicodedata import category
from urllib.parse import parse_qsl

from wherein.search.query.filters import DEEPEST_GLOB, MOST_STARS, NO_FILTERS, Filters, glob_fault
from wherein.search.query.syntax import Asked, understand

LONGEST_QUESTION = 1_000
MOST_HITS = 100
LARGEST_OFFSET = 1_000_000
LONGEST_SOURCE = 1_000
DEFAULT_LIMIT = 10

A_QUESTION = f"a question of at most {LONGEST_QUESTION:,} characters"
SOMETHING = "words to look for as well, such as: treaty -Moscow file:2024"
A_SOURCE = "a path, folder or glob below the folder of documents, such as 2024, 2024/a.txt or *.txt"
A_GLOB = f"a glob of at most {DEEPEST_GLOB} names, each with at most {MOST_STARS} stars"
A_DAY = "a day such as 2024-05-16, a month such as 2024-05, or a year such as 2024"


class BadParameter(ValueError):
    """`name` is the parameter, `wrong` what is wrong with it and `takes` what it takes."""

    def __init__(self, name: str, wrong: str, takes: str) -> None:
        super().__init__(f"{name} {wrong}; it takes {takes}.")
        self.name = name
        self.wrong = wrong
        self.takes = takes


class UnknownParameter(BadParameter):
    """No parameter has this name. The text names the nearest one."""

    def __init__(self, name: str) -> None:
        nearest = difflib.get_close_matches(name[:40], _PARSERS, n=1, cutoff=0)[0]
        wrong = f"is no parameter, and {nearest} is the nearest that there is"
        super().__init__(name[:40], wrong, ", ".join(_PARSERS))

    def __str__(self) -> str:
        return f"{self.name} {self.wrong}. The parameters are {self.takes}."


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """A question, the page of its hits that is wanted, and which passages may be among them.

    `q` is what was typed.
    """

    q: str
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    explain: bool = False
    filters: Filters = NO_FILTERS

    @property
    def asked(self) -> Asked:
        """What was typed, as it is understood. `filters` has its conditions too."""
        return understand(self.q)


def parse(query_string: bytes, *, ignore_unknown: bool = False) -> SearchParameters:
    """The parameters of an address. Raises BadParameter for the first that is wrong.

    With `ignore_unknown` an empty filter is none: so a form sends what was not filled in.
    """
    values: dict[str, str] = {}
    for name, value in _pairs(query_string):
        if ignore_unknown and name in FILTERS and not value.strip():
            continue
        if name not in _PARSERS:
            if ignore_unknown:
                continue
            raise UnknownParameter(name)
        if name in values:
            raise BadParameter(name, "is given more than once", "one value")
        values[name] = value
    if "q" not in values:
        raise BadParameter("q", "is missing", A_QUESTION)
    filters = parse_filters({name: values.pop(name) for name in FILTERS if name in values})
    parsed = {name: _PARSERS[name](name, text) for name, text in values.items()}
    parameters = SearchParameters(**parsed, filters=filters)  # type: ignore[arg-type]
    asked = check_asked("q", parameters.asked)
    return replace(parameters, filters=replace(filters, conditions=asked.conditions))


def parse_filters(values: Mapping[str, str], called: Callable[[str], str] = str) -> Filters:
    """Filters from their fields' names and texts. Raises BadParameter.

    `called` gives the name that a message has for a field.
    """
    filters = Filters(
        **{name: _PARSERS[name](called(name), text) for name, text in values.items()}  # type: ignore[arg-type]
    )
    for kind in ("published", "date"):
        first, last = getattr(filters, f"{kind}_from"), getattr(filters, f"{kind}_to")
        if first and last and first > last:
            name, other = called(f"{kind}_from"), called(f"{kind}_to")
            raise BadParameter(name, f"is after {other}", f"a day no later than {other}")
    return filters


def parse_question(name: str, text: str) -> str:
    """A question in its place. Raises BadParameter."""
    stripped = text.strip()
    try:
        stripped.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadParameter(name, "has bytes that are no UTF-8", "text in UTF-8") from error
    if not stripped:
        raise BadParameter(name, "is empty", A_QUESTION)
    if len(stripped) > LONGEST_QUESTION:
        raise BadParameter(name, f"has {len(stripped):,} characters", A_QUESTION)
    return stripped


def check_asked(name: str, asked: Asked) -> Asked:
    """What is asked, if there is something to look for. Raises BadParameter."""
    if not asked.question:
        raise BadParameter(name, "has conditions and no words to look for", SOMETHING)
    return asked


def parse_limit(text: str) -> int:
    """How many hits to give. Raises BadParameter."""
    return _number(1, MOST_HITS)("limit", text)


def parse_offset(text: str) -> int:
    """How many hits to leave out. Raises BadParameter."""
    return _number(0, LARGEST_OFFSET)("offset", text)


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
                raise BadParameter(name, "has bytes that are no UTF-8", "text in UTF-8") from error
    return pairs


def _number(lowest: int, highest: int) -> Callable[[str, str], int]:
    def parse_number(name: str, text: str) -> int:
        # Longer than any number in range, and past what int() reads in linear time.
        plain = text.isascii() and text.isdecimal() and len(text) <= 20
        if not plain or not lowest <= int(text) <= highest:
            takes = f"a whole number from {lowest} to {highest:,}"
            raise BadParameter(name, f"is {_shown(text)}", takes)
        return int(text)

    return parse_number


def _source(name: str, text: str) -> str:
    names = text.rstrip("/").split("/")
    if len(text) > LONGEST_SOURCE:
        raise BadParameter(name, f"has {len(text):,} characters", A_SOURCE)
    outside = text.startswith("/") or {".", ".."}.intersection(names) or "" in names
    if outside or any(category(character) in ("Cc", "Cs") for character in text):
        raise BadParameter(name, f"is {_shown(text)}", A_SOURCE)
    if fault := glob_fault(text):
        raise BadParameter(name, fault, A_GLOB)
    return text


_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _day(name: str, text: str, *, last: bool) -> date:
    """A day, or the first or last of a month or year."""
    match = _DAY.fullmatch(text.strip())
    try:
        year, month, day = map(int, match.groups("0")) if match else (0, 0, 0)
        month = month or (12 if last else 1)
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except ValueError as error:
        raise BadParameter(name, f"is {_shown(text)}", A_DAY) from error


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
"""Those that are parameters. Conditions are written in the question."""

_PARSERS: dict[str, Callable[[str, str], str | int | date]] = {
    "q": parse_question,
    "limit": _number(1, MOST_HITS),
    "offset": _number(0, LARGEST_OFFSET),
    "explain": _truth,
    "source": _source,
    "published_from": _first_day,
    "published_to": _last_day,
    "date_from": _first_day,
    "date_to": _last_day,
}
