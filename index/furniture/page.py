"""A document while its furniture is marked: what its lines look like, and where its article is."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from wherein.index.documents.model import Block
from wherein.index.furniture.boilerplate import is_boilerplate
from wherein.index.furniture.phrases import folded, phrase_of
from wherein.index.furniture.reasons import Trust
from wherein.index.furniture.repeated_lines import Lookups, Repeats
from wherein.index.structure.line_shapes import (
    LONGEST_HEADLINE,
    has_words,
    is_caption,
    is_clock,
    is_dateline,
    is_headline,
    is_sentence,
)

LONGEST_LABEL = 3  # in words
MANY_PHRASES = 5
SHORTEST_MENU = 4  # in known labels, line under line

# What a line weighs when the article is looked for; a sentence weighs its words, up to a limit.
_HEAVIEST = 40
_OF_SECTION, _OF_PHRASE, _OF_HEADLINE, _OF_LABEL = -12.0, -4.0, -2.0, -1.5


class Page:
    """The blocks of a document, and the reasons found so far by block number."""

    def __init__(self, blocks: tuple[Block, ...], repeats: Repeats | Lookups) -> None:
        self.blocks = blocks
        self.texts = tuple(block.text for block in blocks)
        self.repeats = repeats
        self.reasons: dict[int, str] = {}
        self.phrases = {
            number: phrase for number, text in enumerate(self.texts) if (phrase := phrase_of(text))
        }
        self.boilerplate = {
            number
            for number, text in enumerate(self.texts)
            if number not in self.phrases and is_boilerplate(text)
        }
        self.sentences = {
            number
            for number, text in enumerate(self.texts)
            if number not in self.phrases and is_sentence(text) and not is_caption(text)
        }
        # Block numbers that a blank line, or the page's edge, stands before.
        self._after_gap = {0, len(blocks)} | {
            number
            for number in range(1, len(blocks))
            if blocks[number].lines[0] > blocks[number - 1].lines[1] + 1
        }
        self._found: range | None = None

    @property
    def body(self) -> range:
        """Where the article's prose is: the heaviest run of blocks, sentences weighing most.

        The method is Pasternack and Roth's (2009) for web pages; empty where there is no prose.
        """
        if self._found is None:
            self._found = self._heaviest()
        return self._found

    @cached_property
    def is_scraped(self) -> bool:
        """Two phrases that ordinary texts do not have, one of them sure or a menu; or many."""
        proofs = {
            folded(self.texts[number]): phrase.trust
            for number, phrase in self.phrases.items()
            if phrase.trust not in (Trust.LOOSE, Trust.MENU)
        }
        menus = sum(1 for _ in self.menus())
        sure = Trust.SURE in proofs.values() or menus > 0
        return len(proofs) + menus >= (2 if sure else MANY_PHRASES)

    def menus(self) -> Iterator[range]:
        """Runs of known labels, each on a line of its own under the one before."""
        spaced = len(self._after_gap) > 0.8 * len(self.texts)  # a blank line after every line
        run: list[int] = []
        for number in range(len(self.texts) + 1):
            known = number in self.phrases and not has_words(self.texts[number], LONGEST_LABEL + 1)
            if run and (not known or (number in self._after_gap and not spaced)):
                if len({folded(self.texts[item]) for item in run}) >= SHORTEST_MENU:
                    yield range(run[0], run[-1] + 1)
                run = []
            if known:
                run.append(number)

    def add(self, reasons: Mapping[int, str]) -> None:
        self.reasons.update(reasons)
        self._found = None

    def _heaviest(self) -> range:
        best, start, total, found = 0.0, 0, 0.0, range(0)
        for number, weight in enumerate(self._weights):
            if total <= 0:
                start, total = number, 0.0
            total += min(weight, _OF_PHRASE) if number in self.reasons else weight
            if total > best:
                best, found = total, range(start, number + 1)
        return found

    @cached_property
    def _weights(self) -> list[float]:
        return [self._weight(number) for number in range(len(self.texts))]

    def _weight(self, number: int) -> float:
        text = self.texts[number]
        if number in self.phrases:
            opens = self.phrases[number].trust is Trust.OPENING
            return _OF_SECTION if opens else _OF_PHRASE
        if number in self.boilerplate:
            return 0.0
        if number in self.sentences:
            return min(len(text.split()), _HEAVIEST)
        if is_caption(text) or is_dateline(text):
            return 0.0
        if is_headline(text) or is_clock(text):
            return _OF_HEADLINE if has_words(text, LONGEST_LABEL + 1) else _OF_LABEL
        return 0.0

    def starts_after_gap(self, number: int) -> bool:
        return number in self._after_gap

    def is_skip_link(self, number: int) -> bool:
        return number < len(self.texts) and folded(self.texts[number]).startswith("skip to ")

    def is_prose(self, number: int) -> bool:
        return (
            number in self.sentences
            and number not in self.reasons
            and number not in self.boilerplate
        )

    def is_furniture(self, number: int) -> bool:
        """Furniture, or beyond the page's edge."""
        return number in self.reasons or not 0 <= number < len(self.texts)

    def is_box(self, first: int, second: int) -> bool:
        """Whether two blocks stand line under line, with blank lines (or a skip link) around."""
        return (
            first in self._after_gap
            and second not in self._after_gap
            and (second + 1 in self._after_gap or self.is_skip_link(second + 1))
        )

    def is_enclosed(self, number: int) -> bool:
        return self.is_furniture(number - 1) and self.is_furniture(number + 1)

    def has_prose_before(self, number: int) -> bool:
        return bool(self.body) and self.body.start < number

    def is_brief(self, number: int) -> bool:
        """Whether a block, not yet furniture, is as short as a headline, with a stop or without."""
        return not self.is_furniture(number) and len(self.texts[number]) <= LONGEST_HEADLINE

    def is_free_headline(self, number: int, words: int) -> bool:
        """Whether a block, not yet furniture, reads as a headline of so many words or more."""
        if self.is_furniture(number):
            return False
        text = self.texts[number]
        return (
            is_headline(text)
            and has_words(text, words)
            and not is_caption(text)
            and not is_dateline(text)
        )
