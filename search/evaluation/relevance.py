"""Which passages answer a question? The rule of relevance for question sets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_WORDS_INSIDE_QUOTE = 8
"""A passage wholly inside the quote is relevant if it has at least this number of words."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entries:
    """The answer is one or more entries of a corpus.

    Attributes:
        grades: The grade of each relevant entry by its id, 1 or more.
    """

    grades: Mapping[str, int]

    @property
    def sources(self) -> frozenset[str]:
        """Return the sources that have the answer."""
        return frozenset(self.grades)

    @property
    def answers(self) -> tuple[str, ...]:
        """Return the accepted answers: none are known."""
        return ()

    def match(self, source: str, _text: str, /) -> str | None:
        """Return the name of the relevant entry that a passage is, or None."""
        return source if source in self.grades else None


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer is one paragraph. At least one of the attributes is known.

    Attributes:
        source: The document that has the paragraph.
        text: The paragraph.
        answers: The accepted answers. Without a paragraph, a passage with one of them is relevant.
    """

    source: str | None
    text: str | None
    answers: tuple[str, ...]

    @property
    def grades(self) -> Mapping[str, int]:
        """Return the grade of the paragraph."""
        return {"quote": 1}

    @property
    def sources(self) -> frozenset[str]:
        """Return the sources that have the answer, if known."""
        return frozenset() if self.source is None else frozenset([self.source])

    def match(self, source: str, text: str, /) -> str | None:
        """Return "quote" if a passage is the paragraph, else None."""
        if self.source not in (None, source):
            return None
        if self.text is not None:
            found = matches_quote(text, self.text)
        else:
            found = not self.answers or contains_answer(text, self.answers)
        return "quote" if found else None


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.casefold())


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Return whether a text contains an accepted answer, ignoring case and punctuation."""
    return any(_contains_words(text, answer) for answer in answers)


def matches_quote(text: str, quote: str) -> bool:
    """Return whether a passage is the quoted paragraph, or enough of it.

    A passage matches if it has at least half of the quote's words in their order. A passage that
    stands wholly inside the quote also matches if it has `MIN_WORDS_INSIDE_QUOTE` words.

    Args:
        text: The passage.
        quote: The paragraph.

    Returns:
        Whether the passage is relevant.
    """
    words, wanted = words_of(text), words_of(quote)
    is_inside = len(words) >= MIN_WORDS_INSIDE_QUOTE and _contains_words(quote, text)
    return is_inside or 2 * _common_subsequence(words, wanted) >= len(wanted)


def _contains_words(text: str, part: str) -> bool:
    """Return whether the words of `part` stand in `text` one after the other."""
    return f" {' '.join(words_of(part))} " in f" {' '.join(words_of(text))} "


def _common_subsequence(words: Sequence[str], wanted: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of two lists of words.

    A row of the table of dynamic programming is the bits of one integer (Hyyrö 2004, "Bit-parallel
    LCS-length computation revisited"): a bit of `row` is 0 where the subsequence grows.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(wanted):
        places[word] = places.get(word, 0) | 1 << place
    all_bits = (1 << len(wanted)) - 1
    row = all_bits
    for word in words:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & all_bits
    return len(wanted) - row.bit_count()
