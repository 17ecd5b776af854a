"""The questions of an interview, or of a page of questions and answers."""

import itertools
from collections.abc import Sequence

from wherein.index.documents.model import Block, Kind

MIN_QUESTIONS = 3
"""The fewest questions that an interview has."""

MAX_QUESTION = 400
"""In characters: the longest question."""

_BLOCKS_PER_QUESTION = 3  # at most, from the first question to the last
_SPEECH = ('"', "“", "‘", "'", "«", "—", "–")


def find_questions(blocks: Sequence[Block]) -> set[int]:
    """Find the paragraphs that end in a question and are answered by the next paragraph.

    Questions and answers must take turns. The characters of a novel ask in quotation marks, and an
    essay asks seldom.

    Args:
        blocks: The blocks of a document, with their kinds.

    Returns:
        The numbers of the questions. Empty if the document is no interview.
    """
    own = [
        number
        for number, block in enumerate(blocks)
        if block.kind in (Kind.PARAGRAPH, Kind.HEADING)
    ]
    positions = [
        position
        for position, (number, following) in enumerate(itertools.pairwise(own))
        if _is_question(blocks[number])
        and blocks[following].kind is Kind.PARAGRAPH
        and not blocks[following].text.endswith("?")
    ]
    if len(positions) < MIN_QUESTIONS:
        return set()
    if len(positions) * _BLOCKS_PER_QUESTION < positions[-1] - positions[0]:
        return set()
    return {own[position] for position in positions}


def _is_question(block: Block) -> bool:
    text = block.text
    return text.endswith("?") and len(text) <= MAX_QUESTION and not text.startswith(_SPEECH)
