"""Which blocks of a plain-text document are furniture, and why.

The rules know kinds of pages, not sites. A table of phrases marks whole short lines; a small
grammar reads the teasers of other stories around them. Losing a line of an article is worse than
keeping a line of furniture: all but the surest phrases need a page that is plainly scraped, and
what could be either is kept.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from index.documents import Block, Document, Kind
from index.furniture_phrases import (
    ACTION,
    BIOGRAPHY,
    LONGEST_PHRASE,
    NAVIGATION,
    SIGN_UP,
    TEASER,
    Trust,
    folded,
    phrase_of,
)
from index.line_shapes import (
    LONGEST_HEADLINE,
    has_words,
    is_caption,
    is_clock,
    is_credit,
    is_cut,
    is_dateline,
    is_headline,
    is_name,
    is_sentence,
    is_truncated,
)

LONGEST_REPEATED = 80

_TO_ASK = re.compile(r"[\d@:]")
_ROLE = re.compile(
    r"\b(is|was|has been) (an?|the|our) ([\w’'-]+ ){0,6}"
    r"(journalist|editor|reporter|writer|correspondent|author|columnist|blogger|producer)\b"
)


@dataclass(frozen=True, slots=True)
class Repeats:
    """In how many documents of a folder each short line stands."""

    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def files(self, text: str) -> int:
        return self.counts.get(folded(text), 0)

    def still_say(self, looked_up: Mapping[str, int]) -> bool:
        """Whether what was looked up before would be answered as it was then."""
        return all(self.counts.get(line, 0) == files for line, files in looked_up.items())


class Lookups:
    """Repeats that remember which lines were looked up, as `folded`, and what was answered.

    All that marking a document asks of the other files of its folder.
    """

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self.looked_up: dict[str, int] = {}

    def files(self, text: str) -> int:
        found = self._repeats.files(text)
        self.looked_up[folded(text)] = found
        return found


def repeated(documents: Iterable[Document]) -> Repeats:
    """Count the short lines that stand in more than one of these documents."""
    return count_repeats(map(short_lines, documents))


def short_lines(document: Document) -> Iterator[str]:
    """The lines of a document that may be furniture because other files have them too."""
    return (block.text for block in document.blocks if len(block.text) <= LONGEST_REPEATED)


def count_repeats(documents: Iterable[Iterable[str]]) -> Repeats:
    """Count those of the short lines of each document that stand in more than one."""
    counts = Counter[str]()
    for lines in documents:
        counts.update({folded(text) for text in set(lines)})
    return Repeats(MappingProxyType({text: n for text, n in counts.items() if n > 1}))


def mark(document: Document, repeats: Repeats | Lookups = Repeats()) -> Document:
    """The same document with its furniture marked, each block of it with the reason.

    Expects blocks as the plain-text reader leaves them: paragraphs with lines.
    """
    page = _Page(document.blocks, repeats)
    for rule in _RULES if page.is_scraped else (_sure_phrases,):
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


class _Page:
    """A document while it is marked: its blocks, and the reasons found so far by block number."""

    def __init__(self, blocks: tuple[Block, ...], repeats: Repeats | Lookups) -> None:
        self.texts = tuple(block.text for block in blocks)
        self.repeats = repeats
        self.reasons: dict[int, str] = {}
        self.phrases = {
            number: phrase for number, text in enumerate(self.texts) if (phrase := phrase_of(text))
        }
        self._sentences = {
            number
            for number, text in enumerate(self.texts)
            if number not in self.phrases and is_sentence(text) and not is_caption(text)
        }
        # Block numbers that a blank line, or the page's edge, stands before.
        self._after_gap = {0, len(blocks)} | {
            number
            for number in range(1, len(blocks))
            if blocks[number].lines[0] > blocks[number - 1].lines[1] + 1
        }
        self.body = self._body()

    @property
    def is_scraped(self) -> bool:
        evidence = [p.trust for p in self.phrases.values() if p.trust is not Trust.LOOSE]
        return len(evidence) >= 2 and Trust.SURE in evidence

    def starts_after_gap(self, number: int) -> bool:
        return number in self._after_gap

    def is_skip_link(self, number: int) -> bool:
        return number < len(self.texts) and folded(self.texts[number]).startswith("skip to ")

    def add(self, reasons: Mapping[int, str]) -> None:
        self.reasons.update(reasons)
        self.body = self._body()

    def _body(self) -> range:
        """From the first block of the article's prose to the last; empty if it has none."""
        prose = self._sentences - self.reasons.keys()
        return range(min(prose), max(prose) + 1) if prose else range(0)

    def is_prose(self, number: int) -> bool:
        return number in self._sentences and number not in self.reasons

    def is_furniture(self, number: int) -> bool:
        """Furniture, or beyond the page's edge."""
        return number in self.reasons or not 0 <= number < len(self.texts)

    def is_box(self, first: int, second: int) -> bool:
        """Whether two blocks stand line under line, with blank lines (or a skip link) around."""
        return (
            first in self._after_gap
            and second not in self._after_gap
            and (second + 1 in self._after_gap or self.is_skip_link(second + 1))
        )

    def is_enclosed(self, number: int) -> bool:
        return self.is_furniture(number - 1) and self.is_furniture(number + 1)

    def has_prose_before(self, number: int) -> bool:
        return bool(self.body) and self.body.start < number

    def is_brief(self, number: int) -> bool:
        """Whether a block, not yet furniture, is as short as a headline, with a stop or without."""
        return not self.is_furniture(number) and len(self.texts[number]) <= LONGEST_HEADLINE

    def is_free_headline(self, number: int, words: int) -> bool:
        """Whether a block, not yet furniture, reads as a headline of so many words or more."""
        if self.is_furniture(number):
            return False
        text = self.texts[number]
        return (
            is_headline(text)
            and has_words(text, words)
            and not is_caption(text)
            and not is_dateline(text)
        )


_Marks = Iterator[tuple[int, str]]


def _sure_phrases(page: _Page) -> _Marks:
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.SURE:
            yield number, phrase.reason


def _phrases(page: _Page) -> _Marks:
    """The table's, but for what may be the article's own heading: "Facebook", "Latest news"."""
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.OPENING:
            own = page.is_prose(number + 1)
        elif phrase.trust is Trust.LOOSE:
            beside = (number - 1, number + 1)
            own = number in page.body and not any(other in page.phrases for other in beside)
        else:
            own = False
        if not own:
            yield number, phrase.reason


def _breadcrumbs(page: _Page) -> _Marks:
    """The way to the page, glued to its title: "HomeWorldTitle" above "Title"."""
    for number in range(min(page.body.start, len(page.texts) - 1)):
        text, title = page.texts[number], page.texts[number + 1]
        way = text.removesuffix(title).rstrip(" ")
        glued = way != text and (not text[len(way)].isspace() or way[-1:] in tuple(">»›/|"))
        if glued and way and is_headline(title) and has_words(title, 3):
            yield number, NAVIGATION


def _promotions(page: _Page) -> _Marks:
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


def _sections(page: _Page) -> _Marks:
    numbers = range(len(page.texts))
    title = next((n for n in numbers if page.is_free_headline(n, 1)), len(numbers))
    for number, phrase in page.phrases.items():
        if phrase.trust is Trust.OPENING and number in page.reasons:
            teasers = _teasers(page, number + 1, has_title=title < number)
            yield from ((teaser, TEASER) for teaser in teasers)


def _teasers(page: _Page, start: int, *, has_title: bool) -> list[int]:
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


def _timed_item(page: _Page, at: int) -> list[int]:
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


def _biography(page: _Page) -> _Marks:
    """The page's last prose, if it says that the person named right above is a journalist."""
    name, life = page.body.stop - 2, page.body.stop - 1
    if not page.has_prose_before(name):
        return
    title = page.texts[name]
    named = page.reasons.get(name) == BIOGRAPHY or (
        is_name(title) and page.texts[life].startswith(title)
    )
    if named and _ROLE.search(page.texts[life][:LONGEST_PHRASE]):
        yield from ((name, BIOGRAPHY), (life, BIOGRAPHY))


def _last_headlines(page: _Page) -> _Marks:
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


def _menus(page: _Page) -> _Marks:
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


def _repeats(page: _Page) -> _Marks:
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


def _leftovers(page: _Page) -> _Marks:
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


_RULES: tuple[Callable[[_Page], _Marks], ...] = (
    _phrases,
    _breadcrumbs,
    _promotions,
    _sections,
    _biography,
    _last_headlines,
    _menus,
    _repeats,
    _leftovers,
)
