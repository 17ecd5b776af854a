"""What a reader sees of a page."""

import re
from html import unescape


def text_of(html: str) -> str:
    """Return the visible text of a page's main part, with single spaces."""
    main = re.sub(r"</?(?:time|b)\b[^>]*>", "", html.partition("<main")[2])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def plain(html: str) -> str:
    """Return a page without the tags that emphasise the words of the question."""
    return re.sub(r"</?b>", "", html)
