"""Divide a long document into parts, so that its page stays small."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wherein.index.documents.model import Block, Document, Kind
from wherein.index.passages.sentences import Span

MAX_BLOCKS = 300
"""The greatest number of blocks in a part."""

MAX_CHARACTERS = 40_000
"""A part ends with the block that reaches this number of characters."""

OVERLAP = 2
"""The number of blocks that a part shows of each neighbouring part, as context."""

_PLACE = re.compile(r"([Lc]?)([0-9]{1,12})")
_SPACE = re.compile(r"\s")
_MAX_CHARACTERS_TO_SPACE = 1_000


def is_surely_first(block: int, offset: int) -> bool:
    """Return whether a character is certainly in the first part, without the document.

    Args:
        block: The number of the character's block in its document.
        offset: The offset of the character in its document.

    Returns:
        True if it is. If the answer is False, the character may be in the first part all the same.
    """
    return block < MAX_BLOCKS and offset < MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a piece of a block that is too long for one part.

    Attributes:
        block: The block.
        start: The offset of the piece's first character in the document.
        end: The offset after the piece's last character.
    """

    block: Block
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Return whether the piece is the whole block."""
        return self.end - self.start == len(self.block.text)


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of a document that are shown on one page.

    Attributes:
        number: The number of the part, from 1.
        count: The number of parts of the document.
        pieces: The pieces, with those that overlap the neighbouring parts.
        previous_start: The offset at which the previous part begins. None in the first part.
        next_start: The offset at which the next part begins. None in the last part.
    """

    number: int
    count: int
    pieces: tuple[Piece, ...]
    previous_start: int | None
    next_start: int | None

    @property
    def lines(self) -> tuple[int, int]:
        """Return the first and the last line."""
        return self.pieces[0].block.lines[0], self.pieces[-1].block.lines[1]

    @property
    def has_title(self) -> bool:
        """Return whether the title of the document is in this part."""
        return any(piece.block.kind is Kind.TITLE for piece in self.pieces)

    @property
    def span(self) -> Span:
        """Return the offset of the first character and the offset after the last character."""
        return self.pieces[0].start, self.pieces[-1].end

    def contains(self, offset: int) -> bool:
        """Return whether the part shows the character at an offset of the document."""
        return self.span[0] <= offset < self.span[1]


def part_at(document: Document, place: str) -> Part:
    """Return the part of a document that contains a place.

    Args:
        document: The document.
        place: "c" and an offset, such as "c289", or a line with or without "L", such as "L19".

    Returns:
        The part. An invalid place gives the first part, a place past the end the last part.
    """
    pieces = list(_pieces(document))
    starts = list(_part_starts(pieces))
    wanted = _piece_at(pieces, place)
    number = sum(start <= wanted for start in starts) - 1
    start, end = starts[number], [*starts, len(pieces)][number + 1]
    neighbours = (pieces[max(start - OVERLAP, 0) : start], pieces[end : end + OVERLAP])
    # A piece of a block is left out, because each line may be on a page only once.
    above, below = ([piece for piece in side if piece.is_whole] for side in neighbours)
    return Part(
        number=number + 1,
        count=len(starts),
        pieces=(*above, *pieces[start:end], *below),
        previous_start=pieces[starts[number - 1]].start if number else None,
        next_start=pieces[end].start if end < len(pieces) else None,
    )


def _pieces(document: Document) -> Iterator[Piece]:
    """Yield the blocks. A block that is too long for a part is cut, at white space if possible."""
    for block, start in zip(document.blocks, document.starts, strict=True):
        done = 0
        while len(block.text) - done > MAX_CHARACTERS:
            earliest = done + MAX_CHARACTERS
            space = _SPACE.search(block.text, earliest, earliest + _MAX_CHARACTERS_TO_SPACE)
            cut = space.end() if space else earliest
            yield Piece(block, start + done, start + cut)
            done = cut
        yield Piece(block, start + done, start + len(block.text))


def _part_starts(pieces: Sequence[Piece]) -> Iterator[int]:
    """Yield the number of the first piece of each part."""
    start = 0
    yield start
    for number, piece in enumerate(pieces):
        has_max_blocks = number - start >= MAX_BLOCKS
        if has_max_blocks or piece.start - pieces[start].start >= MAX_CHARACTERS:
            start = number
            yield start


def _piece_at(pieces: Sequence[Piece], place: str) -> int:
    """Return the number of the piece that contains a place: see `part_at`."""
    match = _PLACE.fullmatch(place)
    if match is None:
        return 0
    wanted = int(match[2])
    if match[1] == "c":
        found = (number for number, piece in enumerate(pieces) if wanted < piece.end)
    else:
        found = (number for number, piece in enumerate(pieces) if wanted <= piece.block.lines[1])
    return next(found, len(pieces) - 1)
