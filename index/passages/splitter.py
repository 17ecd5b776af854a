"""Document to passages and their sentences. Pure: the same document gives the same passages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from math import ceil
from typing import Protocol

from nupunkt import PunktSentenceTokenizer
from nupunkt.models import load_default_model

from wherein.index.dates.scanner import find
from wherein.index.documents.model import Block, Document, Kind

Span = tuple[int, int]

LEADING_ON = (":", "：")  # how the lead-in of a list ends, and no other heading

# Before names; nupunkt 0.8 ends a sentence after each of these.
_ABBREVIATIONS = "cllr cllrs lt lieut cmdr cdr mme mlle sra dra ing dipl msgr dott"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and returned: a paragraph or caption, or a part of a very long one.

    `block` is the block's place in its document, `start` the passage's offset in the document's
    text, and `sentences` are spans of `text`, in order and not empty. `title` is what it is read
    under, as `context` has it.
    """

    title: str | None
    block: int
    start: int
    text: str
    sentences: tuple[Span, ...]


class TokenBudget(Protocol):
    """How much text an encoder takes in at once."""

    def room(self, title: str | None, /) -> int:
        """Tokens that a passage under this title may have; at least 1."""

    def count_tokens(self, text: str, /) -> int:
        """Tokens of `text`."""


def cut(document: Document, budget: TokenBudget) -> Iterator[Passage]:
    """Yield the passages of a document, in order. None has more tokens than the budget has room."""
    rooms: dict[str | None, int] = {}
    for number, (block, start) in enumerate(zip(document.blocks, document.starts, strict=True)):
        if block.kind not in (Kind.PARAGRAPH, Kind.CAPTION):
            continue
        title = context(document.title, block)
        if title not in rooms:
            rooms[title] = budget.room(title)
        for part in _parts(block.text, rooms[title], budget):
            first, last = part[0][0], part[-1][1]
            yield Passage(
                title=title,
                block=number,
                start=start + first,
                text=block.text[first:last],
                sentences=tuple((a - first, b - first) for a, b in part),
            )


def context(title: str | None, block: Block) -> str | None:
    """What a block is read under, None where there is nothing: the document's headline, the heading
    above if it asks, and the lead-ins of the list that it is an item of.

    A file's name is for showing and is never encoded.
    """
    leading = [*takewhile(lambda text: text.endswith(LEADING_ON), reversed(block.section))]
    asking = block.section[: len(block.section) - len(leading)][-1:]
    read = [*(text for text in asking if text.endswith("?")), *reversed(leading)]
    return ". ".join(filter(None, (title, " ".join(read)))) or None


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of one paragraph, without the white space around them."""
    spans = [span for _, span in _splitter().tokenize_with_spans(text)]
    if any(_NUMBERED_DAY.search(text, max(start, end - 6), end) for start, end in spans[:-1]):
        spans = _joined_in_dates(text, spans)
    return [span for start, end in spans if (span := _stripped(text, start, end))]


_NUMBERED_DAY = re.compile(r"\b\d{1,2}\.\s*$")  # the end of a sentence, or the 12. of June


def _joined_in_dates(text: str, spans: list[Span]) -> list[Span]:
    """The spans, those made one between which a date goes on."""
    dates = find(text)
    joined = spans[:1]
    for start, end in spans[1:]:
        if any(date.start < start < date.end for date in dates):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@cache
def _splitter() -> PunktSentenceTokenizer:
    """One of our own: nupunkt's functions share theirs with all who call them."""
    splitter = load_default_model()
    splitter.add_abbreviations(_ABBREVIATIONS.split())
    return splitter


def _stripped(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _parts(text: str, room: int, budget: TokenBudget) -> list[list[Span]]:
    """The sentences of a paragraph in as few parts as fit, of about equal length."""
    spans = sentences(text)
    if not spans:
        return []
    if budget.count_tokens(text) <= room:
        return [spans]
    sized = [
        (span, budget.count_tokens(text[span[0] : span[1]]))
        for sentence in spans
        for span in _pieces(text, sentence, room, budget)
    ]
    total = sum(size for _, size in sized)
    fair = total / ceil(total / room)
    parts: list[list[Span]] = []
    filled = 0
    for span, size in sized:
        if not parts or filled + size > room or filled >= fair:
            parts.append([])
            filled = 0
        parts[-1].append(span)
        filled += size
    return parts


def _pieces(text: str, sentence: Span, room: int, budget: TokenBudget) -> Iterator[Span]:
    """A sentence longer than the room is cut at words, and a word longer than that in halves."""
    start, end = sentence
    if end - start <= 1 or budget.count_tokens(text[start:end]) <= room:
        yield sentence
        return
    middle = text.rfind(" ", start, (start + end) // 2 + 1)
    if middle <= start:
        middle = text.find(" ", start, end)
    if middle <= start:
        middle = (start + end) // 2
    for half in (_stripped(text, start, middle), _stripped(text, middle, end)):
        if half:
            yield from _pieces(text, half, room, budget)
