"""Reading of texts and sample files for the tests of readers."""

from pathlib import Path

from wherein.index.documents.model import Document
from wherein.index.readers.plain_text import read


def read_sample(samples: Path, name: str) -> Document:
    return read(name, (samples / "documents" / name).read_bytes())


def lines_and_texts(text: str) -> list[tuple[tuple[int, int], str]]:
    """Return the first and last line of each block, and its text."""
    return [(block.lines, block.text) for block in read("a.txt", text.encode()).blocks]
