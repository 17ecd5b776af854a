"""The query syntax: which parts of a typed question are words, and which are conditions.

    "exact words"   passages that contain these words in this order
    -word           passages without this word; also -"exact words" and -file:name
    file:name       files with this text in their path; file:"a name" if it contains spaces

There is no other syntax, and nothing is an error: everything else is text. A quotation mark starts
exact words only at the start of a word, and only if a closing mark follows. A hyphen excludes what
follows it only at the start of a word and before a letter. So COVID-19, 1912 - 1927 and -5 are
text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wherein.search.query.filters import Condition, ConditionKind
from wherein.search.query.globs import glob_fault

MAX_CONDITIONS = 16
"""The number of conditions in a question. Further ones are read as text."""

_PART = re.compile(
    r"""(?<![^\s(\[]) (?P<minus>-)? (?:
        file:(?: "(?P<quoted>[^"]+)"(?!\w) | (?P<file>[^\s"]+) )
      | "(?P<exact>[^"]+)"(?!\w) | “(?P<curly>[^“”]+)”(?!\w)
      | „(?P<low>[^„“”]+)[“”](?!\w) | «(?P<angle>[^«»]+)»(?!\w)
      | (?P<word>(?<=-)[^\W\d_][^\s"]*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_MARKS = re.compile(r'["“”„«»]|(?<![^\s(\[])(?:-|file:)+', re.IGNORECASE)
"""Signs that would turn words into a condition when exact words are put back into the text."""
_AFTER_A_WORD = "?!.,;:)]…'’”»"
_EXACT = ("exact", "curly", "low", "angle", "word")
_FILE = ("quoted", "file")


@dataclass(frozen=True, slots=True)
class Part:
    """A condition with the span of characters that it takes in the typed text."""

    condition: Condition
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A typed question, split into words and conditions.

    Attributes:
        typed: The text as it was typed.
        question: The words to search for, exact words included. Empty if there are only
            conditions.
        parts: The conditions with their places.
    """

    typed: str
    question: str
    parts: tuple[Part, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return each condition once, in the order of the text."""
        return tuple(dict.fromkeys(part.condition for part in self.parts))

    @property
    def is_exact_alone(self) -> bool:
        """Return whether the question has exact words and no other words."""
        return any(map(_is_exact, self.parts)) and not _has_words(
            _rest(self.typed, self.parts, keep_words=False)
        )

    def without(self, condition: Condition) -> str:
        """Return the typed text without `condition`. Its exact words stay as ordinary words."""
        dropped = tuple(part for part in self.parts if part.condition == condition)
        return _rest(self.typed, dropped, keep_words=True)


def parse_text(typed: str) -> ParsedText:
    """Split a typed question into words and conditions. Any text is valid."""
    parts = tuple(_parts(typed))
    return ParsedText(typed, _rest(typed, parts, keep_words=True) if parts else typed, parts)


def _parts(typed: str) -> Iterator[Part]:
    count = 0
    for match in _PART.finditer(typed):
        condition, end = _condition(match)
        if condition is not None and count < MAX_CONDITIONS:
            count += 1
            yield Part(condition, match.start(), end)


def _condition(match: re.Match[str]) -> tuple[Condition | None, int]:
    """Return the condition and the offset of its end. None means that the match is text."""
    group, text = next((name, text) for name in (*_EXACT, *_FILE) if (text := match[name]))
    end = match.end()
    if group in ("word", "file"):
        end -= len(text) - len(text := text.rstrip(_AFTER_A_WORD))
    condition_kind = ConditionKind.FILE if group in _FILE else ConditionKind.WORDS
    text = " ".join(text.split())
    if not _has_words(text) or (condition_kind is ConditionKind.FILE and glob_fault(text)):
        return None, end
    return Condition(condition_kind, text, wanted=not match["minus"]), end


def _is_exact(part: Part) -> bool:
    return part.condition.kind is ConditionKind.WORDS and part.condition.wanted


def _rest(typed: str, parts: tuple[Part, ...], *, keep_words: bool) -> str:
    """Return the typed text without `parts`; `keep_words` keeps the words of exact conditions."""
    text, done = "", 0
    for part in parts:
        kept = _MARKS.sub("", part.condition.text) if keep_words and _is_exact(part) else ""
        text += typed[done : part.start] + kept
        done = part.end
    rest = " ".join((text + typed[done:]).split())
    return rest if _has_words(rest) else ""


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
