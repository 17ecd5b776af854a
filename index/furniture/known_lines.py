"""What the outline of a document needs to know about furniture: see `outline.KnownLines`."""

from wherein.index.furniture.phrase_table import Trust, find_phrase
from wherein.index.furniture.reasons import TEASER


def is_known(line: str, /) -> bool:
    """Return whether a line is a known phrase of page furniture, such as "Menu"."""
    return find_phrase(line) is not None


def is_teaser(line: str, /) -> bool:
    """Return whether a line leads to another story, such as "Read more: Ten recipes"."""
    phrase = find_phrase(line)
    return phrase is not None and phrase.trust is Trust.LIKELY and phrase.reason == TEASER
