"""Repairs text that was decoded wrongly and saved as UTF-8 again: "1986â€“90"."""

import re

import ftfy

# The first two bytes of a UTF-8 sequence, as Latin-1 or cp1252 show them.
_SUSPECT = re.compile("[Â-ô][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def repair_double_encoding(text: str) -> str:
    """Return the text as it was meant, or unchanged if nothing shows that it was damaged."""
    # The search is cheap, and most texts have no such pair. ftfy takes a second for a long book.
    return ftfy.fix_encoding(text) if _SUSPECT.search(text) else text
