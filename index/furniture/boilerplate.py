"""Sentences in which a page speaks of itself and not of its story: of its newsletter or terms."""

import re

from wherein.index.furniture.phrase_files import read_rows

LONGEST_BOILERPLATE = 800
"""In characters. A longer block is not examined."""

_FILE = "boilerplate.tsv"
_WE = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_QUOTES = "\"“'‘"
_ENOUGH = 3  # points: one for each topic and for "you", two for "we" or a request


def is_boilerplate(text: str) -> bool:
    """Return whether a block addresses the reader about the page itself, or is a disclaimer.

    This is no proof of furniture: an article may report on cookies, and a blog may address its
    readers.
    """
    if len(text) > LONGEST_BOILERPLATE or text[:1] in _QUOTES:
        return False
    if _DISCLAIMER.search(text):
        return True
    topics = {found.lower() for found in _TOPIC.findall(text)}
    if not topics:
        return False
    addresses = bool(_WE.search(text) or _REQUEST.match(text))
    return len(topics) + bool(_YOU.search(text)) + 2 * addresses >= _ENOUGH


def _compile(sign: str, start: str) -> re.Pattern[str]:
    """Compile one pattern of all phrases of the table that have this sign."""
    phrases = (row["phrase"] for row in read_rows(_FILE) if row["sign"] == sign)
    return re.compile(rf"{start}(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_TOPIC = _compile("topic", r"\b")
_REQUEST = _compile("request", "(?:please |to )?")
_DISCLAIMER = _compile("disclaimer", r"\b")
