"""A long document is divided into bounded parts without gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.index.documents.model import Block, Document, Place
from wherein.search.web.document_parts import MAX_BLOCKS, MAX_CHARACTERS, OVERLAP, Part, part_at

WORDS = "tea and rain " * (3 * MAX_CHARACTERS // 13)
LETTERS = "x" * (2 * MAX_CHARACTERS + 7)


def document(*texts: str) -> Document:
    blocks = (Block(text, Place((2 * i + 1, 2 * i + 2))) for i, text in enumerate(texts))
    return Document("a.txt", tuple(blocks))


def parts(document: Document) -> list[Part]:
    """Return all parts by following the links from the first one."""
    found = [part_at(document, "")]
    while (start := found[-1].next_start) is not None:
        found.append(part_at(document, f"c{start}"))
    return found


def texts(part: Part, document: Document) -> list[str]:
    whole = "\n".join(block.text for block in document.blocks)
    return [whole[piece.start : piece.end] for piece in part.pieces]


def test_a_short_document_is_one_part() -> None:
    short = document("a", "b")
    (only,) = parts(short)
    assert (only.number, only.count, only.previous_start, only.next_start) == (1, 1, None, None)
    assert (texts(only, short), only.lines) == (["a", "b"], (1, 4))


def test_a_part_has_a_greatest_number_of_blocks_and_overlaps_the_next() -> None:
    long = document(*map(str, range(2 * MAX_BLOCKS + 1)))
    first, second, third = parts(long)
    assert texts(first, long) == list(map(str, range(MAX_BLOCKS + OVERLAP)))
    assert texts(second, long)[: OVERLAP + 1] == list(
        map(str, range(MAX_BLOCKS - OVERLAP, MAX_BLOCKS + 1))
    )
    assert texts(third, long) == list(map(str, range(2 * MAX_BLOCKS - OVERLAP, 2 * MAX_BLOCKS + 1)))
    assert (third.previous_start, second.previous_start) == (second.pieces[OVERLAP].start, 0)
    assert [part.number for part in (first, second, third)] == [1, 2, 3]
    assert first.count == 3


def test_a_part_has_a_greatest_number_of_characters() -> None:
    long = document(*["y" * (MAX_CHARACTERS // 2)] * 5)
    assert [len(part.pieces) for part in parts(long)] == [
        2 + OVERLAP,
        2 + 2 * OVERLAP - 1,
        1 + OVERLAP,
    ]


@pytest.mark.parametrize("text", [WORDS, LETTERS])
def test_a_block_that_is_too_long_is_cut_without_loss(text: str) -> None:
    long = document("before", text, "after")
    found = parts(long)
    assert len(found) == 3
    pieces = sorted(
        {piece for part in found for piece in part.pieces}, key=lambda piece: piece.start
    )
    whole = "\n".join(block.text for block in long.blocks)
    assert "".join(whole[piece.start : piece.end] for piece in pieces) == "before" + text + "after"
    for part in found:
        assert sum(map(len, texts(part, long))) < 2 * MAX_CHARACTERS
        # Each line is on a page only once, because its anchor must be unique.
        lines = [piece.block.lines for piece in part.pieces]
        assert len(lines) == len(set(lines))
    if text is WORDS:
        assert all(
            text.startswith(("tea", "and", "rain", "before", "after"))
            for text in texts(found[2], long)
        )


@given(st.lists(st.integers(1, 3 * MAX_CHARACTERS), min_size=1, max_size=6), st.data())
def test_a_place_leads_to_the_part_that_contains_it(
    lengths: list[int], data: st.DataObject
) -> None:
    long = document(*("z" * length for length in lengths))
    number = data.draw(st.integers(0, len(lengths) - 1))
    start = long.starts[number] + data.draw(st.integers(0, lengths[number] - 1))
    assert part_at(long, f"c{start}").contains(start)
    line = data.draw(st.integers(1, 2 * len(lengths)))
    for place in (f"L{line}", str(line)):
        first, last = part_at(long, place).lines
        assert first <= line <= last


def test_a_place_past_the_end_leads_to_the_last_part() -> None:
    long = document(*map(str, range(MAX_BLOCKS + 1)))
    assert part_at(long, "L99999").number == part_at(long, "c99999999").number == 2
