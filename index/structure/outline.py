"""What each block of a plain-text document is: title, heading, caption, dateline or paragraph."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Protocol

from wherein.index.documents.model import Block, Document, Kind
from wherein.index.passages.context import LEAD_IN_ENDINGS
from wherein.index.structure.interviews import find_questions
from wherein.index.structure.line_shapes import (
    CHANGED,
    PUBLISHED,
    ends_sentence,
    has_words,
    is_caption,
    is_dateline,
    is_headline,
    is_item,
    is_sentence,
    split_dated_fields,
)
from wherein.index.structure.lists import add_lead_ins
from wherein.index.structure.publication_date import (
    day_in_title,
    day_of_copy,
    day_of_line,
    day_of_meeting,
    day_recorded,
)

MAX_HEADING = 10
"""In words: the longest heading."""

MIN_DECK = 8
"""In words: a line under the title that is as long is a deck, which tells the story."""

MIN_TITLE_IN_CAPITALS = 6
"""In words: a shorter line in capitals is a kicker, such as "FOR IMMEDIATE RELEASE"."""

MAX_HEAD = 12
"""In blocks: the head of a document without prose, in which its day may stand."""

MAX_LEAD = 3
"""In paragraphs: the lead of an article, in which a paragraph may begin with a dateline."""

_NUMBER = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|[IVX]{1,5}\.) (?=[A-Z])")
_KIND_OF_TEXT = re.compile(
    r"(?:press|news|media)[ -](?:release|statement|notice)|for immediate release|exclusive|breaking"
    r"|(?:news )?analysis|opinion|interview|feature|explainer|editorial|commentary|review|obituary"
    r"|(?:issue|policy|research) brief|(?:working|research|discussion) paper|case study|essay",
    re.IGNORECASE,
)
_NUMBER_WITH_DOT = re.compile(r"(?:\d|[IVX])[\dIVX]{0,4}\.")  # unlike "10 Downing Street"

# The ranks of the days of publication, the most certain first.
_LABELLED, _OTHER_DATELINE, _OF_COPY, _OF_TITLE, _OF_CHANGE = range(5)


class KnownLines(Protocol):
    """Tells which lines would be page furniture in a scraped page."""

    def is_known(self, line: str, /) -> bool:
        """Return whether a line is a known phrase of page furniture, such as "Menu"."""
        ...

    def is_teaser(self, line: str, /) -> bool:
        """Return whether a line leads to another story, such as "Read more: Ten recipes"."""
        ...


def outline(document: Document, known_lines: KnownLines) -> Document:
    """Find the title, headings, captions, datelines and the day of publication of a document.

    A question of an interview is the heading of its answer. An email has the title and the day
    that its header tells.

    Args:
        document: The document, with its furniture marked.
        known_lines: Tells which lines are neither title nor heading.

    Returns:
        The same document. Texts, places and furniture are unchanged. The section of each block is
        the headings above it, and for an item of a list also the lead-in.
    """
    email = document.email
    blocks = [replace(block, kind=_kind_of_line(block)) for block in document.blocks]
    for number in _find_datelines(blocks):
        blocks[number] = replace(blocks[number], kind=Kind.DATELINE)
    title = None if email and email.subject else _find_title(blocks, known_lines)
    if title is not None:
        blocks[title] = replace(blocks[title], kind=Kind.TITLE)
    for number in (*_find_headings(blocks, known_lines), *find_questions(blocks)):
        blocks[number] = replace(blocks[number], kind=Kind.HEADING)
    return replace(
        document,
        blocks=tuple(add_lead_ins([*_add_sections(blocks)])),
        title=(email and email.subject) or (None if title is None else blocks[title].text),
        published=(email and email.day) or _day_of_publication(blocks),
    )


def _kind_of_line(block: Block) -> Kind:
    """Return the kind of a block that its text alone tells."""
    if block.kind is not Kind.PARAGRAPH:
        return block.kind
    if is_dateline(block.text):
        return Kind.DATELINE
    return Kind.CAPTION if is_caption(block.text) else Kind.PARAGRAPH


def _find_datelines(blocks: list[Block]) -> list[int]:
    """Find lines near the start that tell place and day, or the day of a recording.

    Several lines with place and day are a list, for example of concerts, and no datelines.
    """
    lines = [n for n in range(_count_above(blocks, 2)) if blocks[n].kind is Kind.PARAGRAPH]
    placed = [n for n in lines if day_of_line(blocks[n].text)]
    recorded = [n for n in lines if day_recorded(blocks[n].text)]
    return recorded + (placed if len(placed) == 1 else [])


def _count_above(blocks: list[Block], number: int) -> int:
    """Count the blocks above the paragraph of prose that has this number, from 1."""
    prose = [n for n, b in enumerate(blocks) if b.kind is Kind.PARAGRAPH and is_sentence(b.text)]
    return prose[number - 1] if len(prose) >= number else min(MAX_HEAD, len(blocks))


# ---- the title


def _find_title(blocks: list[Block], known_lines: KnownLines) -> int | None:
    """Find the first headline above the prose.

    In a document without prose, only a first line above a blank line can be the title.
    """
    own = [number for number, block in enumerate(blocks) if block.kind is Kind.PARAGRAPH]
    prose = next((number for number in own if is_sentence(blocks[number].text)), None)
    if prose is None:
        first = own[:1] if len(own) > 1 and _is_above_gap(blocks, own[0]) else []
        return next((number for number in first if is_headline(blocks[number].text)), None)
    above = [n for n in own if n < prose and is_headline(blocks[n].text)]
    # "Menu" and "Advertisement" are titles only if there is no other headline.
    above = [n for n in above if not known_lines.is_known(blocks[n].text)] or above
    while len(above) > 1 and _is_kicker(blocks[above[0]].text):
        if not (has_words(blocks[above[1]].text, 4) or _is_kicker(blocks[above[1]].text)):
            break
        above.pop(0)
    return above[0] if above else None


def _is_kicker(line: str) -> bool:
    """Return whether a line names the kind of the text, such as "Policy brief"."""
    is_short = not has_words(line, MIN_TITLE_IN_CAPITALS)
    return (line.isupper() and is_short) or _KIND_OF_TEXT.fullmatch(line) is not None


# ---- the headings


def _find_headings(blocks: list[Block], known_lines: KnownLines) -> list[int]:
    """Find short lines above prose or above a list. The last line of a list is no heading."""
    own = [number for number, block in enumerate(blocks) if block.kind is not Kind.FURNITURE]
    prose = {n for n in own if is_sentence(blocks[n].text)} | _find_lead_ins(blocks, own)
    numbered = _find_numbered_headings(blocks, own, prose)
    items = {number for number in own if is_item(blocks[number].text)}
    lists = {number for number, following in pairwise(own) if {number, following} <= items}
    return [*numbered] + [
        number
        for previous, number, following in zip([None, *own], own, own[1:], strict=False)
        if number not in numbered
        and (following in prose or (following in lists and number not in items))
        and _looks_like_heading(blocks[number])
        and (number == 0 or _is_above_gap(blocks, number - 1))
        and (previous is None or _may_precede(blocks[previous], blocks[number]))
        and not known_lines.is_teaser(blocks[number].text)
    ]


def _find_lead_ins(blocks: list[Block], own: list[int]) -> set[int]:
    """Find lines such as "We ask for:" above the item of a list."""
    return {
        number
        for number, following in pairwise(own)
        if blocks[number].text.endswith(LEAD_IN_ENDINGS) and is_item(blocks[following].text)
    }


def _find_numbered_headings(blocks: list[Block], own: list[int], prose: set[int]) -> set[int]:
    """Find numbered lines above text, or above a heading of a lower level.

    The numbered lines of a list are no headings.
    """
    found: set[int] = set()
    numbered = {
        n for n in own if _NUMBER_WITH_DOT.match(blocks[n].text) and _looks_like_heading(blocks[n])
    }
    triples = list(zip([None, *own], own, own[1:], strict=False))
    for previous, number, following in reversed(triples):
        if number not in numbered:
            continue
        level = _level(blocks[number].text)
        continues_list = previous in numbered and _level(blocks[previous].text) >= level
        text = blocks[following].text
        is_above_lower = following in found and _level(text) > level
        is_above_text = not _level(text) and (following in prose or is_item(text))
        if not continues_list and (is_above_text or is_above_lower):
            found.add(number)
    return found


def _level(text: str) -> int:
    """Return the depth of the number at the start: 1 for "IV." and "3.", 2 for "3.1"."""
    number = _NUMBER.match(text)
    return 0 if number is None else (number[1] or "").count(".") + 1


def _may_precede(previous: Block, block: Block) -> bool:
    """Return whether a heading may follow a block.

    A deck follows a title, and a short line without a stop is probably a line of a list.
    """
    if previous.kind is Kind.TITLE:
        return not has_words(block.text, MIN_DECK)
    return (
        previous.kind is not Kind.PARAGRAPH
        or ends_sentence(previous.text)
        or has_words(previous.text, MAX_HEADING)
    )


def _looks_like_heading(block: Block) -> bool:
    text = _NUMBER.sub("", block.text[:200], count=1)
    return (
        block.kind is Kind.PARAGRAPH
        and is_headline(text)
        and not ends_sentence(text)
        and text[0] not in "\"'“‘«"  # direct speech
        and text[-1] not in "-–—"
        and not has_words(text, MAX_HEADING + 1)
    )


def _is_above_gap(blocks: list[Block], number: int) -> bool:
    """Return whether a blank line follows a block."""
    return blocks[number + 1].lines[0] > blocks[number].lines[1] + 1


def _add_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    above: list[tuple[int, str]] = []  # the levels and texts of the headings above
    for block in blocks:
        if block.kind is Kind.FURNITURE:
            yield block
            continue
        if block.kind is not Kind.HEADING:
            yield replace(block, section=tuple(text for _, text in above))
            continue
        level = _level(block.text) or 1
        above = [(upper, text) for upper, text in above if upper < level]
        yield replace(block, section=tuple(text for _, text in above))
        above.append((level, block.text))


# ---- the day of publication


def _day_of_publication(blocks: list[Block]) -> date | None:
    """Return the most certain day that the document gives itself near its start."""
    dated = [
        *(found for block in blocks[: _count_above(blocks, 2)] for found in _ranked_days(block)),
        *(
            (_OF_COPY, day)
            for block in blocks[: _count_above(blocks, MAX_LEAD + 1)]
            if block.kind is Kind.PARAGRAPH and (day := day_of_copy(block.text))
        ),
    ]
    return min(dated, key=lambda ranked: ranked[0])[1] if dated else None


def _ranked_days(block: Block) -> Iterator[tuple[int, date]]:
    """Yield the days in a dateline, title or heading, each with its rank."""
    if block.kind is Kind.DATELINE:
        for field in split_dated_fields(block.text):
            if day := day_of_line(field):
                yield _rank(field), day
        if day := day_recorded(block.text):
            yield _OF_TITLE, day
    elif block.kind is not Kind.FURNITURE and block.kind is not Kind.CAPTION:
        read = day_in_title if block.kind is Kind.TITLE else day_of_meeting
        if day := read(block.text):
            yield _OF_TITLE, day


def _rank(field: str) -> int:
    if PUBLISHED.match(field):
        return _LABELLED
    return _OF_CHANGE if CHANGED.match(field) else _OTHER_DATELINE
