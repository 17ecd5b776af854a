"""Which short lines stand in several files of a folder: one of the signs of furniture."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from wherein.index.documents.model import Document
from wherein.index.furniture.phrases import folded

LONGEST_REPEATED = 80


@dataclass(frozen=True, slots=True)
class Repeats:
    """In how many documents of a folder each short line stands."""

    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def files(self, text: str) -> int:
        return self.counts.get(folded(text), 0)

    def still_say(self, looked_up: Mapping[str, int]) -> bool:
        """Whether what was looked up before would be answered as it was then."""
        return all(self.counts.get(line, 0) == files for line, files in looked_up.items())


class Lookups:
    """Repeats that remember which lines were looked up, as `folded`, and what was answered.

    All that marking a document asks of the other files of its folder.
    """

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self.looked_up: dict[str, int] = {}

    def files(self, text: str) -> int:
        found = self._repeats.files(text)
        self.looked_up[folded(text)] = found
        return found


def repeated(documents: Iterable[Document]) -> Repeats:
    """Count the short lines that stand in more than one of these documents."""
    return count_repeats(map(short_lines, documents))


def short_lines(document: Document) -> Iterator[str]:
    """The lines of a document that may be furniture because other files have them too."""
    return (block.text for block in document.blocks if len(block.text) <= LONGEST_REPEATED)


def count_repeats(documents: Iterable[Iterable[str]]) -> Repeats:
    """Count those of the short lines of each document that stand in more than one."""
    counts = Counter[str]()
    for lines in documents:
        counts.update({folded(text) for text in set(lines)})
    return Repeats(MappingProxyType({text: n for text, n in counts.items() if n > 1}))
