"""Which blocks of a plain-text document are furniture, and why.

The rules know kinds of pages, not sites. A table of phrases marks whole short lines; the article is
found by its prose, and rules about its ends and about what stands inside mark the rest. Losing a
line of an article is worse than keeping a line of furniture: all but the surest phrases need a page
that is plainly scraped, and what could be either is kept.
"""

from collections.abc import Callable
from dataclasses import replace

from wherein.index.documents.model import Document, Kind
from wherein.index.furniture.boundaries import above_the_title, below_the_article
from wherein.index.furniture.page import Page
from wherein.index.furniture.reasons import MAIL_END, MAIL_HEADER, NO_WORDS, RUNNING_HEAD, Trust
from wherein.index.furniture.repeated_lines import Lookups, Repeats
from wherein.index.furniture.running_heads import running_heads
from wherein.index.furniture.sections import (
    Marks,
    bare_numbers,
    biography,
    breadcrumbs,
    contents,
    last_headlines,
    leftovers,
    menus,
    notices,
    phrases,
    promotions,
    pull_quotes,
    repeats,
    sections,
)
from wherein.index.structure.emails import ends, header_of, inner_headers

NO_OTHERS = Repeats()


def mark(document: Document, others: Repeats | Lookups = NO_OTHERS) -> Document:
    """The same document with its furniture marked, each block of it with the reason.

    Expects blocks as the plain-text reader leaves them: paragraphs with lines. `others` says
    what the other files of the folder repeat.
    """
    page = Page(document.blocks, others)
    for rule in (_wordless, _mail, _printed, *(_RULES if page.is_scraped else (_sure_phrases,))):
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


def _wordless(page: Page) -> Marks:
    """Rules across the page, and what headings are underlined with."""
    for number, text in enumerate(page.texts):
        if not any(map(str.isalnum, text)):
            yield number, NO_WORDS


def _mail(page: Page) -> Marks:
    """What the outline takes the mail's title and day from, and what is said at its end."""
    header = header_of(page.blocks)
    if header:
        yield from ((number, MAIL_END) for number in ends(page.blocks))
        yield from ((number, MAIL_HEADER) for number in inner_headers(page.blocks))
        yield from ((number, MAIL_HEADER) for number in range(header.blocks))


def _printed(page: Page) -> Marks:
    for number in running_heads(page.blocks):
        yield number, RUNNING_HEAD


def _sure_phrases(page: Page) -> Marks:
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.SURE:
            yield number, phrase.reason


_RULES: tuple[Callable[[Page], Marks], ...] = (
    above_the_title,
    phrases,
    notices,
    contents,
    pull_quotes,
    breadcrumbs,
    promotions,
    sections,
    biography,
    last_headlines,
    menus,
    below_the_article,
    bare_numbers,
    repeats,
    leftovers,
)
