"""Headings, and the short lines that are none."""

import pytest

from tests.index.structure.outlining import PROSE, first_lines, outline_text
from wherein.index.documents.model import Kind


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_numbered_headings_have_the_levels_of_their_numbers(gap: str) -> None:
    lines = ["3. Findings", "3.1 Leakage", PROSE, "3.2 Pressure", PROSE, "4. Outlook", PROSE]
    assert _sections_of_prose(gap.join(["Report on the water", PROSE, *lines])) == [
        (),
        ("3. Findings", "3.1 Leakage"),
        ("3. Findings", "3.2 Pressure"),
        ("4. Outlook",),
    ]


@pytest.mark.parametrize(
    "heading", ["IV. Results", "V. Results", "1. Water company series", "2.1. Sources"]
)
def test_a_numbered_line_above_text_is_a_heading(heading: str) -> None:
    for before in (PROSE, "Ann Beck, Lin Wen"):
        for gap in ("\n", "\n\n"):
            text = gap.join(["Report on the water", PROSE, before, heading, PROSE])
            assert _sections_of_prose(text)[-1] == (heading,)


@pytest.mark.parametrize(
    "lines",
    [
        ["1. Mend the wall.", "2. Paint the boats."],
        ["1. Mend the wall", "2. Paint the boats", "3. Go home"],
        [
            "1. The wall must be mended before the winter comes.",
            "2. So must the boats, all of them.",
        ],
        ["1. A line of so many words that it is surely no heading of anything"],
    ],
)
def test_numbered_items_are_paragraphs(lines: list[str]) -> None:
    for gap in ("\n", "\n\n"):
        text = gap.join(["Report on the water", PROSE, *lines, PROSE])
        kinds = [block.kind for block in outline_text(text).blocks if block.text in lines]
        assert kinds == [Kind.PARAGRAPH] * len(lines)


@pytest.mark.parametrize(
    "line",
    [
        "He said no.",
        "Read more: Ten recipes",
        "Why did it break?",
        "The winners are:",
        "“Let us go",
        "- mend the wall",
        "a wall of stone",
        "A line of so many words that it is surely no heading of anything",
    ],
)
def test_other_short_lines_are_paragraphs(line: str) -> None:
    document = outline_text(f"Harbour\n\n{PROSE}\n\n{line}\n\n{PROSE}")
    assert document.blocks[2].kind is Kind.PARAGRAPH


def test_the_last_line_of_a_list_is_no_heading() -> None:
    document = outline_text(f"Harbour\n\n{PROSE}\n\nAnna Beck\n\nLi Wen\n\nTom Oduya\n\n{PROSE}")
    assert first_lines(document, Kind.HEADING) == []


def _sections_of_prose(text: str) -> list[tuple[str, ...]]:
    return [block.section for block in outline_text(text).blocks if block.text == PROSE]
