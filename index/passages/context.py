"""The context that a passage is encoded and scored with, and that is not part of the passage."""

from itertools import takewhile

from wherein.index.documents.model import Block

LEAD_IN_ENDINGS = (":", "：")
"""How the lead-in of a list ends. No other entry of a block's section ends like this."""


def context(title: str | None, block: Block) -> str | None:
    """Build the context of the passages of a block.

    The context is the document's headline, the heading above the block if that heading is a
    question, and the lead-ins of the list that the block is an item of.

    Args:
        title: The headline of the document. A file name is not a headline: it is never encoded.
        block: The block, with its section.

    Returns:
        The parts as one text, or None where there are none.
    """
    section = block.section
    lead_ins = [*takewhile(lambda text: text.endswith(LEAD_IN_ENDINGS), reversed(section))]
    heading = section[: len(section) - len(lead_ins)][-1:]
    parts = [*(text for text in heading if text.endswith("?")), *reversed(lead_ins)]
    return ". ".join(filter(None, (title, " ".join(parts)))) or None
