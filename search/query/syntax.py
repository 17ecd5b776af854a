"""What is typed as a question: the words to look for, and the conditions written among them.

    "exact words"   passages in which these words stand so
    -word           passages without this word; also -"exact words" and -file:name
    file:name       files with this in their path; file:"a name", where it has spaces

There is no other syntax, and nothing is an error: what is not one of these is text. A quotation
mark begins exact words at the start of a word and needs its fellow. A hyphen leaves out what
follows it where it is at the start of a word and a letter follows: not so in COVID-19, 1912 - 1927
and -5.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wherein.search.query.filters import Condition, Of, glob_fault

MOST_CONDITIONS = 16
"""What is written like a further one is text."""

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
"""What would make a condition of words that are put back among the others."""
_AFTER_A_WORD = "?!.,;:)]…'’”»"
_EXACT = ("exact", "curly", "low", "angle", "word")
_FILE = ("quoted", "file")


@dataclass(frozen=True, slots=True)
class Part:
    """A condition, and where it stands in what was typed."""

    condition: Condition
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as it is understood.

    `question` has the words to look for, those of exact words among them; it is empty where there
    are conditions alone.
    """

    typed: str
    question: str
    parts: tuple[Part, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Each once, in their order."""
        return tuple(dict.fromkeys(part.condition for part in self.parts))

    @property
    def is_exact_alone(self) -> bool:
        """Whether it asks for exact words and for nothing else."""
        return any(map(_is_exact, self.parts)) and not _has_words(
            _rest(self.typed, self.parts, keep_words=False)
        )

    def without(self, condition: Condition) -> str:
        """What was typed without a condition. Exact words stay, as words like any other."""
        dropped = tuple(part for part in self.parts if part.condition == condition)
        return _rest(self.typed, dropped, keep_words=True)


def understand(typed: str) -> Asked:
    """Tell the conditions from the words. Any text is understood."""
    parts = tuple(_parts(typed))
    return Asked(typed, _rest(typed, parts, keep_words=True) if parts else typed, parts)


def _parts(typed: str) -> Iterator[Part]:
    count = 0
    for match in _PART.finditer(typed):
        condition, end = _condition(match)
        if condition is not None and count < MOST_CONDITIONS:
            count += 1
            yield Part(condition, match.start(), end)


def _condition(match: re.Match[str]) -> tuple[Condition | None, int]:
    """The condition, None where it is text after all, and where it ends."""
    kind, text = next((kind, text) for kind in (*_EXACT, *_FILE) if (text := match[kind]))
    end = match.end()
    if kind in ("word", "file"):
        end -= len(text) - len(text := text.rstrip(_AFTER_A_WORD))
    of = Of.FILE if kind in _FILE else Of.WORDS
    text = " ".join(text.split())
    if not _has_words(text) or (of is Of.FILE and glob_fault(text)):
        return None, end
    return Condition(of, text, wanted=not match["minus"]), end


def _is_exact(part: Part) -> bool:
    return part.condition.of is Of.WORDS and part.condition.wanted


def _rest(typed: str, parts: tuple[Part, ...], *, keep_words: bool) -> str:
    """What was typed without the parts, but for the words of exact ones if they are to be kept."""
    text, done = "", 0
    for part in parts:
        kept = _MARKS.sub("", part.condition.text) if keep_words and _is_exact(part) else ""
        text += typed[done : part.start] + kept
        done = part.end
    rest = " ".join((text + typed[done:]).split())
    return rest if _has_words(rest) else ""


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
