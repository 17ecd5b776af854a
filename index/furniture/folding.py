"""Folding of short lines, so that lines which differ only in their form are compared as equal."""

import re

_STRAIGHT_QUOTES = str.maketrans("‘’“”", "''\"\"")
_MARKDOWN_LINK = re.compile(r"\[([^][]{0,80})\]\([^()\s]{0,300}\)")
_BULLETS = "*# "
_EDGES = " .!:…»›>→←•·|+×✕☰▼▾▸–—-"


def fold_line(text: str) -> str:
    """Return a line in lower case, with straight quotes and without punctuation at its edges.

    A Markdown link is replaced by its label, and a run of spaces by one space.
    """
    if "](" in text:
        text = _MARKDOWN_LINK.sub(r"\1", text)
    bare = text.translate(_STRAIGHT_QUOTES).casefold().strip(_EDGES).lstrip(_BULLETS)
    return " ".join(bare.split())
