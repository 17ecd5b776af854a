"""A document, its blocks, and their texts."""

import pytest

from wherein.index.documents.model import Block, Document, Kind, Place, shown_title


def test_a_block_has_a_reason_if_and_only_if_it_is_furniture() -> None:
    Block("Sign up", Place((1, 1)), Kind.FURNITURE, "sign-up form")
    with pytest.raises(ValueError, match="if and only if it is furniture"):
        Block("Sign up", Place((1, 1)), Kind.FURNITURE)
    with pytest.raises(ValueError, match="if and only if it is furniture"):
        Block("Putin went.", Place((1, 1)), Kind.PARAGRAPH, "sign-up form")


@pytest.mark.parametrize("text", ["two\nlines", "cut\0off"])
def test_a_block_has_no_line_break_and_no_nul(text: str) -> None:
    with pytest.raises(ValueError, match="contains a line break or NUL"):
        Block(text, Place((1, 1)))


def test_the_offsets_of_blocks_count_the_line_breaks_between_them() -> None:
    document = Document(
        "a.txt",
        (Block("abc", Place((1, 1))), Block("é…", Place((3, 4))), Block("x", Place((9, 9)))),
    )

    assert document.starts == (0, 4, 7)
    assert Document("a.txt", ()).starts == ()


def test_a_document_without_a_title_shows_its_file_name() -> None:
    assert shown_title(Document("a/b.txt", (), title="News")) == "News"
    assert shown_title(Document("a/b.txt", ())) == "b.txt"
