"""The extension of a file's name decides which reader reads the file."""

import pytest

from wherein.index.errors import Unreadable
from wherein.index.readers import plain_text
from wherein.index.readers.registry import find_reader


@pytest.mark.parametrize("source", ["a.txt", "a/b.TXT", "a.b.text"])
def test_a_text_file_is_read_as_plain_text(source: str) -> None:
    assert find_reader(source) is plain_text.read


@pytest.mark.parametrize(
    ("source", "files"),
    [("a.pdf", ".pdf files"), ("a.txt/README", "files without an extension")],
)
def test_another_extension_is_an_error_that_names_the_supported_ones(
    source: str, files: str
) -> None:
    with pytest.raises(Unreadable, match=f"^{files} are not supported; supported are .text, .txt$"):
        find_reader(source)
