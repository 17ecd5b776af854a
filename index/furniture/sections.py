"""Furniture in and around the article of a scraped page, by the lines that it stands beside."""

import re
from collections import Counter
from collections.abc import Iterator

from wherein.index.furniture.page import Page
from wherein.index.furniture.phrases import LONGEST_PHRASE, folded
from wherein.index.furniture.reasons import (
    ACTION,
    BIOGRAPHY,
    CITING,
    COMMENTS,
    NAVIGATION,
    NOTICE,
    QUOTE,
    SIGN_UP,
    TEASER,
    Trust,
)
from wherein.index.structure.line_shapes import (
    NAME,
    has_words,
    is_caption,
    is_clock,
    is_credit,
    is_cut,
    is_headline,
    is_name,
    is_truncated,
)

Marks = Iterator[tuple[int, str]]

_TO_ASK = re.compile(r"[\d@:]")
_ROLE = re.compile(
    r"\b(is|was|has been) (an?|the|our) ([\w’'-]+ ){0,6}"
    r"(journalist|editor|reporter|writer|correspondent|author|columnist|blogger|producer|fellow"
    r"|professor|lecturer|researcher|analyst|director|economist|historian|photographer)\b"
)
_LIFE = re.compile(rf"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs|Sir)\.? )?{NAME}\b")
_CONTENTS = re.compile(r"\b(?:contents|this (?:article|page|story)|jump to)\b", re.IGNORECASE)
_BARE = re.compile(r"\d{1,4}")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]* ")
_QUOTES = "\"'“”‘’ "
SHORTEST_QUOTE = 6  # in words


def phrases(page: Page) -> Marks:
    """The table's, but for what may be the article's own heading: "Facebook", "Latest news"."""
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.MENU:
            continue
        if phrase.trust is Trust.OPENING:
            own = page.is_prose(number + 1) and phrase.reason not in (CITING, COMMENTS)
        elif phrase.trust is Trust.LOOSE:
            beside = (number - 1, number + 1)
            own = number in page.body and not any(other in page.phrases for other in beside)
        else:
            own = False
        if not own:
            yield number, phrase.reason


def breadcrumbs(page: Page) -> Marks:
    """The way to the page, glued to its title: "HomeWorldTitle" above "Title"."""
    for number in range(min(page.body.start, len(page.texts) - 1)):
        text, title = page.texts[number], page.texts[number + 1]
        way = text.removesuffix(title).rstrip(" ")
        glued = way != text and (not text[len(way)].isspace() or way[-1:] in tuple(">»›/|"))
        if glued and way and is_headline(title) and has_words(title, 3):
            yield number, NAVIGATION


def promotions(page: Page) -> Marks:
    """Boxes in the article: a headline right above a cut text, a line beside a call to action."""
    boxes = [first for first in range(len(page.texts) - 1) if page.is_box(first, first + 1)]
    # A page that sets its own headings right above its paragraphs is not told from its boxes.
    alike = any(page.is_free_headline(first, 1) and page.is_prose(first + 1) for first in boxes)
    for first in boxes:
        second = first + 1
        inside = page.has_prose_before(first)
        cut = is_truncated(page.texts[second]) and page.is_free_headline(first, 3)
        if inside and cut and not alike:
            yield from ((first, TEASER), (second, TEASER))
        for call, line in ((first, second), (second, first)):
            wanted = page.reasons.get(call) in (ACTION, SIGN_UP) and page.is_free_headline(line, 3)
            if wanted and (inside or page.is_skip_link(second + 1)):
                yield line, ACTION


def sections(page: Page) -> Marks:
    numbers = range(len(page.texts))
    title = next((n for n in numbers if page.is_free_headline(n, 1)), len(numbers))
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.OPENING and number in page.reasons:
            teasers = _teasers(page, number + 1, has_title=title < number)
            yield from ((teaser, TEASER) for teaser in teasers)


def _teasers(page: Page, start: int, *, has_title: bool) -> list[int]:
    """The teasers of a section: headlines, each with a cut summary or none, or timed items.

    The section ends where prose resumes. The headline before it may be a heading of the
    article's, and above the article its title.
    """
    taken: list[int] = []
    untold = 0  # headlines since the last summary
    at = start
    while not page.is_furniture(at):
        item = _timed_item(page, at)
        if item:
            untold = 0
        elif untold == 1 and is_cut(page.texts[at]):
            item, untold = [at], 0
        elif page.is_free_headline(at, 3):
            item, untold = [at], untold + 1
        else:
            break
        taken += item
        at += len(item)
    late = page.has_prose_before(start)
    if untold and not (page.is_furniture(at) and (late or has_title)):
        taken.pop()
    return taken if late or page.body.stop > at else []


def _timed_item(page: Page, at: int) -> list[int]:
    """A clock time, the headline after it and its summary; empty where no time stands.

    A summary in whole sentences counts only where more furniture follows: else it may be prose.
    """
    if not is_clock(page.texts[at]):
        return []
    item = [at]
    late = page.has_prose_before(at)
    if page.is_free_headline(at + 1, 3) or (late and page.is_brief(at + 1)):
        item.append(at + 1)
        ends = page.is_furniture(at + 3) or is_clock(page.texts[at + 3])
        if late and ends and not page.is_furniture(at + 2):
            item.append(at + 2)
    return item


def biography(page: Page) -> Marks:
    """Who wrote the article, at its end: under a heading that says so, or under a name."""
    for number, phrase in page.phrases.items():
        if phrase.reason == BIOGRAPHY and page.has_prose_before(number):
            yield number, BIOGRAPHY
            yield from ((life, BIOGRAPHY) for life in _lives(page, number + 1))
    life = max(filter(page.is_prose, page.sentences), default=0)
    name = life - 1
    named = is_name(page.texts[name]) and page.texts[life].startswith(page.texts[name])
    if page.has_prose_before(name) and named and _ROLE.search(page.texts[life][:LONGEST_PHRASE]):
        yield from ((name, BIOGRAPHY), (life, BIOGRAPHY))


def _lives(page: Page, start: int) -> Iterator[int]:
    """The lines below a heading that tell what somebody does, perhaps each under a name."""
    for number in range(start, len(page.texts)):
        text = page.texts[number]
        if number in page.phrases:  # a heading of its own, whose lines are below it
            return
        if not (is_name(text) or (_LIFE.match(text) and _ROLE.search(text[:LONGEST_PHRASE]))):
            return
        yield number


def notices(page: Page) -> Marks:
    """Sentences of the page about itself, outside the article or beside other furniture."""
    for number in page.boilerplate:
        beside = number - 1 in page.reasons or number + 1 in page.reasons
        if beside or number not in page.body:
            yield number, NOTICE


def bare_numbers(page: Page) -> Marks:
    """How many comments or pictures there are: a number beside a picture's text or furniture."""
    for number, text in enumerate(page.texts):
        beside = (number - 1, number + 1)
        if _BARE.fullmatch(text) and any(
            page.is_furniture(other) or is_caption(page.texts[other]) for other in beside
        ):
            yield number, NAVIGATION


def pull_quotes(page: Page) -> Marks:
    """Lines of the article set apart that only repeat a sentence of a longer paragraph."""
    parts = {
        number: [folded(part.strip(_QUOTES)) for part in _SENTENCE.split(page.texts[number])]
        for number in page.body
    }
    told = {part for sentences in parts.values() if len(sentences) > 1 for part in sentences}
    for number, sentences in parts.items():
        alone = len(sentences) == 1 and sentences[0] in told
        if alone and has_words(sentences[0], SHORTEST_QUOTE) and number not in page.reasons:
            yield number, QUOTE


def contents(page: Page) -> Marks:
    """The lines of a table of contents: each is a heading further down."""
    later = Counter(folded(text) for text in page.texts)
    for number, phrase in page.phrases.items():
        if phrase.trust is not Trust.LOOSE or not _CONTENTS.search(page.texts[number]):
            continue
        for line in range(number + 1, len(page.texts)):
            if later[folded(page.texts[line])] < 2 or page.is_prose(line):
                break
            later[folded(page.texts[line])] -= 1
            yield line, NAVIGATION


def last_headlines(page: Page) -> Marks:
    """Three headlines or more in a row, between the article's end and other furniture."""
    run: list[int] = []
    for number in range(page.body.stop, len(page.texts) + 1) if page.body else ():
        if number < len(page.texts) and page.is_free_headline(number, 5):
            run.append(number)
            continue
        if len(run) >= 3 and page.is_furniture(number):
            before = run[0] - 1
            if page.is_furniture(before) or is_credit(page.texts[before]):
                yield from ((teaser, TEASER) for teaser in run)
        run = []


def menus(page: Page) -> Marks:
    """Very short lines without a blank one between, most of them known, outside the article."""
    run: list[int] = []
    for number in range(len(page.texts) + 1) if page.body else ():
        label = number < len(page.texts) and not has_words(page.texts[number], 4)
        if run and (page.starts_after_gap(number) or not label):
            known = [item for item in run if item in page.phrases]
            if len(run) >= 4 and len(known) * 2 >= len(run):
                # Lines above the first known one and below the last may be a title or a date.
                inside = range(known[0], known[-1])
                yield from ((item, NAVIGATION) for item in inside if page.is_free_headline(item, 1))
            run = []
        if label and number not in page.body:
            run.append(number)


def repeats(page: Page) -> Marks:
    """Short lines around the article that other files have too, furniture on both sides.

    Above the prose they must leave another line that can be the title.
    """
    titled = any(page.is_free_headline(number, 4) for number in range(page.body.start))
    for number, text in enumerate(page.texts):
        if not (page.is_free_headline(number, 1) and page.is_enclosed(number)):
            continue
        files = page.repeats.files(text)
        if files > 1:
            above = number < page.body.start and titled and not has_words(text, 4)
            if above or number >= page.body.stop > 0:
                yield number, f"stands in {files} files"


def leftovers(page: Page) -> Marks:
    """Short lines after the article with furniture on both sides, at the end with a teaser above.

    Not a name, an address or a number: an article may end with its author and whom to ask.
    """
    for number in range(page.body.stop, len(page.texts)) if page.body else ():
        text = page.texts[number]
        if not page.is_free_headline(number, 2) or has_words(text, 8) or _TO_ASK.search(text):
            continue
        last = number + 1 == len(page.texts)
        above = page.reasons.get(number - 1)
        if (last and above in (TEASER, BIOGRAPHY)) or (
            not last and page.is_enclosed(number) and not is_name(text)
        ):
            yield number, "stands among furniture"
