"""One module a file format: bytes to a Document, or Unreadable with its reason."""

from collections.abc import Callable
from pathlib import PurePosixPath

from wherein.index.documents.model import Document
from wherein.index.errors import Unreadable
from wherein.index.readers import plain_text as plain

Reader = Callable[[str, bytes], Document]

READERS: dict[str, Reader] = {".text": plain.read, ".txt": plain.read}
"""The reader of each file name's ending, in lower case."""


def find_reader(source: str) -> Reader:
    """The reader of a file, by its name's ending. Raises Unreadable where there is none."""
    ending = PurePosixPath(source).suffix.lower()
    if ending not in READERS:
        what = f"{ending} files" if ending else "files without an ending"
        raise Unreadable(f"no reader for {what}; {', '.join(READERS)} are read")
    return READERS[ending]
