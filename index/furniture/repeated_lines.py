"""Short lines that occur in several files of a folder: one of the signs of furniture."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from wherein.index.documents.model import Document
from wherein.index.furniture.folding import fold_line

LONGEST_REPEATED = 80
"""In characters. Longer lines are not counted."""


class FileCounter(Protocol):
    """Tells in how many files of the folder a line occurs."""

    def count_files(self, text: str, /) -> int:
        """Return the number of files with this line, or 0 if fewer than two files have the line."""
        ...


@dataclass(frozen=True, slots=True)
class RepeatedLines:
    """The short lines that occur in more than one document of a folder.

    Attributes:
        counts: The number of documents by folded line.
    """

    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def count_files(self, text: str, /) -> int:
        """Return the number of documents with this line, or 0 if fewer than two have the line."""
        return self.counts.get(fold_line(text), 0)

    def confirms(self, looked_up: Mapping[str, int]) -> bool:
        """Compare the counts that another run found with the counts here.

        Args:
            looked_up: The counts that the other run found, by folded line.

        Returns:
            Whether each of the lines has the same count here.
        """
        return all(self.counts.get(line, 0) == count for line, count in looked_up.items())


class LookupRecorder:
    """Looks up repeated lines, and records the counts.

    The furniture of a document depends on the other documents only through these counts.

    Args:
        lines: The repeated lines of the folder.

    Attributes:
        looked_up: The counts that were found, by folded line.
    """

    def __init__(self, lines: RepeatedLines) -> None:
        self._lines = lines
        self.looked_up: dict[str, int] = {}

    def count_files(self, text: str, /) -> int:
        """Return the number of documents with this line, and record the number."""
        count = self._lines.count_files(text)
        self.looked_up[fold_line(text)] = count
        return count


def short_lines(document: Document) -> Iterator[str]:
    """Yield the blocks of a document that are short enough to be counted."""
    return (block.text for block in document.blocks if len(block.text) <= LONGEST_REPEATED)


def count_repeated_lines(documents: Iterable[Iterable[str]]) -> RepeatedLines:
    """Count in how many documents each short line occurs.

    Args:
        documents: The short lines of each document.

    Returns:
        The lines that occur in more than one document.
    """
    counts = Counter[str]()
    for lines in documents:
        counts.update({fold_line(text) for text in set(lines)})
    return RepeatedLines(
        MappingProxyType({line: count for line, count in counts.items() if count > 1})
    )
