"""Pages of one piece of text, many times over: they are marked, and in linear time."""

import pytest

from tests.growth import LINEAR, growth_ratio
from tests.index.furniture.pages import mark_text, read_text, reasons_by_text
from wherein.index.furniture.marker import mark
from wherein.index.readers.plain_text import read

HEAD = "Skip to content\nType to search\nRelated\n"
PIECES = [
    " ",
    "a ",
    "(",
    "Related\n",
    "A b c\n",
    "Home\n",
    "10:15\n",
    "See also: ",
    "10:15\n\nA new b c\n\nIt is a day of rain.\n\n",
    "Subscribe\n\nA word of it\n\n",
    "Meet The Author\n",
    "Draft # 7\n\nit went on and\n\n",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_page_of_one_repeated_piece_is_marked_and_keeps_its_texts(piece: str) -> None:
    document = read_text(HEAD + piece * 200)
    marked = mark(document)
    assert [block.text for block in marked.blocks] == [block.text for block in document.blocks]
    assert {"Skip to content", "Type to search"} <= {
        block.text for block in marked.blocks if block.reason
    }


@pytest.mark.perf
@pytest.mark.parametrize("piece", PIECES)
def test_marking_a_page_of_one_repeated_piece_takes_linear_time(piece: str) -> None:
    documents = {
        pieces: read("a.txt", (HEAD + piece * pieces).encode()) for pieces in (5_000, 20_000)
    }
    assert growth_ratio(lambda pieces: mark(documents[pieces]), 5_000) < LINEAR


def test_possible_running_heads_with_different_counts_of_numbers_are_compared() -> None:
    text = "and so the long account of it went on without an end"
    heads = ["Draft # 9", "Draft 2 8", "Draft # 7", "Draft 3 6"]
    body = "".join(f"{text}\n\n" * 6 + f"{head}\n\n" for head in heads) + f"{text}\n"
    assert mark_text(f"{text}\n\n{body}").blocks
    assert reasons_by_text(f"{text}\n\n{body}") == {}
