"""Documents to passages. The same document always gives the same passages."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from wherein.index.documents.model import Document, Kind
from wherein.index.passages.context import context
from wherein.index.passages.sentences import Span, split_sentences, strip_span


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and returned: a paragraph or caption, or a part of a very long one.

    Attributes:
        title: The context that the passage is encoded and scored with: see `context`.
        block: The position of the passage's block in its document.
        start: The offset of the passage in the text of its document.
        text: The text of the passage.
        sentences: The spans of the sentences in `text`, in order. None is empty.
    """

    title: str | None
    block: int
    start: int
    text: str
    sentences: tuple[Span, ...]


class TokenBudget(Protocol):
    """How much text an encoder accepts at once."""

    def room(self, title: str | None, /) -> int:
        """Return how many tokens a passage with this title may have, at least 1."""

    def count_tokens(self, text: str, /) -> int:
        """Count the tokens of a text."""


def cut(document: Document, budget: TokenBudget) -> Iterator[Passage]:
    """Cut a document into passages that fit an encoder's window.

    Args:
        document: The document, with its blocks.
        budget: The window of the encoder.

    Yields:
        The passages, in the order of the document. None has more tokens than the budget allows.
    """
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


def _parts(text: str, room: int, budget: TokenBudget) -> list[list[Span]]:
    """Group the sentences of a paragraph into as few parts as fit, of about equal length."""
    spans = split_sentences(text)
    if not spans:
        return []
    if budget.count_tokens(text) <= room:
        return [spans]
    sized = [
        (span, budget.count_tokens(text[span[0] : span[1]]))
        for sentence in spans
        for span in _fitting_pieces(text, sentence, room, budget)
    ]
    total = sum(size for _, size in sized)
    target = total / ceil(total / room)
    parts: list[list[Span]] = []
    filled = 0
    for span, size in sized:
        if not parts or filled + size > room or filled >= target:
            parts.append([])
            filled = 0
        parts[-1].append(span)
        filled += size
    return parts


def _fitting_pieces(text: str, sentence: Span, room: int, budget: TokenBudget) -> Iterator[Span]:
    """Cut a sentence that does not fit between words, and a word that does not fit in half."""
    start, end = sentence
    if end - start <= 1 or budget.count_tokens(text[start:end]) <= room:
        yield sentence
        return
    middle = text.rfind(" ", start, (start + end) // 2 + 1)
    if middle <= start:
        middle = text.find(" ", start, end)
    if middle <= start:
        middle = (start + end) // 2
    for half in (strip_span(text, start, middle), strip_span(text, middle, end)):
        if half:
            yield from _fitting_pieces(text, half, room, budget)
