"""A document in parts, so that the page of a long one stays small."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wherein.index.documents.model import Block, Document, Kind
from wherein.index.passages.sentences import Span

MOST_BLOCKS = 300
MOST_CHARACTERS = 40_000
"""A part ends after so many blocks or characters."""

OVERLAP = 2
"""So many blocks of the parts beside it are shown with a part, so that none begins bare."""

_PLACE = re.compile(r"([Lc]?)([0-9]{1,12})")
_SPACE = re.compile(r"\s")
_NEAR = 1_000


def is_surely_first(block: int, at: int) -> bool:
    """Whether the character at an offset, in the block of this number, is in the first part.

    It may be so where this says no.
    """
    return block < MOST_BLOCKS and at < MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a piece of a very long one; `start` and `end` are offsets in the document."""

    block: Block
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole block."""
        return self.end - self.start == len(self.block.text)


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces that are shown together: the `number`th part of `count`, from 1.

    `before` and `after` are the offsets at which the parts beside it begin, None where there are
    none.
    """

    number: int
    count: int
    pieces: tuple[Piece, ...]
    before: int | None
    after: int | None

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line."""
        return self.pieces[0].block.lines[0], self.pieces[-1].block.lines[1]

    @property
    def has_title(self) -> bool:
        """Whether the document's headline is among them."""
        return any(piece.block.kind is Kind.TITLE for piece in self.pieces)

    @property
    def span(self) -> Span:
        """The offsets of the first character in the document and past the last."""
        return self.pieces[0].start, self.pieces[-1].end

    def has(self, offset: int) -> bool:
        """Whether the character at this offset of the document is shown."""
        return self.span[0] <= offset < self.span[1]


def part_at(document: Document, place: str) -> Part:
    """The part that has a place: c and an offset, or L and a line, the L may be left out.

    Whatever names no place is the first part; what is past the end, the last.
    """
    pieces = list(_pieces(document))
    begins = list(_begins(pieces))
    wanted = _piece_at(pieces, place)
    number = sum(begin <= wanted for begin in begins) - 1
    begin, end = begins[number], [*begins, len(pieces)][number + 1]
    beside = (pieces[max(begin - OVERLAP, 0) : begin], pieces[end : end + OVERLAP])
    before, after = ([piece for piece in some if piece.is_whole] for some in beside)
    return Part(
        number=number + 1,
        count=len(begins),
        pieces=(*before, *pieces[begin:end], *after),
        before=pieces[begins[number - 1]].start if number else None,
        after=pieces[end].start if end < len(pieces) else None,
    )


def _pieces(document: Document) -> Iterator[Piece]:
    """The blocks, those that are too long for a part cut, at white space if there is any near."""
    for block, start in zip(document.blocks, document.starts, strict=True):
        done = 0
        while len(block.text) - done > MOST_CHARACTERS:
            least = done + MOST_CHARACTERS
            space = _SPACE.search(block.text, least, least + _NEAR)
            cut = space.end() if space else least
            yield Piece(block, start + done, start + cut)
            done = cut
        yield Piece(block, start + done, start + len(block.text))


def _begins(pieces: Sequence[Piece]) -> Iterator[int]:
    """The numbers of the pieces that a part begins with: the first, and each that is too much."""
    begin = 0
    yield begin
    for number, piece in enumerate(pieces):
        too_many = number - begin >= MOST_BLOCKS
        if too_many or piece.start - pieces[begin].start >= MOST_CHARACTERS:
            begin = number
            yield begin


def _piece_at(pieces: Sequence[Piece], place: str) -> int:
    match = _PLACE.fullmatch(place)
    if match is None:
        return 0
    wanted = int(match[2])
    if match[1] == "c":
        ends = (number for number, piece in enumerate(pieces) if wanted < piece.end)
    else:
        ends = (number for number, piece in enumerate(pieces) if wanted <= piece.block.lines[1])
    return next(ends, len(pieces) - 1)
