"""Rules that mark short lines around the article with furniture above and below."""

import re

from wherein.index.furniture.page import LONGEST_LABEL, Marks, Page
from wherein.index.furniture.reasons import (
    AMONG_FURNITURE,
    BIOGRAPHY,
    TEASER,
    stands_in_files,
)
from wherein.index.structure.line_shapes import has_words, is_name

_CONTACT = re.compile(r"[\d@:]")
_SHORTEST_TITLE = LONGEST_LABEL + 1  # in words
_LONGEST_LEFTOVER = 7  # in words


def find_repeated_lines(page: Page) -> Marks:
    """Find short lines among furniture that stand in other files of the folder too.

    Above the prose, a line is marked only where another line can be the title.
    """
    has_title = any(
        page.is_free_headline(number, _SHORTEST_TITLE) for number in range(page.body.start)
    )
    for number, text in enumerate(page.texts):
        if not (page.is_free_headline(number, 1) and page.is_enclosed(number)):
            continue
        files = page.repeated_lines.count_files(text)
        if files > 1:
            is_label_above = (
                number < page.body.start and has_title and not has_words(text, _SHORTEST_TITLE)
            )
            if is_label_above or number >= page.body.stop > 0:
                yield number, stands_in_files(files)


def find_leftover_lines(page: Page) -> Marks:
    """Find short lines below the article with furniture above and below.

    The last line of the page counts below a teaser or a biography. A name, an address and a number
    do not count: an article may end with its author and a contact.
    """
    for number in range(page.body.stop, len(page.texts)) if page.body else ():
        text = page.texts[number]
        is_long = has_words(text, _LONGEST_LEFTOVER + 1)
        if not page.is_free_headline(number, 2) or is_long or _CONTACT.search(text):
            continue
        is_last = number + 1 == len(page.texts)
        reason_above = page.reasons.get(number - 1)
        if (is_last and reason_above in (TEASER, BIOGRAPHY)) or (
            not is_last and page.is_enclosed(number) and not is_name(text)
        ):
            yield number, AMONG_FURNITURE
