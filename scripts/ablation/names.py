"""Questions that are names without their accents, to measure what folding accents is worth."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from wherein.index.catalog.entries import CatalogEntry
from wherein.search.evaluation.question_sets import Question
from wherein.search.evaluation.relevance import Entries

_WORD = re.compile(r"\w+")
_MAX_ENTRIES = 10
"""A name in more entries would find some of them by chance."""


def names_without_accents(entries: Iterable[CatalogEntry]) -> list[Question]:
    """Make a question of each rare word with a capital and accents, typed without the accents.

    Args:
        entries: Documents of one passage each.

    Returns:
        The questions. The documents with the word answer.
    """
    sources = defaultdict[str, set[str]](set)
    for entry in entries:
        for passage in entry.passages:
            for word in set(_WORD.findall(f"{passage.title or ''} {passage.text}")):
                typed = remove_accents(word)
                if word[0].isupper() and typed != word and typed.isascii():
                    sources[typed].add(entry.document.source)
    return [
        Question(typed, typed, Entries(dict.fromkeys(sorted(having), 1)))
        for typed, having in sorted(sources.items())
        if len(having) <= _MAX_ENTRIES
    ]


def remove_accents(text: str) -> str:
    """Return a text as it is typed on a keyboard without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
