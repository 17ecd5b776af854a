"""Rules that mark navigation: breadcrumbs, tables of contents, menus and counts of comments."""

import re
from collections import Counter
from collections.abc import Iterator

from wherein.index.furniture.folding import fold_line
from wherein.index.furniture.page import LONGEST_LABEL, Marks, Page
from wherein.index.furniture.phrase_table import Trust
from wherein.index.furniture.reasons import NAVIGATION
from wherein.index.structure.line_shapes import has_words, is_caption, is_headline

_CONTENTS_HEADING = re.compile(
    r"\b(?:contents|this (?:article|page|story)|jump to)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{1,4}")
_PATH_ENDS = tuple(">»›/|")
_SHORTEST_MENU = 4  # in lines


def find_breadcrumbs(page: Page) -> Marks:
    """Find the path to the page, joined to the title: "HomeWorldTitle" above "Title"."""
    for number in range(min(page.body.start, len(page.texts) - 1)):
        text, title = page.texts[number], page.texts[number + 1]
        path = text.removesuffix(title).rstrip(" ")
        is_joined = path != text and (not text[len(path)].isspace() or path[-1:] in _PATH_ENDS)
        if is_joined and path and is_headline(title) and has_words(title, 3):
            yield number, NAVIGATION


def find_contents(page: Page) -> Marks:
    """Find the lines of a table of contents: each line is a heading further down the page."""
    later = Counter(fold_line(text) for text in page.texts)
    for number, phrase in page.phrases.items():
        if phrase.trust is not Trust.AMBIGUOUS or not _CONTENTS_HEADING.search(page.texts[number]):
            continue
        for line in range(number + 1, len(page.texts)):
            if later[fold_line(page.texts[line])] < 2 or page.is_prose(line):
                break
            later[fold_line(page.texts[line])] -= 1
            yield line, NAVIGATION


def find_menus(page: Page) -> Marks:
    """Find runs of very short lines outside the article of which half or more are known phrases."""
    for run in _label_runs(page):
        known = [number for number in run if number in page.phrases]
        if len(run) >= _SHORTEST_MENU and len(known) * 2 >= len(run):
            # A line above the first known phrase or below the last may be a title or a date.
            for number in range(known[0], known[-1]):
                if page.is_free_headline(number, 1):
                    yield number, NAVIGATION


def _label_runs(page: Page) -> Iterator[list[int]]:
    """Yield the runs of very short lines outside the article, without a blank line between."""
    run: list[int] = []
    for number in range(len(page.texts) + 1) if page.body else ():
        is_label = number < len(page.texts) and not has_words(page.texts[number], LONGEST_LABEL + 1)
        if run and (page.is_below_gap(number) or not is_label):
            yield run
            run = []
        if is_label and number not in page.body:
            run.append(number)


def find_bare_numbers(page: Page) -> Marks:
    """Find the number of comments or pictures: a bare number beside a caption or furniture."""
    for number, text in enumerate(page.texts):
        if _NUMBER.fullmatch(text) and any(
            page.is_furniture(other) or is_caption(page.texts[other])
            for other in (number - 1, number + 1)
        ):
            yield number, NAVIGATION
