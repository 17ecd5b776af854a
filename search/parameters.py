"""What a question may be asked with: parsed, checked, and refused in words."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

LONGEST_QUESTION = 1_000
MOST_HITS = 100
LARGEST_OFFSET = 1_000_000
DEFAULT_LIMIT = 10

A_QUESTION = f"a question of at most {LONGEST_QUESTION:,} characters"


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
    """A question and the page of its hits that is wanted."""

    q: str
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    explain: bool = False


def parse(query_string: bytes, *, ignore_unknown: bool = False) -> SearchParameters:
    """The parameters of an address. Raises BadParameter for the first that is wrong."""
    values: dict[str, str] = {}
    for name, value in _pairs(query_string):
        if name not in _PARSERS:
            if ignore_unknown:
                continue
            raise UnknownParameter(name)
        if name in values:
            raise BadParameter(name, "is given more than once", "one value")
        values[name] = value
    if "q" not in values:
        raise BadParameter("q", "is missing", A_QUESTION)
    return SearchParameters(**{name: _PARSERS[name](name, text) for name, text in values.items()})  # type: ignore[arg-type]


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


def parse_limit(text: str) -> int:
    """How many hits to give. Raises BadParameter."""
    return _number(1, MOST_HITS)("limit", text)


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
            shown = text if len(text) <= 20 else text[:20] + "…"
            takes = f"a whole number from {lowest} to {highest:,}"
            raise BadParameter(name, f"is {shown!r}", takes)
        return int(text)

    return parse_number


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise BadParameter(name, f"is {text[:20]!r}", "true or false")
    return text == "true"


_PARSERS: dict[str, Callable[[str, str], str | int]] = {
    "q": parse_question,
    "limit": _number(1, MOST_HITS),
    "offset": _number(0, LARGEST_OFFSET),
    "explain": _truth,
}
