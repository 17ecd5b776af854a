"""What stands above the article of a scraped page and below it.

Above the title all is furniture but dates; below the prose all is that follows the first piece of
furniture, but for prose that is not plainly part of a list of other stories or of comments.
"""

import re
from collections.abc import Iterator

from wherein.index.furniture.page import LONGEST_LABEL, Page
from wherein.index.furniture.reasons import BIOGRAPHY, CITING, COMMENTS, NAVIGATION, TEASER, Trust
from wherein.index.structure.line_shapes import (
    ends_sentence,
    has_words,
    is_caption,
    is_clock,
    is_credit,
    is_dateline,
    is_headline,
)

Marks = Iterator[tuple[int, str]]

LONGEST_TITLE = 16  # in words; above that it is rather a deck
_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")
_BELOW = 3  # in blocks: how far below a title its date or author may stand
_OF_SECTION = {TEASER, COMMENTS, BIOGRAPHY, CITING}


def above_the_title(page: Page) -> Marks:
    """Menus, the site's name and its slogan, the scores of a match."""
    title = _title(page)
    if title is None:
        return
    menu = max((number for number in range(title) if number in page.phrases), default=-1)
    gap = any(page.starts_after_gap(number) for number in range(menu + 1, title + 1))
    for number in range(title):
        text = page.texts[number]
        if page.is_furniture(number) or ends_sentence(text) or is_caption(text):
            continue
        apart = page.starts_after_gap(number) or (not gap and has_words(text, LONGEST_LABEL + 1))
        if number > menu and apart:
            return  # what is set off from the menu may be the title of more than one story
        if not is_dateline(text):
            yield number, page.phrases[number].reason if number in page.phrases else NAVIGATION


def _title(page: Page) -> int | None:
    """The headline above the article's prose that says most of what the prose says."""
    above = [
        number
        for number in range(page.body.start if page.body else 0)
        if page.is_free_headline(number, 1) and number not in page.boilerplate
        if number not in page.phrases
    ]
    titles = [n for n in above if has_words(page.texts[n], LONGEST_LABEL + 1)]
    if not titles:
        return above[-1] if above else None
    told = {
        word for number in page.body if page.is_prose(number) for word in _words(page.texts[number])
    }
    return max(titles, key=lambda number: (_merit(page, number, told), -number))


def _merit(page: Page, number: int, told: set[str]) -> float:
    text = page.texts[number]
    words = _words(text)
    merit = 3.0 * len(words & told) / len(words) if words else 0.0
    if _is_dated_below(page, number):
        merit += 1.5
    if page.starts_after_gap(number):
        merit += 1.0
    elif number - 1 in page.phrases:
        merit -= 1.0  # the last line of a menu
    if has_words(text, LONGEST_TITLE + 1):
        merit -= 1.0
    return merit


def _is_dated_below(page: Page, number: int) -> bool:
    """Whether a date or an author stands below, and no other headline between."""
    for below in range(number + 1, min(number + 1 + _BELOW, len(page.texts))):
        if is_dateline(page.texts[below]) or is_credit(page.texts[below]):
            return True
        if page.is_free_headline(below, LONGEST_LABEL + 1):
            return False
    return False


def _words(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.casefold())}


def below_the_article(page: Page) -> Marks:
    """From the first piece of furniture after the prose to the end."""
    if not page.body or not _is_whole(page):
        return
    start = next(
        (n for n in range(page.body.stop, len(page.texts)) if n in page.phrases),
        len(page.texts),
    )
    reason: str | None = None  # None where the article goes on
    listing = False  # inside a list of other stories, or of comments
    for number in range(start, len(page.texts)):
        phrase = page.phrases.get(number)
        if phrase is not None:
            reason = phrase.reason
            listing = reason in _OF_SECTION or (listing and phrase.trust is not Trust.OPENING)
        if page.is_furniture(number):
            continue
        if _resumes(page, number) and not (listing and _is_listed(page, number)):
            reason = None
        elif reason is not None:
            yield number, reason


def _resumes(page: Page, number: int) -> bool:
    """Whether a line is a sentence of the article's own, or introduces a list."""
    text = page.texts[number]
    if number in page.phrases or number in page.boilerplate:
        return False
    return ends_sentence(text) or (text[-1] == ":" and has_words(text, LONGEST_LABEL))


def _is_listed(page: Page, number: int) -> bool:
    """Whether a sentence stands right under a headline, a name or a time: a summary, a comment."""
    above = page.texts[number - 1]
    return (
        not page.is_prose(number - 1)
        and number - 1 not in page.sentences
        and (is_headline(above) or is_clock(above) or is_dateline(above))
    )


def _is_whole(page: Page) -> bool:
    """Whether the page has one article, with little prose elsewhere; else it may be several."""
    words = [
        (number in page.body, len(page.texts[number].split()))
        for number in page.sentences
        if page.is_prose(number)
    ]
    return sum(n for inside, n in words if inside) * 3 >= sum(n for _, n in words) * 2
