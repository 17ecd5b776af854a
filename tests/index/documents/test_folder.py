"""The files of a folder: their order, the reasons to skip a file, and reading bytes."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import FolderMaker
from wherein.index.documents.folder import (
    Found,
    Skipped,
    check_folder,
    read_bytes,
    scan_folder,
    walk,
)
from wherein.index.errors import FolderError, Unreadable

NOBODY = 65534


def _sources_and_reasons(
    folder: Path, instance: Path = Path("elsewhere")
) -> list[tuple[str, str | None]]:
    """Return each source with the reason why it is skipped, or None."""
    return [
        (found.source, found.reason if isinstance(found, Skipped) else None)
        for found in walk(folder, instance)
    ]


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Return a folder that every user may read, unlike the folders of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Run as a user to whom permissions apply, which root is not."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_files_are_found_in_the_order_of_their_names(make_folder: FolderMaker) -> None:
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
    assert _sources_and_reasons(make_folder({})) == []


def test_hidden_files_and_folders_are_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({".git/config": "x", ".hidden.txt": "x", "seen.txt": "x"})

    reason = "hidden: its name begins with a dot"
    assert _sources_and_reasons(folder) == [
        (".git/", reason),
        (".hidden.txt", reason),
        ("seen.txt", None),
    ]


def test_links_to_files_are_followed_and_links_to_folders_are_not(
    make_folder: FolderMaker, tmp_path: Path
) -> None:
    folder = make_folder({"in/a.txt": "Text."})
    (tmp_path / "outside.txt").write_text("Outside.")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "in" / "up").symlink_to("..")

    reason = "a link to a folder; index the folder itself"
    assert _sources_and_reasons(folder) == [
        ("in/a.txt", None),
        ("in/up/", reason),
        ("link.txt", None),
        ("loop/", reason),
    ]
    assert read_bytes(Found("link.txt", folder / "link.txt")) == b"Outside."


def test_broken_and_circular_links_are_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({"z.txt": "Text."})
    (folder / "nowhere.txt").symlink_to("gone.txt")
    (folder / "one.txt").symlink_to("two.txt")
    (folder / "two.txt").symlink_to("one.txt")

    assert _sources_and_reasons(folder) == [
        ("nowhere.txt", "cannot be read: No such file or directory"),
        ("one.txt", "cannot be read: Too many levels of symbolic links"),
        ("two.txt", "cannot be read: Too many levels of symbolic links"),
        ("z.txt", None),
    ]


def test_pipes_and_sockets_are_skipped(
    make_folder: FolderMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder({"z.txt": "Text."})
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")

    reason = "not a regular file but a pipe, socket or device"
    assert _sources_and_reasons(folder) == [
        ("pipe.txt", reason),
        ("socket.txt", reason),
        ("z.txt", None),
    ]


def test_files_with_unprintable_names_are_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({"ok.txt": "Text."})
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Text.")
    os.mkdir(os.fsencode(folder) + b"/\xff")  # noqa: PTH102

    (folder / "a\nb\x1b.txt").write_text("Text.")

    reason = "its name is not UTF-8 or contains control characters; rename it"
    assert _sources_and_reasons(folder) == [
        (r"a\nb\x1b.txt", reason),
        (r"caf\xe9.txt", reason),
        ("ok.txt", None),
        ("\\xff/", reason),
    ]


def test_unusual_names_are_unchanged(make_folder: FolderMaker) -> None:
    names = [" ", "a?b#c%20.txt", "a\u202fb.txt", "…/'\".txt", "\U0001f600.txt"]

    assert _sources_and_reasons(make_folder(dict.fromkeys(names, "Text."))) == [
        (name, None) for name in names
    ]


def test_folders_may_be_nested_deeper_than_function_calls(make_folder: FolderMaker) -> None:
    here = make_folder({})
    home = os.open(".", os.O_RDONLY)
    try:
        os.chdir(here)
        for _ in range(1200):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("deep.txt").write_text("Text.")
        os.chdir(home)
        assert _sources_and_reasons(here) == [("d/" * 1200 + "deep.txt", None)]
    finally:
        os.chdir(home)
        os.close(home)
        subprocess.run(["rm", "-r", here / "d"], check=True)  # shutil is recursive


def test_the_instance_folder_is_skipped(make_folder: FolderMaker) -> None:
    folder = make_folder({"instance/a.txt": "x", "sub/instance/b.txt": "x", "z.txt": "x"})

    own = ("instance/", "the folder in which Wherein keeps its index")
    assert _sources_and_reasons(folder, folder / "sub" / ".." / "instance") == [
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
        assert _sources_and_reasons(public_folder) == [
            ("a.txt", None),
            ("closed/", "no permission to read it"),
            ("locked.txt", None),
            ("z.txt", None),
        ]
        with pytest.raises(Unreadable, match=r"^no permission to read it$"):
            read_bytes(Found("locked.txt", public_folder / "locked.txt"))
    (public_folder / "closed").chmod(0o755)


def test_a_folder_without_permission_is_an_error(public_folder: Path) -> None:
    folder = public_folder / "closed" / "documents"
    folder.mkdir(parents=True)
    folder.parent.chmod(0)

    with _without_privileges(), pytest.raises(FolderError) as raised:
        check_folder(folder)
    folder.parent.chmod(0o755)
    assert str(raised.value) == f"The folder {folder} cannot be indexed: no permission to read it."


def test_a_file_that_has_been_deleted_is_unreadable(make_folder: FolderMaker) -> None:
    gone = Found("a.txt", make_folder({}) / "a.txt")

    with pytest.raises(Unreadable, match=r"^cannot be read: No such file or directory$"):
        read_bytes(gone)


def test_a_file_that_is_too_large_is_unreadable(make_folder: FolderMaker) -> None:
    folder = make_folder({"fits.txt": b"12345", "large.txt": b"123456"})

    assert read_bytes(Found("fits.txt", folder / "fits.txt"), max_bytes=5) == b"12345"
    with pytest.raises(Unreadable, match=r"larger than .* split it"):
        read_bytes(Found("large.txt", folder / "large.txt"), max_bytes=5)


def test_a_huge_file_is_refused_before_it_is_read(make_folder: FolderMaker) -> None:
    huge = make_folder({}) / "huge.txt"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)  # a sparse file of a terabyte, without any content

    with pytest.raises(Unreadable, match=r"^larger than 100 MB; split it$"):
        read_bytes(Found("huge.txt", huge))


def test_a_missing_folder_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FolderError) as raised:
        check_folder(tmp_path / "gone")
    assert str(raised.value) == (
        f"There is no folder {tmp_path / 'gone'}. Name the folder of your documents: "
        "wherein reindex FOLDER, or WHEREIN_DOCUMENTS=FOLDER."
    )


def test_a_file_instead_of_a_folder_is_an_error_with_the_remedy(make_folder: FolderMaker) -> None:
    file = make_folder({"a.txt": "Text."}) / "a.txt"

    with pytest.raises(FolderError) as raised:
        check_folder(file)
    assert str(raised.value) == f"{file} is a file. Name the folder that contains it."
    with pytest.raises(FolderError, match=r"^There is no folder .*a\.txt/below\. "):
        check_folder(file / "below")


def test_a_folder_name_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="cannot be indexed: cannot be read: File name too long"):
        check_folder(tmp_path / ("x" * 300))


def test_a_scan_separates_files_to_read_from_skipped_files(make_folder: FolderMaker) -> None:
    folder = make_folder({"a.txt": "Text.", ".hidden.txt": "x", "b.txt": "Text."})

    scan = scan_folder(folder, Path("elsewhere"))

    assert scan.folder == folder
    assert scan.files == (Found("a.txt", folder / "a.txt"), Found("b.txt", folder / "b.txt"))
    assert scan.skipped == (Skipped(".hidden.txt", "hidden: its name begins with a dot"),)
