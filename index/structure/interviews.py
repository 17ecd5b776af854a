"""Which paragraphs of an interview, or of questions and answers, only ask."""

import itertools
from collections.abc import Sequence

from wherein.index.documents.model import Block, Kind

FEWEST = 3  # questions that an interview has
LONGEST_QUESTION = 400  # characters
_RAREST = 3  # in own blocks: one of so many asks, from the first question to the last
_SPEECH = ('"', "“", "‘", "'", "«", "—", "–")


def find_question_turns(blocks: Sequence[Block]) -> set[int]:
    """The paragraphs that end in a question and are answered by the next one.

    None unless they alternate with their answers: a novel's characters ask in quotes, and an essay
    asks seldom.
    """
    own = [
        number
        for number, block in enumerate(blocks)
        if block.kind in (Kind.PARAGRAPH, Kind.HEADING)
    ]
    places = [
        place
        for place, (number, after) in enumerate(itertools.pairwise(own))
        if _asks(blocks[number])
        and blocks[after].kind is Kind.PARAGRAPH
        and not blocks[after].text.endswith("?")
    ]
    if len(places) < FEWEST or len(places) * _RAREST < places[-1] - places[0]:
        return set()
    return {own[place] for place in places}


def _asks(block: Block) -> bool:
    text = block.text
    return text.endswith("?") and len(text) <= LONGEST_QUESTION and not text.startswith(_SPEECH)
