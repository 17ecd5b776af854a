"""The rule that marks who wrote the article: lines about the author below the article."""

import re
from collections.abc import Iterator

from wherein.index.furniture.page import Marks, Page
from wherein.index.furniture.phrase_table import LONGEST_PHRASE
from wherein.index.furniture.reasons import BIOGRAPHY
from wherein.index.structure.line_shapes import NAME, is_name

_ROLE = re.compile(
    r"\b(is|was|has been) (an?|the|our) ([\w’'-]+ ){0,6}"
    r"(journalist|editor|reporter|writer|correspondent|author|columnist|blogger|producer|fellow"
    r"|professor|lecturer|researcher|analyst|director|economist|historian|photographer)\b"
)
_STARTS_WITH_NAME = re.compile(rf"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs|Sir)\.? )?{NAME}\b")


def find_biographies(page: Page) -> Marks:
    """Find the author's biography: below a heading such as "About the author", or below a name."""
    for number, phrase in page.phrases.items():
        if phrase.reason == BIOGRAPHY and page.has_prose_above(number):
            yield number, BIOGRAPHY
            yield from ((line, BIOGRAPHY) for line in _biography_from(page, number + 1))
    last = max(filter(page.is_prose, page.sentences), default=0)
    name = last - 1
    is_named = is_name(page.texts[name]) and page.texts[last].startswith(page.texts[name])
    if page.has_prose_above(name) and is_named and _tells_role(page.texts[last]):
        yield from ((name, BIOGRAPHY), (last, BIOGRAPHY))


def _biography_from(page: Page, start: int) -> Iterator[int]:
    """Yield the lines below a heading that are names, or tell what a person does."""
    for number in range(start, len(page.texts)):
        text = page.texts[number]
        if number in page.phrases:  # the heading of another section
            return
        if not (is_name(text) or (_STARTS_WITH_NAME.match(text) and _tells_role(text))):
            return
        yield number


def _tells_role(text: str) -> bool:
    return _ROLE.search(text[:LONGEST_PHRASE]) is not None
