"""Rules that mark teasers of other stories, and promotions inside the article."""

from wherein.index.furniture.page import Marks, Page
from wherein.index.furniture.phrase_table import Trust
from wherein.index.furniture.reasons import ACTION, SIGN_UP, TEASER
from wherein.index.structure.line_shapes import is_clock, is_credit, is_cut, is_truncated

_FEWEST_HEADLINES = 3
_SHORTEST_TEASER = 3  # in words
_SHORTEST_HEADLINE = 5  # in words, where no heading announces teasers


def find_promotions(page: Page) -> Marks:
    """Find boxes of two lines inside the article.

    A box is a headline right above a truncated text, or a line beside a call to action.
    """
    boxes = [first for first in range(len(page.texts) - 1) if page.is_box(first, first + 1)]
    # Such a page sets its own headings right above its paragraphs. Its boxes look the same.
    has_similar_headings = any(
        page.is_free_headline(first, 1) and page.is_prose(first + 1) for first in boxes
    )
    for first in boxes:
        second = first + 1
        is_inside = page.has_prose_above(first)
        is_teaser = is_truncated(page.texts[second]) and page.is_free_headline(
            first, _SHORTEST_TEASER
        )
        if is_inside and is_teaser and not has_similar_headings:
            yield from ((first, TEASER), (second, TEASER))
        for call, line in ((first, second), (second, first)):
            is_promoted = page.reasons.get(call) in (ACTION, SIGN_UP) and page.is_free_headline(
                line, _SHORTEST_TEASER
            )
            if is_promoted and (is_inside or page.is_skip_link(second + 1)):
                yield line, ACTION


def find_teaser_sections(page: Page) -> Marks:
    """Find the teasers below a heading such as "Related articles"."""
    numbers = range(len(page.texts))
    title = next((n for n in numbers if page.is_free_headline(n, 1)), len(numbers))
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.SECTION_HEADING and number in page.reasons:
            teasers = _teasers_from(page, number + 1, has_title=title < number)
            yield from ((teaser, TEASER) for teaser in teasers)


def _teasers_from(page: Page, start: int, *, has_title: bool) -> list[int]:
    """Return the teasers of a section: headlines with or without a summary, or timed items.

    The section ends where prose begins again. The last headline before the prose may be a heading
    of the article or, above the article, its title.
    """
    teasers: list[int] = []
    headlines = 0  # since the last summary
    at = start
    while not page.is_furniture(at):
        item = _timed_item(page, at)
        if item:
            headlines = 0
        elif headlines == 1 and is_cut(page.texts[at]):
            item, headlines = [at], 0
        elif page.is_free_headline(at, _SHORTEST_TEASER):
            item, headlines = [at], headlines + 1
        else:
            break
        teasers += item
        at += len(item)
    is_below_article = page.has_prose_above(start)
    if headlines and not (page.is_furniture(at) and (is_below_article or has_title)):
        teasers.pop()
    return teasers if is_below_article or page.body.stop > at else []


def _timed_item(page: Page, at: int) -> list[int]:
    """Return a time of day, the headline below it and its summary; empty where no time stands.

    A summary in whole sentences counts only above more furniture. Elsewhere it may be prose.
    """
    if not is_clock(page.texts[at]):
        return []
    item = [at]
    is_below_article = page.has_prose_above(at)
    if page.is_free_headline(at + 1, _SHORTEST_TEASER) or (
        is_below_article and page.is_free_short_line(at + 1)
    ):
        item.append(at + 1)
        is_end = page.is_furniture(at + 3) or is_clock(page.texts[at + 3])
        if is_below_article and is_end and not page.is_furniture(at + 2):
            item.append(at + 2)
    return item


def find_headlines_below_article(page: Page) -> Marks:
    """Find runs of three headlines or more between the article's end and other furniture."""
    run: list[int] = []
    for number in range(page.body.stop, len(page.texts) + 1) if page.body else ():
        if number < len(page.texts) and page.is_free_headline(number, _SHORTEST_HEADLINE):
            run.append(number)
            continue
        if len(run) >= _FEWEST_HEADLINES and page.is_furniture(number):
            above = run[0] - 1
            if page.is_furniture(above) or is_credit(page.texts[above]):
                yield from ((teaser, TEASER) for teaser in run)
        run = []
