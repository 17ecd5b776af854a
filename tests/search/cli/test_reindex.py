"""Tests of `wherein reindex`: changed documents, and folders without documents."""

import json
from pathlib import Path

from tests.conftest import FolderMaker
from tests.search.cli.conftest import Command
from tests.search.cli.process import run


def test_a_missing_folder_is_reported_with_the_remedy(
    instance: Path, tmp_path: Path, command: Command
) -> None:
    missing = tmp_path / "nope"
    code, _, err = command("reindex", str(missing))
    assert code == 2
    assert err.startswith(f"wherein: There is no folder {missing}. Name the folder")
    assert not instance.exists()


def test_a_folder_without_documents_is_reported_with_the_skipped_files(
    make_folder: FolderMaker, command: Command
) -> None:
    folder = make_folder(
        {"empty.txt": b"", "picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0", "a.xyz": b"a"}
    )
    code, _, err = command("reindex", str(folder))
    assert code == 2
    assert f"{folder} contains no document that can be read." in err
    for reason in (
        "empty.txt: it is empty",
        "picture.txt: it contains binary data",
        "a.xyz: .xyz files are not supported",
    ):
        assert reason in err


def test_a_document_is_added_found_changed_and_removed(
    compiled_instance: Path, make_folder: FolderMaker, command: Command
) -> None:
    assert compiled_instance.exists()
    folder = make_folder({"a.txt": "The treaty was signed in Vienna by all of them.\n"})
    code, out, _ = command("reindex", str(folder))
    assert code == 0
    assert "  added    a.txt\n1 added, 0 changed, 0 unchanged, 0 removed, 0 skipped." in out
    assert "1 passages: 1 encoded, 0 reused" in out

    make_folder({"b/c.txt": "The harvest failed in the hills, and prices rose.\n", "bad.txt": b""})
    _, out, _ = command("reindex", str(folder))
    assert "  added    b/c.txt\n  skipped  bad.txt: it is empty\n" in out
    assert "2 passages: 1 encoded, 1 reused" in out

    question = ("search", "why did prices rise")
    answer = json.loads(command(*question, "--json")[1])
    assert answer["hits"][0]["source"]["path"] == "b/c.txt"
    assert "b/c.txt:1\n" in command(*question)[1]
    assert "b/c.txt" not in command(*question, "--source", "a.*")[1]
    nothing = command(*question, "--source", "c")
    assert nothing == (0, "No document meets these conditions.\n", "")

    (folder / "b" / "c.txt").unlink()
    _, out, _ = command("reindex", str(folder))
    assert "  removed  b/c.txt\n" in out
    assert "1 passages: 0 encoded, 1 reused" in out
    gone = json.loads(command(*question, "--json")[1])
    assert "b/c.txt" not in {hit["source"]["path"] for hit in gone["hits"]}

    # Without a folder, the folder that was indexed last is indexed again.
    assert "Nothing to do" in command("reindex")[1]


def test_a_process_indexes_and_searches(compiled_instance: Path, make_folder: FolderMaker) -> None:
    folder = make_folder({"a.txt": "The treaty was signed in Vienna by all of them.\n"})
    done = run("reindex", str(folder), instance=compiled_instance)
    assert (done.returncode, done.stderr) == (0, "")
    done = run("search", "where was the treaty signed", instance=compiled_instance)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.txt:1\n" in done.stdout
