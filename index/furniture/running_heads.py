"""The lines that printing puts on every page of a document, in its text as it is copied out."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from wherein.index.documents.model import Block
from wherein.index.structure.line_shapes import ends_sentence

LONGEST = 100
_FEWEST_PAGES = 3
_SHORTEST_PAGE = 3  # in blocks, on average
_NUMBER = re.compile(r"\d{1,5}")


def running_heads(blocks: Sequence[Block]) -> Iterator[int]:
    """Lines that differ in a page number alone, which goes up, and that cut a sentence in two.

    The headings of numbered chapters do not: a chapter begins and ends with a whole sentence.
    """
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        if len(block.text) <= LONGEST and _NUMBER.search(block.text):
            alike[_NUMBER.sub("\0", block.text)].append(number)
    for lines in alike.values():
        spread = lines[-1] - lines[0] >= _SHORTEST_PAGE * (len(lines) - 1)
        if (
            len(lines) >= _FEWEST_PAGES
            and spread
            and any(_cuts(blocks, number) for number in lines)
            and _counts_up([blocks[number].text for number in lines])
        ):
            yield from lines


def _counts_up(texts: list[str]) -> bool:
    """Whether one of the numbers in these lines, always the same one, goes up."""
    rows = [tuple(map(int, _NUMBER.findall(text))) for text in texts]
    return any(all(a < b for a, b in pairwise(column)) for column in zip(*rows, strict=True))


def _cuts(blocks: Sequence[Block], number: int) -> bool:
    if not 0 < number < len(blocks) - 1:
        return False
    before, after = blocks[number - 1].text, blocks[number + 1].text
    return not ends_sentence(before) and after[:1].islower()
