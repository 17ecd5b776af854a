"""Long texts that have no furniture: encyclopedia articles and books. No line of them is lost."""

from pathlib import Path

import pytest

from tests.index.furniture.pages import furniture_lines, mark_text
from wherein.index.furniture.marker import mark
from wherein.index.furniture.repeated_lines import count_repeated_lines, short_lines
from wherein.index.readers.plain_text import read


def test_no_paragraph_of_an_encyclopedia_is_furniture(eval_sets: Path) -> None:
    files = sorted((eval_sets / "squad_articles" / "documents").glob("*.txt"))
    documents = [read(file.name, file.read_bytes()) for file in files]
    repeated_lines = count_repeated_lines(map(short_lines, documents))
    assert len(documents) > 0
    for document in documents:
        assert furniture_lines(mark(document, repeated_lines)) == set()


def test_an_encyclopedia_article_in_a_scraped_page_keeps_all_its_lines(eval_sets: Path) -> None:
    files = sorted((eval_sets / "squad_articles" / "documents").glob("*.txt"))
    assert files
    for file in files:
        scraped = "Skip to content\nType to search\n\n" + file.read_text(encoding="utf-8")
        assert furniture_lines(mark_text(scraped)) == {1, 2}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("book-war-and-peace-1p.txt", set()),
        ("book-war-and-peace-1225p.txt", set()),
        ("norwich-city.txt", {"Toggle the table of contents"}),
    ],
)
def test_no_line_of_a_book_is_furniture(samples: Path, name: str, allowed: set[str]) -> None:
    document = read(name, (samples / "documents" / name).read_bytes())
    assert {block.text for block in mark(document).blocks if block.reason} <= allowed
