"""Which reader reads a file?"""

from pathlib import PurePosixPath
from typing import Protocol

from wherein.index.documents.model import Document
from wherein.index.errors import Unreadable
from wherein.index.readers import plain_text


class Reader(Protocol):
    """Reads the files of one format."""

    def __call__(self, source: str, data: bytes, /) -> Document:
        """Read a file.

        Args:
            source: The path of the file relative to the folder.
            data: The bytes of the file.

        Returns:
            The document, with at least one block.

        Raises:
            Unreadable: The file contains no text, or is not of the format.
        """
        ...


READERS: dict[str, Reader] = {".text": plain_text.read, ".txt": plain_text.read}
"""The reader of each file name extension, in lower case."""


def find_reader(source: str) -> Reader:
    """Find the reader of a file by the extension of its name.

    Args:
        source: The path of the file.

    Returns:
        The reader.

    Raises:
        Unreadable: There is no reader for this extension.
    """
    extension = PurePosixPath(source).suffix.lower()
    if extension not in READERS:
        files = f"{extension} files" if extension else "files without an extension"
        raise Unreadable(f"{files} are not supported; supported are {', '.join(READERS)}")
    return READERS[extension]
