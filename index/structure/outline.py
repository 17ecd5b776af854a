"""What each own block of a plain-text document is: its title, headings, captions and datelines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from wherein.index.documents.model import Block, Document, Kind
from wherein.index.furniture.phrase_table import Trust, find_phrase
from wherein.index.furniture.reasons import TEASER
from wherein.index.passages.context import LEAD_IN_ENDINGS
from wherein.index.structure.emails import read_email_header
from wherein.index.structure.interviews import find_question_turns
from wherein.index.structure.line_shapes import (
    CHANGED,
    PUBLISHED,
    dated_fields,
    ends_sentence,
    has_words,
    is_caption,
    is_dateline,
    is_headline,
    is_item,
    is_sentence,
)
from wherein.index.structure.lists import add_lead_ins
from wherein.index.structure.publication_date import (
    day_in_title,
    day_of_copy,
    day_of_line,
    day_of_meeting,
    day_recorded,
)

LONGEST_HEADING = 10  # in words
SHORTEST_DECK = 8  # in words: a line under the title that tells the story, not a heading
SHORTEST_TITLE = 6  # in words, where it is in capitals: what is shorter says whose or of what kind
HEAD = 12  # in blocks, where a page without prose may be dated
LEAD = 3  # in paragraphs, one of which may begin with a dateline

_NUMBER = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|[IVX]{1,5}\.) (?=[A-Z])")
_KIND_OF_TEXT = re.compile(
    r"(?:press|news|media)[ -](?:release|statement|notice)|for immediate release|exclusive|breaking"
    r"|(?:news )?analysis|opinion|interview|feature|explainer|editorial|commentary|review|obituary"
    r"|(?:issue|policy|research) brief|(?:working|research|discussion) paper|case study|essay",
    re.IGNORECASE,
)
_POINT = re.compile(r"(?:\d|[IVX])[\dIVX]{0,4}\.")  # "10 Downing Street" has none

# A day's rank, the best first: labelled 0, another dateline's 1.
_OF_COPY, _OF_TITLE, _OF_CHANGE = 2, 3, 4


def outline(document: Document) -> Document:
    """The same document with its title, headings, captions, datelines and day of publication.

    Furniture must have been marked before. Text, lines and furniture stay as they are; a block
    below a heading gets it as its section, an item of a list the line that leads to it too. In an
    interview a question is the heading of its answer. A mail has the title and the day that its
    header says.
    """
    mail = read_email_header(document.blocks)
    blocks = [replace(block, kind=_kind_alone(block)) for block in document.blocks]
    for number in _datelines(blocks):
        blocks[number] = replace(blocks[number], kind=Kind.DATELINE)
    title = None if mail and mail.subject else _title(blocks)
    if title is not None:
        blocks[title] = replace(blocks[title], kind=Kind.TITLE)
    for number in (*_headings(blocks), *find_question_turns(blocks)):
        blocks[number] = replace(blocks[number], kind=Kind.HEADING)
    return replace(
        document,
        blocks=tuple(add_lead_ins([*_in_sections(blocks)])),
        title=(mail and mail.subject) or (None if title is None else blocks[title].text),
        published=(mail and mail.day) or _published(blocks),
    )


def _kind_alone(block: Block) -> Kind:
    if block.kind is not Kind.PARAGRAPH:
        return block.kind
    if is_dateline(block.text):
        return Kind.DATELINE
    return Kind.CAPTION if is_caption(block.text) else Kind.PARAGRAPH


def _datelines(blocks: list[Block]) -> list[int]:
    """Lines near the head that say where and when, or when recorded. Many places are a list."""
    lines = [n for n in range(_above(blocks, 2)) if blocks[n].kind is Kind.PARAGRAPH]
    placed = [n for n in lines if day_of_line(blocks[n].text)]
    recorded = [n for n in lines if day_recorded(blocks[n].text)]
    return recorded + (placed if len(placed) == 1 else [])


def _above(blocks: list[Block], number: int) -> int:
    """How many blocks stand above this paragraph of prose, counted from 1."""
    prose = [n for n, b in enumerate(blocks) if b.kind is Kind.PARAGRAPH and is_sentence(b.text)]
    return prose[number - 1] if len(prose) >= number else min(HEAD, len(blocks))


def _title(blocks: list[Block]) -> int | None:
    """The first headline above the prose. A page without prose has one if it stands apart."""
    own = [number for number, block in enumerate(blocks) if block.kind is Kind.PARAGRAPH]
    prose = next((number for number in own if is_sentence(blocks[number].text)), None)
    if prose is None:
        apart = own[:1] if len(own) > 1 and _gap_after(blocks, own[0]) else []
        return next((number for number in apart if is_headline(blocks[number].text)), None)
    above = [n for n in own if n < prose and is_headline(blocks[n].text)]
    # "Menu" and "Advertisement" are titles where there is nothing else.
    above = [n for n in above if find_phrase(blocks[n].text) is None] or above
    while len(above) > 1 and _is_kicker(blocks[above[0]].text):
        if not (has_words(blocks[above[1]].text, 4) or _is_kicker(blocks[above[1]].text)):
            break
        above.pop(0)
    return above[0] if above else None


def _is_kicker(line: str) -> bool:
    """Whether it says of what kind the text is: "FOR IMMEDIATE RELEASE", "Policy brief"."""
    short = not has_words(line, SHORTEST_TITLE)
    return (line.isupper() and short) or _KIND_OF_TEXT.fullmatch(line) is not None


def _headings(blocks: list[Block]) -> list[int]:
    """Short lines that stand alone over prose or a list, and are not the last of one."""
    own = [number for number, block in enumerate(blocks) if block.kind is not Kind.FURNITURE]
    prose = {n for n in own if is_sentence(blocks[n].text)} | _lead_ins(blocks, own)
    numbered = _numbered_headings(blocks, own, prose)
    items = {number for number in own if is_item(blocks[number].text)}
    lists = {number for number, after in pairwise(own) if {number, after} <= items}
    return [*numbered] + [
        number
        for before, number, after in zip([None, *own], own, own[1:], strict=False)
        if number not in numbered
        and (after in prose or (after in lists and number not in items))
        and _is_heading_text(blocks[number])
        and (number == 0 or _gap_after(blocks, number - 1))
        and (before is None or _may_precede(blocks[before], blocks[number]))
        and not _is_telling(blocks[number].text)
    ]


def _lead_ins(blocks: list[Block], own: list[int]) -> set[int]:
    """Lines such as "We ask for:" over an item of a list."""
    return {
        number
        for number, after in pairwise(own)
        if blocks[number].text.endswith(LEAD_IN_ENDINGS) and is_item(blocks[after].text)
    }


def _numbered_headings(blocks: list[Block], own: list[int], prose: set[int]) -> set[int]:
    """Numbered lines over text, or over a heading of a lower level; of a list, none."""
    found: set[int] = set()
    items = {n for n in own if _POINT.match(blocks[n].text) and _is_heading_text(blocks[n])}
    for before, number, after in reversed(list(zip([None, *own], own, own[1:], strict=False))):
        if number not in items:
            continue
        level = _level(blocks[number].text)
        follows = before in items and _level(blocks[before].text) >= level
        text, below = blocks[after].text, after in found and _level(blocks[after].text) > level
        told = after in prose and not _level(text)
        if not follows and (told or below or (is_item(text) and not _level(text))):
            found.add(number)
    return found


def _level(text: str) -> int:
    """The depth of the number that a line begins with: 1 for "IV." and "3.", 2 for "3.1"."""
    number = _NUMBER.match(text)
    return 0 if number is None else (number[1] or "").count(".") + 1


def _may_precede(before: Block, block: Block) -> bool:
    """Whether a heading may follow this: not the deck of a title, nor another line of a list."""
    if before.kind is Kind.TITLE:
        return not has_words(block.text, SHORTEST_DECK)
    return (
        before.kind is not Kind.PARAGRAPH
        or ends_sentence(before.text)
        or has_words(before.text, LONGEST_HEADING)
    )


def _in_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    above: list[tuple[int, str]] = []  # the headings, with their levels
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


def _is_heading_text(block: Block) -> bool:
    text = _NUMBER.sub("", block.text[:200], count=1)
    return (
        block.kind is Kind.PARAGRAPH
        and is_headline(text)
        and not ends_sentence(text)
        and text[0] not in "\"'“‘«"  # speech, not a heading
        and text[-1] not in "-–—"
        and not has_words(text, LONGEST_HEADING + 1)
    )


def _is_telling(text: str) -> bool:
    """Whether it would be furniture in a scraped page: "Read more: Ten recipes"."""
    phrase = find_phrase(text)
    return phrase is not None and phrase.trust is Trust.LIKELY and phrase.reason == TEASER


def _gap_after(blocks: list[Block], number: int) -> bool:
    return blocks[number + 1].lines[0] > blocks[number].lines[1] + 1


def _published(blocks: list[Block]) -> date | None:
    """The day that the document gives itself near its head, by the surest of the ways to."""
    dated = [
        *(found for block in blocks[: _above(blocks, 2)] for found in _days_beside(block)),
        *(
            (_OF_COPY, day)
            for block in blocks[: _above(blocks, LEAD + 1)]
            if block.kind is Kind.PARAGRAPH and (day := day_of_copy(block.text))
        ),
    ]
    return min(dated, key=lambda ranked: ranked[0])[1] if dated else None


def _days_beside(block: Block) -> Iterator[tuple[int, date]]:
    """The days in a block that is a dateline, title or heading, each with its rank."""
    if block.kind is Kind.DATELINE:
        for field in dated_fields(block.text):
            if day := day_of_line(field):
                yield _rank(field), day
        if day := day_recorded(block.text):
            yield _OF_TITLE, day
    elif block.kind is not Kind.FURNITURE and block.kind is not Kind.CAPTION:
        read = day_in_title if block.kind is Kind.TITLE else day_of_meeting
        if day := read(block.text):
            yield _OF_TITLE, day


def _rank(line: str) -> int:
    if PUBLISHED.match(line):
        return 0
    return _OF_CHANGE if CHANGED.match(line) else 1
