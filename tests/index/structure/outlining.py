"""Outlines of texts for the tests of structure."""

from tests.conftest import SEEDS
from wherein.index.documents.model import Document, Kind
from wherein.index.furniture import known_lines
from wherein.index.furniture.marker import mark
from wherein.index.readers.plain_text import read
from wherein.index.structure.outline import outline

PROSE = "The harbour wall was mended in the spring, and the boats came back."
SEED_NAMES = {path.name[:3]: path.name for path in SEEDS.glob("*.txt")}


def outline_bytes(data: bytes, name: str = "a.txt") -> Document:
    """Read a file, mark its furniture and outline it."""
    return outline(mark(read(name, data)), known_lines)


def outline_text(text: str) -> Document:
    return outline_bytes(text.encode())


def outline_seed(number: str) -> Document:
    name = SEED_NAMES[number]
    return outline_bytes((SEEDS / name).read_bytes(), name)


def first_lines(document: Document, kind: Kind) -> list[int]:
    """Return the first line of each block of a kind."""
    return [block.lines[0] for block in document.blocks if block.kind is kind]
