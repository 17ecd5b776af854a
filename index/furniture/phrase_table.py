"""Lookup of a line among the known phrases of page furniture. The phrases are in `phrases/*.tsv`.

The phrases belong to kinds of pages, not to particular sites.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from wherein.index.furniture.folding import fold_line
from wherein.index.furniture.phrase_files import read_rows
from wherein.index.furniture.reasons import NAVIGATION

LONGEST_PHRASE = 160
"""In characters. A longer line is no phrase. The limit also keeps matching time linear."""

LONGEST_PATH = 6
"""In words, with the separators: the longest path of labels, such as "Sport > Football"."""

_PHRASE_FILES = ("english.tsv", "other_languages.tsv")
_MENU_FILE = "menu_labels.tsv"
_PATH_SEPARATOR = re.compile(r" ?[/|>›»·] ?")


class Trust(StrEnum):
    """What a phrase proves, the strongest proof first.

    Attributes:
        CERTAIN: The line is furniture in any document.
        LIKELY: The line is furniture in a scraped page.
        SECTION_HEADING: The line is furniture in a scraped page, unless prose follows. It is the
            heading of a section of furniture, such as "Related articles".
        AMBIGUOUS: The line is furniture in a scraped page if it stands outside the article or
            beside other furniture.
        MENU_LABEL: The line is a label that menus consist of. A label alone proves nothing: it may
            be a heading or a title.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    SECTION_HEADING = "section_heading"
    AMBIGUOUS = "ambiguous"
    MENU_LABEL = "menu_label"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A known phrase of page furniture.

    Attributes:
        trust: What the phrase proves.
        reason: Why a block with this text is furniture, as it is shown to a reader.
    """

    trust: Trust
    reason: str


def find_phrase(text: str) -> Phrase | None:
    """Find the known phrase that a whole line consists of.

    Args:
        text: A line, as it is in the document.

    Returns:
        The phrase that proves most, or None if the line is no known phrase.
    """
    if len(text) > LONGEST_PHRASE:
        return None
    line = fold_line(text)
    for phrase, pattern in _PATTERNS:
        if pattern.fullmatch(line):
            return phrase
    first = _PATH_SEPARATOR.split(line, maxsplit=1)[0]
    is_label = first in _MENU_LABELS and (first == line or len(line.split()) <= LONGEST_PATH)
    return Phrase(Trust.MENU_LABEL, NAVIGATION) if is_label else None


def _compile(files: Iterable[str]) -> Iterator[tuple[Phrase, re.Pattern[str]]]:
    """Join the rows of each file that have the same trust and reason into one pattern.

    The patterns that prove most come first; among equals, the order is that of the rows.
    """
    groups: list[tuple[Phrase, list[str]]] = []
    for file in files:
        expressions: defaultdict[Phrase, list[str]] = defaultdict(list)
        for row in read_rows(file):
            expressions[Phrase(Trust(row["trust"]), row["reason"])].append(row["phrase"])
        groups += expressions.items()
    order = [*Trust]
    for phrase, alternatives in sorted(groups, key=lambda group: order.index(group[0].trust)):
        yield phrase, re.compile("|".join(alternatives))


_PATTERNS = tuple(_compile(_PHRASE_FILES))
_MENU_LABELS = frozenset(row["label"] for row in read_rows(_MENU_FILE))
