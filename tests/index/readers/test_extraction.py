"""Files that cannot be read are reported, and the others are indexed."""

import hashlib
import os

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.documents.folder import Found, Skipped
from wherein.index.readers.extraction import extract


def test_each_file_is_read_with_its_checksum_or_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({"a.txt": "Tea.", "b.txt": b""})

    found = extract(Found(name, folder / name) for name in ("a.txt", "b.txt"))

    assert found.skipped == (Skipped("b.txt", "it is empty"),)
    assert list(found.documents) == ["a.txt"]
    assert [block.text for block in found.documents["a.txt"].document.blocks] == ["Tea."]
    assert found.documents["a.txt"].sha256 == hashlib.sha256(b"Tea.").hexdigest()


def test_unreadable_files_are_reported_and_the_others_indexed(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    folder = make_folder(
        {
            "a.txt": "Putin drinks tea in China.",
            "binary.txt": bytes(range(256)) * 8,
            "empty.txt": b"",
            "page.html": "<p>Text.</p>",
            "README": "Text.",
            "z.txt": "It will rain in Harbin all day.",
        }
    )
    os.mkfifo(folder / "pipe.txt")

    report = build_index()

    assert report.changes.added == ("a.txt", "z.txt")
    assert {skip.source: skip.reason for skip in report.changes.skipped} == {
        "README": "files without an extension are not supported; supported are .text, .txt",
        "binary.txt": "it contains binary data, not text",
        "empty.txt": "it is empty",
        "page.html": ".html files are not supported; supported are .text, .txt",
        "pipe.txt": "not a regular file but a pipe, socket or device",
    }
