"""The outline of whole documents: the kinds of their blocks, and their sections."""

from pathlib import Path

import pytest

from tests.growth import LINEAR, growth_ratio
from tests.index.structure.outlining import (
    PROSE,
    first_lines,
    outline_bytes,
    outline_seed,
    outline_text,
)
from wherein.index.documents.model import Kind

HOSTILE = [" ", "a ", "A ", "A b, ", "(", "By A ", "Photo ", "1. A\n\n", "A-", "A, B "]


def test_captions_headings_and_credits_of_the_seeds_are_found() -> None:
    assert first_lines(outline_seed("000"), Kind.CAPTION) == [4]
    assert first_lines(outline_seed("001"), Kind.CAPTION) == [2]
    assert first_lines(outline_seed("003"), Kind.CAPTION) == [8]
    assert first_lines(outline_seed("003"), Kind.HEADING) == [32]
    assert first_lines(outline_seed("003"), Kind.DATELINE) == [49]
    assert first_lines(outline_seed("004"), Kind.HEADING) == [27, 33, 40, 47]


def test_a_deck_is_a_paragraph() -> None:
    assert 7 in first_lines(outline_seed("002"), Kind.PARAGRAPH)
    assert 5 in first_lines(outline_seed("003"), Kind.PARAGRAPH)
    deck = "The wall that the storm of last winter broke is whole"
    assert (
        outline_text(f"Harbour wall mended\n\n{deck}\n\n{PROSE}").blocks[1].kind is Kind.PARAGRAPH
    )


def test_blocks_below_a_heading_are_in_its_section() -> None:
    document = outline_text(f"Harbour\n\n{PROSE}\n\nThe cost\n\n{PROSE}\n\n2. The boats\n\n{PROSE}")
    assert [(block.kind, block.section) for block in document.blocks] == [
        (Kind.TITLE, ()),
        (Kind.PARAGRAPH, ()),
        (Kind.HEADING, ()),
        (Kind.PARAGRAPH, ("The cost",)),
        (Kind.HEADING, ()),
        (Kind.PARAGRAPH, ("2. The boats",)),
    ]


def test_an_encyclopedia_article_has_a_title_and_otherwise_only_paragraphs(
    eval_sets: Path,
) -> None:
    files = sorted((eval_sets / "squad_articles" / "documents").glob("*.txt"))
    assert len(files) > 0
    for file in files:
        document = outline_bytes(file.read_bytes(), file.name)
        assert document.title == document.blocks[0].text
        assert {block.kind for block in document.blocks[1:]} == {Kind.PARAGRAPH}


def test_the_chapters_of_a_book_are_its_headings(samples: Path) -> None:
    path = samples / "documents" / "book-war-and-peace-1225p.txt"
    document = outline_bytes(path.read_bytes(), path.name)
    headings = [block.text for block in document.blocks if block.kind is Kind.HEADING]
    chapters = sum(heading.startswith("CHAPTER ") for heading in headings)
    assert chapters > 300
    assert len(headings) - chapters < 20


@pytest.mark.parametrize("piece", HOSTILE)
def test_each_line_of_a_hostile_text_is_in_one_block(piece: str) -> None:
    document = outline_text(_hostile_line(piece, 500))
    assert " ".join(block.text for block in document.blocks).split() == (
        _hostile_line(piece, 500).split()
    )
    assert len(outline_text(_hostile_paragraphs(piece, 30)).blocks) >= 30


@pytest.mark.perf
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    assert growth_ratio(lambda size: outline_text(_hostile_line(piece, size)), 5_000) < LINEAR
    assert growth_ratio(lambda size: outline_text(_hostile_paragraphs(piece, size)), 40) < LINEAR


def _hostile_line(piece: str, count: int) -> str:
    return "x\n" + piece * count


def _hostile_paragraphs(piece: str, count: int) -> str:
    return "x\n" + "\n\n".join([(piece * 160)[:160].strip() + "!"] * count)
