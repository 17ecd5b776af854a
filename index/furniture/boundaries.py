"""Rules that mark the lines above the article of a scraped page and below it."""

import re

from wherein.index.furniture.page import LONGEST_LABEL, Marks, Page
from wherein.index.furniture.phrase_table import Trust
from wherein.index.furniture.reasons import BIOGRAPHY, CITATION, COMMENTS, NAVIGATION, TEASER
from wherein.index.structure.line_shapes import (
    ends_sentence,
    has_words,
    is_caption,
    is_clock,
    is_credit,
    is_dateline,
    is_headline,
)

_LONGEST_TITLE = 16  # in words: a longer line is rather the deck
_MOST_LINES_TO_DATE = 3  # between a title and its date or author
_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")
_STEM = 6  # in characters, by which words are compared
_LISTING_REASONS = {TEASER, COMMENTS, BIOGRAPHY, CITATION}


def find_above_title(page: Page) -> Marks:
    """Find the lines above the title: menus, the site's name and slogan, the scores of a match.

    All lines above the title but dates are furniture, unless a line that is set off from the menu
    may be a title of several stories.
    """
    title = _find_title(page)
    if title is None:
        return
    menu = max((number for number in range(title) if number in page.phrases), default=-1)
    has_gap = any(page.is_below_gap(number) for number in range(menu + 1, title + 1))
    for number in range(title):
        text = page.texts[number]
        if page.is_furniture(number) or ends_sentence(text) or is_caption(text):
            continue
        is_set_off = page.is_below_gap(number) or (
            not has_gap and has_words(text, LONGEST_LABEL + 1)
        )
        if number > menu and is_set_off:
            return
        if not is_dateline(text):
            yield number, page.phrases[number].reason if number in page.phrases else NAVIGATION


def _find_title(page: Page) -> int | None:
    """Return the headline above the prose that shares most words with the prose, or None."""
    above = [
        number
        for number in range(page.body.start if page.body else 0)
        if page.is_free_headline(number, 1)
        and number not in page.boilerplate
        and number not in page.phrases
    ]
    titles = [number for number in above if has_words(page.texts[number], LONGEST_LABEL + 1)]
    if not titles:
        return above[-1] if above else None
    prose_words = {
        word for number in page.body if page.is_prose(number) for word in _words(page.texts[number])
    }
    return max(titles, key=lambda number: (_title_score(page, number, prose_words), -number))


def _title_score(page: Page, number: int, prose_words: set[str]) -> float:
    text = page.texts[number]
    words = _words(text)
    score = 3.0 * len(words & prose_words) / len(words) if words else 0.0
    if _has_date_below(page, number):
        score += 1.5
    if page.is_below_gap(number):
        score += 1.0
    elif number - 1 in page.phrases:
        score -= 1.0  # the last line of a menu
    if has_words(text, _LONGEST_TITLE + 1):
        score -= 1.0
    return score


def _has_date_below(page: Page, number: int) -> bool:
    """Return whether a date or an author follows, without a headline between."""
    for below in range(number + 1, min(number + 1 + _MOST_LINES_TO_DATE, len(page.texts))):
        if is_dateline(page.texts[below]) or is_credit(page.texts[below]):
            return True
        if page.is_free_headline(below, LONGEST_LABEL + 1):
            return False
    return False


def _words(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.casefold())}


def find_below_article(page: Page) -> Marks:
    """Find the lines below the article: all lines from the first phrase of furniture on.

    Prose is left out, unless the prose plainly belongs to a list of other stories or of comments.
    """
    if not page.body or not _has_one_article(page):
        return
    start = next(
        (number for number in range(page.body.stop, len(page.texts)) if number in page.phrases),
        len(page.texts),
    )
    reason: str | None = None  # None where the article goes on
    is_listing = False  # inside a list of other stories, or of comments
    for number in range(start, len(page.texts)):
        phrase = page.phrases.get(number)
        if phrase is not None:
            reason = phrase.reason
            is_listing = reason in _LISTING_REASONS or (
                is_listing and phrase.trust is not Trust.SECTION_HEADING
            )
        if page.is_furniture(number):
            continue
        if _resumes_article(page, number) and not (is_listing and _is_listed(page, number)):
            reason = None
        elif reason is not None:
            yield number, reason


def _resumes_article(page: Page, number: int) -> bool:
    """Return whether a line is a sentence of the article, or introduces a list."""
    text = page.texts[number]
    if number in page.phrases or number in page.boilerplate:
        return False
    return ends_sentence(text) or (text[-1] == ":" and has_words(text, LONGEST_LABEL))


def _is_listed(page: Page, number: int) -> bool:
    """Return whether the line above is a headline, name or time, as above a summary or comment."""
    above = page.texts[number - 1]
    return (
        not page.is_prose(number - 1)
        and number - 1 not in page.sentences
        and (is_headline(above) or is_clock(above) or is_dateline(above))
    )


def _has_one_article(page: Page) -> bool:
    """Return whether the article's body has at least two thirds of the prose."""
    words = [
        (number in page.body, len(page.texts[number].split()))
        for number in page.sentences
        if page.is_prose(number)
    ]
    inside = sum(count for is_inside, count in words if is_inside)
    return inside * 3 >= sum(count for _, count in words) * 2
