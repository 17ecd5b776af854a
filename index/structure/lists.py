"""Which lines lead to the items of a list, so that each item is read under them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wherein.index.documents.model import Block, Kind
from wherein.index.passages.context import LEAD_IN_ENDINGS
from wherein.index.passages.sentences import split_sentences

FEWEST = 2  # items that a list has
LONGEST_READ = 400  # characters: items are read under none that is longer
_MOST_ABOVE = 2  # lead-ins of an item
_DEEPER = 2  # in columns: by one, 9. stands over 10.

_MARKER = re.compile(
    r"(?:(?P<bullet>[-*+•‣▪●◦–])"
    r"|(?P<opening>\(?)"
    # No capital before a dot: it is the initial of a name.
    r"(?:(?P<number>\d{1,3})|(?P<letter>[a-z]|[A-Z](?=\)))|(?P<roman>[ivx]{2,5}))"
    r"(?P<closing>[.)])) "
)
_LETTERS_BEFORE = {"i": "h", "v": "u", "x": "w"}  # else they are roman numbers


@dataclass(frozen=True, slots=True)
class _Item:
    """A paragraph as a list has it. `style` is "-", "1.", "(a)" or "(i)" for all markers like it,
    and empty where it has no marker: if indented, it goes on with the item above.
    """

    style: str
    indent: int
    leads_on: bool

    def is_deeper(self, other: "_Item") -> bool:
        return self.indent >= other.indent + _DEEPER

    def is_beside(self, other: "_Item") -> bool:
        return self.style == other.style and not self.is_deeper(other)


def add_lead_ins(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, each item of a list with its lead-in as the last of its section.

    A lead-in ends with a colon and has two items or more directly under it; of several sentences
    the last leads in. It stays a passage as well: it is what a question about the whole list finds.
    An item may lead to a list of its own. Headings, captions and datelines are no items.
    """
    found = [*blocks]
    own = [number for number, block in enumerate(blocks) if block.kind is not Kind.FURNITURE]
    items = _items([blocks[number] for number in own])
    above = [0] * len(own)
    for place, number in enumerate(own):
        block = blocks[number]
        if not _leads_on(block) or above[place] == _MOST_ABOVE:
            continue
        under = _under(place, items)
        lead_in = _last_sentence(block.text) if under else ""
        if len(lead_in) > LONGEST_READ:
            continue
        for item in under:
            above[item] += 1
            section = (*found[own[item]].section, lead_in)
            found[own[item]] = replace(found[own[item]], section=section)
    return found


def _under(place: int, items: Sequence[_Item | None]) -> range:
    """The places of the items of the list that the block at this place leads to."""
    lead = items[place]
    first = items[place + 1] if place + 1 < len(items) else None
    end, beside, is_open = place + 1, 0, False
    while lead and first and first.style and end < len(items):
        item = items[end]
        if item is None or not _goes_on(item, lead, first, is_open=is_open):
            break
        if item.is_beside(first):
            beside, is_open = beside + 1, item.leads_on
        end += 1
    return range(place + 1, end if beside >= FEWEST else place + 1)


def _goes_on(item: _Item, lead: _Item, first: _Item, *, is_open: bool) -> bool:
    """Whether the list from `first` on goes on with this; open is one whose last item leads on.

    Flat text has no indents: there another style alone tells that a list is within another.
    """
    if first.is_deeper(item):
        return False
    if not item.style:
        return item.is_deeper(first) and item.is_deeper(lead)
    if lead.style and (lead.is_deeper(item) or item.is_beside(lead)):
        return False
    return item.is_beside(first) or item.is_deeper(first) or is_open


def _items(blocks: Sequence[Block]) -> list[_Item | None]:
    """Each block as an item, None where it is no paragraph."""
    found: list[_Item | None] = []
    before = None
    for block in blocks:
        marker = _MARKER.match(block.text)
        item = _Item(_style(marker, before) if marker else "", block.indent, _leads_on(block))
        found.append(item if block.kind is Kind.PARAGRAPH else None)
        before = marker and marker["letter"]
    return found


def _style(marker: re.Match[str], before: str | None) -> str:
    """What the markers of its list have in common; `before` is the letter of the item before."""
    if marker["bullet"]:
        return marker["bullet"]
    letter = marker["letter"]
    if marker["number"]:
        counted = "1"
    elif marker["roman"] or (letter in _LETTERS_BEFORE and before != _LETTERS_BEFORE[letter]):
        counted = "i"
    else:
        counted = "A" if letter.isupper() else "a"
    return marker["opening"] + counted + marker["closing"]


def _leads_on(block: Block) -> bool:
    return block.kind is Kind.PARAGRAPH and block.text.endswith(LEAD_IN_ENDINGS)


def _last_sentence(text: str) -> str:
    start, end = split_sentences(text)[-1]
    return text[start:end]
