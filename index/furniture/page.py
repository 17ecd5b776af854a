"""A page while its furniture is marked: what its blocks look like, and where its article is."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from wherein.index.documents.model import Document
from wherein.index.furniture.boilerplate import is_boilerplate
from wherein.index.furniture.folding import fold_line
from wherein.index.furniture.phrase_table import Trust, find_phrase
from wherein.index.furniture.repeated_lines import FileCounter
from wherein.index.structure.line_shapes import (
    LONGEST_HEADLINE,
    has_words,
    is_caption,
    is_clock,
    is_dateline,
    is_headline,
    is_sentence,
)

Marks = Iterator[tuple[int, str]]
"""What a rule yields: numbers of blocks that are furniture, each with the reason."""

LONGEST_LABEL = 3
"""In words: the longest label of a menu."""

_MANY_PHRASES = 5
_SHORTEST_MENU = 4  # in different known labels, line under line

# The weight of a line in the search for the article. A sentence weighs its words, up to a limit.
_MAX_WEIGHT = 40
_SECTION_WEIGHT, _PHRASE_WEIGHT, _HEADLINE_WEIGHT, _LABEL_WEIGHT = -12.0, -4.0, -2.0, -1.5


class Page:
    """The blocks of a document, and the reasons that the rules have found so far.

    Args:
        document: The document as its reader found it.
        repeated_lines: Tells in how many files of the folder a line occurs.

    Attributes:
        blocks: The blocks of the document.
        email: The header of the email, if the document is an email.
        texts: The text of each block.
        repeated_lines: Tells in how many files of the folder a line occurs.
        reasons: The reason of each block that is known to be furniture, by block number.
        phrases: The known phrases of furniture, by block number.
        boilerplate: The numbers of the blocks in which the page speaks of itself.
        sentences: The numbers of the blocks that are whole sentences.
    """

    def __init__(self, document: Document, repeated_lines: FileCounter) -> None:
        self.blocks = blocks = document.blocks
        self.email = document.email
        self.texts = tuple(block.text for block in blocks)
        self.repeated_lines = repeated_lines
        self.reasons: dict[int, str] = {}
        self.phrases = {
            number: phrase
            for number, text in enumerate(self.texts)
            if (phrase := find_phrase(text))
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
        # The numbers of the blocks below a blank line. The page's edges count as blank lines.
        self._below_gap = {0, len(blocks)} | {
            number
            for number in range(1, len(blocks))
            if blocks[number].lines[0] > blocks[number - 1].lines[1] + 1
        }
        self._body: range | None = None

    def add(self, reasons: Mapping[int, str]) -> None:
        """Mark blocks as furniture. The article's body is then searched for again."""
        self.reasons.update(reasons)
        self._body = None

    @property
    def body(self) -> range:
        """The block numbers of the article's prose; empty where the page has no prose.

        This is the run of blocks with the greatest sum of weights, as in Pasternack and Roth,
        "Extracting article text from the web with maximum subsequence segmentation" (2009).
        """
        if self._body is None:
            self._body = self._heaviest_run()
        return self._body

    @cached_property
    def is_scraped(self) -> bool:
        """Whether this is the text of a web page with its furniture, and not an ordinary text.

        The proof is several different phrases that ordinary texts do not have. Two are enough if
        one of the two is certain, or a menu.
        """
        proofs = {
            fold_line(self.texts[number]): phrase.trust
            for number, phrase in self.phrases.items()
            if phrase.trust not in (Trust.AMBIGUOUS, Trust.MENU_LABEL)
        }
        menus = sum(1 for _ in self._menus())
        has_strong_proof = Trust.CERTAIN in proofs.values() or menus > 0
        return len(proofs) + menus >= (2 if has_strong_proof else _MANY_PHRASES)

    def is_below_gap(self, number: int) -> bool:
        """Return whether a blank line, or the page's edge, stands before a block."""
        return number in self._below_gap

    def is_skip_link(self, number: int) -> bool:
        """Return whether a block is a link such as "Skip to content"."""
        return number < len(self.texts) and fold_line(self.texts[number]).startswith("skip to ")

    def is_prose(self, number: int) -> bool:
        """Return whether a block is a sentence of the article as far as is known."""
        return (
            number in self.sentences
            and number not in self.reasons
            and number not in self.boilerplate
        )

    def is_furniture(self, number: int) -> bool:
        """Return whether a block is marked as furniture, or lies beyond the page's edge."""
        return number in self.reasons or not 0 <= number < len(self.texts)

    def is_box(self, first: int, second: int) -> bool:
        """Return whether two blocks stand together, set off by blank lines or a skip link."""
        return (
            first in self._below_gap
            and second not in self._below_gap
            and (second + 1 in self._below_gap or self.is_skip_link(second + 1))
        )

    def is_enclosed(self, number: int) -> bool:
        """Return whether a block has furniture, or the page's edge, above and below it."""
        return self.is_furniture(number - 1) and self.is_furniture(number + 1)

    def has_prose_above(self, number: int) -> bool:
        """Return whether the article's prose begins above a block."""
        return bool(self.body) and self.body.start < number

    def is_free_short_line(self, number: int) -> bool:
        """Return whether a block is not yet furniture, and no longer than a headline."""
        return not self.is_furniture(number) and len(self.texts[number]) <= LONGEST_HEADLINE

    def is_free_headline(self, number: int, words: int) -> bool:
        """Test for a headline with at least a number of words that is not yet furniture.

        Args:
            number: The number of the block.
            words: The fewest words of the headline.

        Returns:
            Whether the block is such a headline. No block beyond the page's edge is.
        """
        if self.is_furniture(number):
            return False
        text = self.texts[number]
        return (
            is_headline(text)
            and has_words(text, words)
            and not is_caption(text)
            and not is_dateline(text)
        )

    def _menus(self) -> Iterator[range]:
        """Yield the runs of known labels, each label on a line of its own."""
        has_gaps_everywhere = len(self._below_gap) > 0.8 * len(self.texts)
        run: list[int] = []
        for number in range(len(self.texts) + 1):
            is_known = number in self.phrases and not has_words(
                self.texts[number], LONGEST_LABEL + 1
            )
            ends_run = not is_known or (number in self._below_gap and not has_gaps_everywhere)
            if run and ends_run:
                if len({fold_line(self.texts[item]) for item in run}) >= _SHORTEST_MENU:
                    yield range(run[0], run[-1] + 1)
                run = []
            if is_known:
                run.append(number)

    def _heaviest_run(self) -> range:
        """Return the run of blocks with the greatest sum of weights (Kadane's algorithm)."""
        best, start, total, found = 0.0, 0, 0.0, range(0)
        for number, weight in enumerate(self._weights):
            if total <= 0:
                start, total = number, 0.0
            total += min(weight, _PHRASE_WEIGHT) if number in self.reasons else weight
            if total > best:
                best, found = total, range(start, number + 1)
        return found

    @cached_property
    def _weights(self) -> list[float]:
        return [self._weight(number) for number in range(len(self.texts))]

    def _weight(self, number: int) -> float:
        text = self.texts[number]
        if number in self.phrases:
            is_section = self.phrases[number].trust is Trust.SECTION_HEADING
            return _SECTION_WEIGHT if is_section else _PHRASE_WEIGHT
        if number in self.boilerplate:
            return 0.0
        if number in self.sentences:
            return min(len(text.split()), _MAX_WEIGHT)
        if is_caption(text) or is_dateline(text):
            return 0.0
        if is_headline(text) or is_clock(text):
            return _HEADLINE_WEIGHT if has_words(text, LONGEST_LABEL + 1) else _LABEL_WEIGHT
        return 0.0
