"""Marking of the blocks of a plain-text document that are furniture, by an ordered list of rules.

The rules know kinds of pages, not particular sites. A table of phrases marks whole short lines. The
article is found by its prose, and further rules mark the lines around and inside the article.
Losing a line of an article is worse than keeping a line of furniture. Therefore all but the most
certain phrases need a page that is plainly scraped, and a line that could be either is kept.
"""

from collections.abc import Callable
from dataclasses import replace

from wherein.index.documents.model import Document, Kind
from wherein.index.furniture.biographies import find_biographies
from wherein.index.furniture.boundaries import find_above_title, find_below_article
from wherein.index.furniture.enclosed_lines import find_leftover_lines, find_repeated_lines
from wherein.index.furniture.navigation import (
    find_bare_numbers,
    find_breadcrumbs,
    find_contents,
    find_menus,
)
from wherein.index.furniture.page import Marks, Page
from wherein.index.furniture.phrase_rules import find_certain_phrases, find_notices, find_phrases
from wherein.index.furniture.pull_quotes import find_pull_quotes
from wherein.index.furniture.reasons import EMAIL_ENDING, EMAIL_HEADER, NO_WORDS, RUNNING_HEAD
from wherein.index.furniture.repeated_lines import FileCounter, RepeatedLines
from wherein.index.furniture.running_heads import find_running_heads
from wherein.index.furniture.teasers import (
    find_headlines_below_article,
    find_promotions,
    find_teaser_sections,
)
from wherein.index.structure.emails import find_closings, find_quoted_headers

NO_REPEATED_LINES = RepeatedLines()


def mark(document: Document, repeated_lines: FileCounter = NO_REPEATED_LINES) -> Document:
    """Mark the furniture of a document.

    Args:
        document: A document as its reader found it: all blocks are paragraphs.
        repeated_lines: Tells in how many files of the folder a short line occurs.

    Returns:
        The same document, in which each block of furniture has its kind and the reason.
    """
    page = Page(document, repeated_lines)
    for rule in _RULES_FOR_ALL:
        page.add(dict(rule(page)))
    for rule in _RULES_FOR_SCRAPED_PAGES if page.is_scraped else (find_certain_phrases,):
        page.add(dict(rule(page)))
    return replace(
        document,
        blocks=tuple(
            replace(block, kind=Kind.FURNITURE, reason=page.reasons[number])
            if number in page.reasons
            else block
            for number, block in enumerate(document.blocks)
        ),
    )


def _find_lines_without_words(page: Page) -> Marks:
    """Find lines of dashes or stars, and the underlining of headings."""
    for number, text in enumerate(page.texts):
        if not any(map(str.isalnum, text)):
            yield number, NO_WORDS


def _find_email_parts(page: Page) -> Marks:
    """Find the headers of an email and of the emails in it, and the closing with its signature."""
    if page.email:
        yield from ((number, EMAIL_ENDING) for number in find_closings(page.blocks))
        yield from ((number, EMAIL_HEADER) for number in find_quoted_headers(page.blocks))
        yield from ((number, EMAIL_HEADER) for number in range(page.email.blocks))


def _find_running_heads(page: Page) -> Marks:
    for number in find_running_heads(page.blocks):
        yield number, RUNNING_HEAD


# A rule sees what the rules before it have marked: the order matters.
_RULES_FOR_ALL: tuple[Callable[[Page], Marks], ...] = (
    _find_lines_without_words,
    _find_email_parts,
    _find_running_heads,
)
_RULES_FOR_SCRAPED_PAGES: tuple[Callable[[Page], Marks], ...] = (
    find_above_title,
    find_phrases,
    find_notices,
    find_contents,
    find_pull_quotes,
    find_breadcrumbs,
    find_promotions,
    find_teaser_sections,
    find_biographies,
    find_headlines_below_article,
    find_menus,
    find_below_article,
    find_bare_numbers,
    find_repeated_lines,
    find_leftover_lines,
)
