"""The walk finds every file in order, and names what it passes over; a bad file stops no other."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.documents import model as documents
from wherein.index.documents.folder import Found, Skipped, check_folder, read_bytes, walk
from wherein.index.documents.model import Block, Document, Kind, shown_title
from wherein.index.errors import FolderError, Unreadable

NOBODY = 65534


def _walked(folder: Path, instance: Path = Path("elsewhere")) -> list[tuple[str, str | None]]:
    """Each source with the reason why it was passed over, or None."""
    return [
        (found.source, found.reason if isinstance(found, Skipped) else None)
        for found in walk(folder, instance)
    ]


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may look into, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def _without_privileges() -> Iterator[None]:
    """As a user to whom permissions apply; root reads whatever it likes."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_files_come_in_the_order_of_their_names_folder_by_folder(make_folder: FolderMaker) -> None:
    names = ["b.txt", "a/z.txt", "a/b/c.txt", "a.txt", "B.txt", "ä.txt", "10.txt", "9.txt"]
    folder = make_folder(dict.fromkeys(names, "Text."))

    assert list(walk(folder, Path("elsewhere"))) == [
        Found(source, folder / source)
        for source in (
            *("10.txt", "9.txt", "B.txt", "a/b/c.txt", "a/z.txt"),
            *("a.txt", "b.txt", "ä.txt"),
        )
    ]


def test_an_empty_folder_has_no_files(make_folder: FolderMaker) -> None:
    assert _walked(make_folder({})) == []


def test_hidden_files_and_folders_are_named_but_not_looked_into(make_folder: FolderMaker) -> None:
    folder = make_folder({".git/config": "x", ".hidden.txt": "x", "seen.txt": "x"})

    reason = "hidden: its name begins with a dot"
    assert _walked(folder) == [(".git/", reason), (".hidden.txt", reason), ("seen.txt", None)]


def test_links_to_files_are_followed_and_links_to_folders_are_not(
    make_folder: FolderMaker, tmp_path: Path
) -> None:
    folder = make_folder({"in/a.txt": "Text."})
    (tmp_path / "outside.txt").write_text("Outside.")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "in" / "up").symlink_to("..")

    reason = "a link to a folder; index that folder itself"
    assert _walked(folder) == [
        ("in/a.txt", None),
        ("in/up/", reason),
        ("link.txt", None),
        ("loop/", reason),
    ]
    assert read_bytes(Found("link.txt", folder / "link.txt")) == b"Outside."


def test_links_to_nothing_and_to_each_other_are_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({"z.txt": "Text."})
    (folder / "nowhere.txt").symlink_to("gone.txt")
    (folder / "one.txt").symlink_to("two.txt")
    (folder / "two.txt").symlink_to("one.txt")

    assert _walked(folder) == [
        ("nowhere.txt", "cannot be read: No such file or directory"),
        ("one.txt", "cannot be read: Too many levels of symbolic links"),
        ("two.txt", "cannot be read: Too many levels of symbolic links"),
        ("z.txt", None),
    ]


def test_pipes_and_sockets_are_not_opened(
    make_folder: FolderMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder({"z.txt": "Text."})
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)  # the whole path may be longer than a socket's may be
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")

    reason = "not a file that can be read through (a pipe, socket or device)"
    assert _walked(folder) == [("pipe.txt", reason), ("socket.txt", reason), ("z.txt", None)]


def test_names_that_cannot_be_shown_are_skipped_in_printable_form(make_folder: FolderMaker) -> None:
    folder = make_folder({"ok.txt": "Text."})
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Text.")
    os.mkdir(os.fsencode(folder) + b"/\xff")  # noqa: PTH102

    (folder / "a\nb\x1b.txt").write_text("Text.")

    reason = "its name is not UTF-8, or has control characters; rename it"
    assert _walked(folder) == [
        (r"a\nb\x1b.txt", reason),
        (r"caf\xe9.txt", reason),
        ("ok.txt", None),
        ("\\xff/", reason),
    ]


def test_odd_names_are_kept_as_they_are(make_folder: FolderMaker) -> None:
    names = [" ", "a?b#c%20.txt", "a\u202fb.txt", "…/'\".txt", "\U0001f600.txt"]

    assert _walked(make_folder(dict.fromkeys(names, "Text."))) == [(name, None) for name in names]


def test_folders_may_be_nested_deeper_than_functions(make_folder: FolderMaker) -> None:
    here = make_folder({})
    home = os.open(".", os.O_RDONLY)
    try:
        os.chdir(here)
        for _ in range(1200):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("deep.txt").write_text("Text.")
        os.chdir(home)
        assert _walked(here) == [("d/" * 1200 + "deep.txt", None)]
    finally:
        os.chdir(home)
        os.close(home)
        subprocess.run(["rm", "-r", here / "d"], check=True)  # shutil cannot: it calls itself


def test_the_instance_folder_is_no_document(make_folder: FolderMaker) -> None:
    folder = make_folder({"instance/a.txt": "x", "sub/instance/b.txt": "x", "z.txt": "x"})

    own = ("instance/", "Wherein's own folder: its index is in it")
    assert _walked(folder, folder / "sub" / ".." / "instance") == [
        own,
        ("sub/instance/b.txt", None),
        ("z.txt", None),
    ]


def test_files_and_folders_without_permission_are_skipped(public_folder: Path) -> None:
    (public_folder / "a.txt").write_text("Text.")
    (public_folder / "closed").mkdir()
    (public_folder / "closed" / "inside.txt").write_text("Text.")
    (public_folder / "locked.txt").write_text("Text.")
    (public_folder / "z.txt").write_text("Text.")
    (public_folder / "closed").chmod(0)
    (public_folder / "locked.txt").chmod(0)

    with _without_privileges():
        assert _walked(public_folder) == [
            ("a.txt", None),
            ("closed/", "no permission to read it"),
            ("locked.txt", None),
            ("z.txt", None),
        ]
        with pytest.raises(Unreadable, match=r"^no permission to read it$"):
            read_bytes(Found("locked.txt", public_folder / "locked.txt"))
    (public_folder / "closed").chmod(0o755)


def test_a_folder_without_permission_is_named(public_folder: Path) -> None:
    folder = public_folder / "closed" / "documents"
    folder.mkdir(parents=True)
    folder.parent.chmod(0)

    with _without_privileges(), pytest.raises(FolderError) as raised:
        check_folder(folder)
    folder.parent.chmod(0o755)
    assert str(raised.value) == f"The folder {folder} cannot be indexed: no permission to read it."


def test_a_file_that_is_gone_by_the_time_it_is_read_is_skipped(make_folder: FolderMaker) -> None:
    gone = Found("a.txt", make_folder({}) / "a.txt")

    with pytest.raises(Unreadable, match=r"^cannot be read: No such file or directory$"):
        read_bytes(gone)


def test_a_file_is_read_up_to_the_largest_size(
    make_folder: FolderMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder({"fits.txt": b"12345", "large.txt": b"123456"})
    monkeypatch.setattr(documents, "MAX_BYTES", 5)

    assert read_bytes(Found("fits.txt", folder / "fits.txt")) == b"12345"
    with pytest.raises(Unreadable, match=r"larger than .* split it"):
        read_bytes(Found("large.txt", folder / "large.txt"))


def test_a_huge_file_is_refused_before_it_is_read(make_folder: FolderMaker) -> None:
    huge = make_folder({}) / "huge.txt"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)  # a sparse file: a terabyte that takes no room

    with pytest.raises(Unreadable, match=r"^larger than 100 MB; split it$"):
        read_bytes(Found("huge.txt", huge))


def test_bad_files_are_reported_and_the_others_indexed(
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
        "README": "no reader for files without an ending; .text, .txt are read",
        "binary.txt": "it holds binary data, not text",
        "empty.txt": "it is empty",
        "page.html": "no reader for .html files; .text, .txt are read",
        "pipe.txt": "not a file that can be read through (a pipe, socket or device)",
    }


def test_no_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FolderError) as raised:
        check_folder(tmp_path / "gone")
    assert str(raised.value) == (
        f"There is no folder {tmp_path / 'gone'}. Name the folder of your documents: "
        "wherein reindex FOLDER, or WHEREIN_DOCUMENTS=FOLDER."
    )


def test_a_file_instead_of_a_folder_is_named_with_the_remedy(make_folder: FolderMaker) -> None:
    file = make_folder({"a.txt": "Text."}) / "a.txt"

    with pytest.raises(FolderError) as raised:
        check_folder(file)
    assert str(raised.value) == f"{file} is a file. Name the folder that it is in."
    with pytest.raises(FolderError, match=r"^There is no folder .*a\.txt/below\. "):
        check_folder(file / "below")


def test_a_name_too_long_for_a_folder_is_no_crash(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="cannot be indexed: cannot be read: File name too long"):
        check_folder(tmp_path / ("x" * 300))


def test_furniture_and_furniture_alone_has_a_reason() -> None:
    Block("Sign up", (1, 1), Kind.FURNITURE, "sign-up form")
    with pytest.raises(ValueError, match="has a reason"):
        Block("Sign up", (1, 1), Kind.FURNITURE)
    with pytest.raises(ValueError, match="has a reason"):
        Block("Putin went.", (1, 1), Kind.PARAGRAPH, "sign-up form")


@pytest.mark.parametrize("text", ["two\nlines", "cut\0off"])
def test_a_block_has_no_line_break_and_no_nul(text: str) -> None:
    with pytest.raises(ValueError, match="a line break or NUL"):
        Block(text, (1, 1))


def test_blocks_begin_after_the_line_breaks_between_them() -> None:
    document = Document("a.txt", (Block("abc", (1, 1)), Block("é…", (3, 4)), Block("x", (9, 9))))

    assert document.starts == (0, 4, 7)
    assert Document("a.txt", ()).starts == ()


def test_a_document_without_a_title_shows_its_file_name() -> None:
    assert shown_title(Document("a/b.txt", (), title="News")) == "News"
    assert shown_title(Document("a/b.txt", ())) == "b.txt"
