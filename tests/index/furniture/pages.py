"""Pages for the tests of furniture, and what `mark` finds in a text."""

from tests.conftest import DATA
from wherein.index.documents.model import Document, Kind
from wherein.index.furniture.marker import mark
from wherein.index.furniture.page import Page
from wherein.index.furniture.repeated_lines import RepeatedLines
from wherein.index.readers.plain_text import read

FURNITURE = "~"
"""In `scraped_pages.txt`, each line of furniture begins with this sign."""


def read_pages(file: str) -> dict[str, str]:
    """Read the pages of a file in tests/data, by name. A page begins with `=== name`."""
    pages = (DATA / file).read_text(encoding="utf-8").split("=== ")[1:]
    return dict(page.split("\n", 1) for page in pages)


SCRAPED = read_pages("scraped_pages.txt")
ORDINARY = read_pages("ordinary_texts.txt")


def without_signs(page: str) -> str:
    """Return a page of `scraped_pages.txt` as a scraper would have found it."""
    return "\n".join(line.removeprefix(FURNITURE) for line in page.split("\n"))


def read_text(text: str, name: str = "a.txt") -> Document:
    return read(name, text.encode())


def mark_text(text: str) -> Document:
    return mark(read_text(text))


def page_of(text: str) -> Page:
    return Page(read_text(text), RepeatedLines())


def furniture_lines(document: Document) -> set[int]:
    """Return the numbers of the lines that are furniture, counted from 1."""
    return {
        line
        for block in document.blocks
        if block.kind is Kind.FURNITURE
        for line in range(block.lines[0], block.lines[1] + 1)
    }


def reasons_by_text(text: str) -> dict[str, str]:
    """Return the furniture of a text: the reason by the text of the block."""
    return {block.text: block.reason for block in mark_text(text).blocks if block.reason}
