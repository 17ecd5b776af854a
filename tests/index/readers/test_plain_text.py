"""Plain text in Unicode, and files that contain no text."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.readers.reading import lines_and_texts, read_sample
from wherein.index.documents.model import Kind
from wherein.index.errors import Unreadable
from wherein.index.readers.double_encoding import repair_double_encoding
from wherein.index.readers.plain_text import decode, read

TEXT = "Grüße aus Köln\n\nDer Fluß führt Hochwasser, und die Brücken sind gesperrt.\n"
GREEK = "Η βάρκα έφυγε\n\nΤο λιμάνι ήταν άδειο όταν φτάσαμε το πρωί.\n"


@pytest.mark.parametrize("text", [TEXT, GREEK])
@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
    ],
)
def test_unicode_is_read_with_and_without_a_byte_order_mark(text: str, encoding: str) -> None:
    first, second = read("a.txt", text.encode(encoding)).blocks
    assert [first.text, second.text] == text.strip().split("\n\n")
    assert [first.lines, second.lines] == [(1, 1), (3, 3)]


def test_a_text_in_an_unknown_encoding_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="encoding"):
        read("a.txt", bytes(range(129, 255)) * 20)


def test_utf8_may_contain_a_few_bad_bytes() -> None:
    data = TEXT.encode().replace(b"gesperrt", b"gesp\xffrt")
    assert decode(data).startswith("Grüße aus Köln")


@pytest.mark.parametrize(
    "data",
    [b"", b" \r\n\t ", b"\xef\xbb\xbf", "\n\n".encode("utf-16"), "\u200b\n".encode(), b"\0\0\0\0"],
)
def test_a_file_without_text_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read("a.txt", data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00",
        b"PK\x03\x04\x14\x00\x08\x00\x08\x00\xd1\x9aRX\x00\x00\x00\x00\x00\x00\x00\x00word/",
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00>\x00",
        bytes(range(256)) * 4,
        b"text, then \x00\x01\x02\x03 and more of the same kind of data\x00\x00\x07\x01",
    ],
)
def test_binary_data_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match="binary"):
        read("a.txt", data)


def test_random_bytes_are_unreadable(samples: Path) -> None:
    with pytest.raises(Unreadable, match="binary"):
        read_sample(samples, "random.bin")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_does(end: str) -> None:
    text = end.join(["One.", "", "Two.\u2028Three.", "Four\x0bfive", "six\x85seven"])
    assert lines_and_texts(text) == [
        ((1, 1), "One."),
        ((3, 3), "Two."),
        ((3, 3), "Three."),
        ((4, 4), "Four"),
        ((4, 4), "five"),
        ((5, 5), "six seven"),
    ]


def test_control_characters_are_removed_and_white_space_becomes_one_space() -> None:
    text = "A\x07 line\t with\u00a0 \ufeffmarks and co\u00adlour, to be read by anybody."
    assert lines_and_texts(text) == [
        ((1, 1), "A line with marks and colour, to be read by anybody.")
    ]


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    | st.text("aB. \n\r-\t\u2028", max_size=300).map(str.encode)
)
def test_any_bytes_are_unreadable_or_give_blocks_that_stand_in_their_lines(data: bytes) -> None:
    try:
        document = read("a.txt", data)
    except Unreadable:
        return
    lines = re.split(r"\r\n|\r|\n", repair_double_encoding(decode(data)))
    previous_last = 1
    for block in document.blocks:
        first, last = block.lines
        assert previous_last <= first <= last <= len(lines)
        assert _without_space(block.text) in _without_space("".join(lines[first - 1 : last]))
        assert block.text == " ".join(block.text.split()) != ""
        assert block.kind is Kind.PARAGRAPH
        previous_last = last
    assert _without_space("".join(block.text for block in document.blocks)) == _without_space(
        "".join(lines)
    )


def _without_space(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff\u200b\xad]", "", text)
