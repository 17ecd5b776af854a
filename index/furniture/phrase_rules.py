"""Rules that mark known phrases, and sentences in which the page speaks of itself."""

from wherein.index.furniture.page import Marks, Page
from wherein.index.furniture.phrase_table import Trust
from wherein.index.furniture.reasons import CITATION, COMMENTS, NOTICE


def find_certain_phrases(page: Page) -> Marks:
    """Find the phrases that are furniture in any document, scraped or not."""
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.CERTAIN:
            yield number, phrase.reason


def find_phrases(page: Page) -> Marks:
    """Find the phrases that are furniture in a scraped page.

    A phrase that may be a heading of the article is left out: "Facebook", "Latest news".
    """
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.MENU_LABEL:
            continue
        if phrase.trust is Trust.SECTION_HEADING:
            is_heading = page.is_prose(number + 1) and phrase.reason not in (CITATION, COMMENTS)
        elif phrase.trust is Trust.AMBIGUOUS:
            neighbours = (number - 1, number + 1)
            is_heading = number in page.body and page.phrases.keys().isdisjoint(neighbours)
        else:
            is_heading = False
        if not is_heading:
            yield number, phrase.reason


def find_notices(page: Page) -> Marks:
    """Find sentences in which the page speaks of itself, outside the article or near furniture."""
    for number in page.boilerplate:
        is_near_furniture = number - 1 in page.reasons or number + 1 in page.reasons
        if is_near_furniture or number not in page.body:
            yield number, NOTICE
