"""Running heads: the line that printing repeats on each page, found in text copied from a PDF."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from wherein.index.documents.model import Block
from wherein.index.structure.line_shapes import ends_sentence

LONGEST_RUNNING_HEAD = 100
"""In characters."""

_FEWEST_PAGES = 3
_SHORTEST_PAGE = 3  # in blocks, on average
_NUMBER = re.compile(r"\d{1,5}")


def find_running_heads(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the numbers of the blocks that are running heads.

    Running heads differ only in the page number, which increases, and at least one of them stands
    in the middle of a sentence. The headings of numbered chapters do not: a chapter begins and ends
    with a whole sentence.
    """
    similar: defaultdict[str, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        if len(block.text) <= LONGEST_RUNNING_HEAD and _NUMBER.search(block.text):
            similar[_NUMBER.sub("\0", block.text)].append(number)
    for heads in similar.values():
        spread = heads[-1] - heads[0] >= _SHORTEST_PAGE * (len(heads) - 1)
        if (
            len(heads) >= _FEWEST_PAGES
            and spread
            and any(_splits_sentence(blocks, number) for number in heads)
            and _has_increasing_number([blocks[number].text for number in heads])
        ):
            yield from heads


def _has_increasing_number(texts: list[str]) -> bool:
    """Return whether one of the numbers in these lines, always at the same place, increases."""
    rows = [tuple(map(int, _NUMBER.findall(text))) for text in texts]
    return any(all(a < b for a, b in pairwise(column)) for column in zip(*rows, strict=True))


def _splits_sentence(blocks: Sequence[Block], number: int) -> bool:
    """Return whether a sentence begins in the block above and goes on in the block below."""
    if not 0 < number < len(blocks) - 1:
        return False
    above, below = blocks[number - 1].text, blocks[number + 1].text
    return not ends_sentence(above) and below[:1].islower()
