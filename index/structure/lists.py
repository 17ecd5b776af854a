"""The lists of a document: each item gets the line that leads to it as context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wherein.index.documents.model import Block, Kind
from wherein.index.passages.context import LEAD_IN_ENDINGS
from wherein.index.passages.sentences import split_sentences

MIN_ITEMS = 2
"""The fewest items that a list has."""

LONGEST_LEAD_IN = 400
"""In characters: a longer sentence is no lead-in."""

_MAX_LEAD_INS = 2  # of an item
_NESTED_INDENT = 2  # columns: " 9." stands one column to the right of "10."

_MARKER = re.compile(
    r"(?:(?P<bullet>[-*+•‣▪●◦–])"
    r"|(?P<opening>\(?)"
    # No capital before a dot: it is the initial of a name.
    r"(?:(?P<number>\d{1,3})|(?P<letter>[a-z]|[A-Z](?=\)))|(?P<roman>[ivx]{2,5}))"
    r"(?P<closing>[.)])) "
)
_PREVIOUS_LETTERS = {"i": "h", "v": "u", "x": "w"}  # below another letter: a roman number


@dataclass(frozen=True, slots=True)
class _Item:
    """A paragraph that may belong to a list.

    Attributes:
        style: The kind of marker, such as "-", "1.", "(a)" or "(i)". Empty without a marker: then
            an indented paragraph continues the item above.
        indent: The column of the first character.
        is_lead_in: Whether the paragraph ends like the lead-in of a list.
    """

    style: str
    indent: int
    is_lead_in: bool

    def is_deeper(self, other: "_Item") -> bool:
        return self.indent >= other.indent + _NESTED_INDENT

    def is_beside(self, other: "_Item") -> bool:
        return self.style == other.style and not self.is_deeper(other)


def add_lead_ins(blocks: Sequence[Block]) -> list[Block]:
    """Add to the section of each list item the line that leads to the list.

    A lead-in ends with a colon, and at least two items follow directly below it. If a paragraph of
    several sentences leads to a list, the lead-in is its last sentence. The lead-in also stays a
    passage, because a question about the whole list finds it. An item may lead to a nested list.
    Headings, captions and datelines are no items.

    Args:
        blocks: The blocks of a document, with their kinds and sections.

    Returns:
        The same blocks. The lead-ins of an item are the last entries of its section.
    """
    found = [*blocks]
    own = [number for number, block in enumerate(blocks) if block.kind is not Kind.FURNITURE]
    items = _items([blocks[number] for number in own])
    lead_ins = [0] * len(own)  # how many each item has so far
    for position, number in enumerate(own):
        block = blocks[number]
        if not _is_lead_in(block) or lead_ins[position] == _MAX_LEAD_INS:
            continue
        below = _items_below(position, items)
        lead_in = _last_sentence(block.text) if below else ""
        if len(lead_in) > LONGEST_LEAD_IN:
            continue
        for item in below:
            lead_ins[item] += 1
            section = (*found[own[item]].section, lead_in)
            found[own[item]] = replace(found[own[item]], section=section)
    return found


def _items_below(position: int, items: Sequence[_Item | None]) -> range:
    """Return the positions of the items of the list that a block leads to."""
    lead_in = items[position]
    first = items[position + 1] if position + 1 < len(items) else None
    end, count, is_open = position + 1, 0, False
    while lead_in and first and first.style and end < len(items):
        item = items[end]
        if item is None or not _belongs_to_list(item, lead_in, first, is_open=is_open):
            break
        if item.is_beside(first):
            count, is_open = count + 1, item.is_lead_in
        end += 1
    return range(position + 1, end if count >= MIN_ITEMS else position + 1)


def _belongs_to_list(item: _Item, lead_in: _Item, first: _Item, *, is_open: bool) -> bool:
    """Return whether a paragraph belongs to the list that begins with `first`.

    The list is open if its last item leads to a nested list. In a text without indents, only
    another style of marker shows that a list is nested.
    """
    if first.is_deeper(item):
        return False
    if not item.style:
        return item.is_deeper(first) and item.is_deeper(lead_in)
    if lead_in.style and (lead_in.is_deeper(item) or item.is_beside(lead_in)):
        return False
    return item.is_beside(first) or item.is_deeper(first) or is_open


def _items(blocks: Sequence[Block]) -> list[_Item | None]:
    """Return each block as an item, None for a block that is no paragraph."""
    found: list[_Item | None] = []
    previous = None
    for block in blocks:
        marker = _MARKER.match(block.text)
        item = _Item(_style(marker, previous) if marker else "", block.indent, _is_lead_in(block))
        found.append(item if block.kind is Kind.PARAGRAPH else None)
        previous = marker and marker["letter"]
    return found


def _style(marker: re.Match[str], previous: str | None) -> str:
    """Return the style of a list marker.

    The letter of the previous marker decides whether "i" is a letter or a Roman numeral.
    """
    if marker["bullet"]:
        return marker["bullet"]
    letter = marker["letter"]
    if marker["number"]:
        counted = "1"
    elif marker["roman"] or (letter in _PREVIOUS_LETTERS and previous != _PREVIOUS_LETTERS[letter]):
        counted = "i"
    else:
        counted = "A" if letter.isupper() else "a"
    return marker["opening"] + counted + marker["closing"]


def _is_lead_in(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH and block.text.endswith(LEAD_IN_ENDINGS)


def _last_sentence(text: str) -> str:
    start, end = split_sentences(text)[-1]
    return text[start:end]
