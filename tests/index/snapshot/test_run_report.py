"""What is kept of a run: beside the snapshots, bounded, and nothing depends on it."""

import json
import logging
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.snapshot.run_report import MOST_NAMED, Few, Run, few, read_run, write_run
from wherein.index.snapshot.store import Store


def run(snapshot: str) -> Run:
    return Run(snapshot, few(["a.txt", "ü.txt"]), few([]), few(["c.txt"]), 4, 1, 20, 3, 0.5)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path, run("1"), ["1"])
    assert read_run(tmp_path, "1") == run("1")
    assert read_run(tmp_path, "2") is None


def test_only_the_runs_of_snapshots_that_are_kept_stay(tmp_path: Path) -> None:
    for number in "123":
        write_run(tmp_path, run(number), "123"[int(number) - 2 : int(number)])
    assert [read_run(tmp_path, number) is not None for number in "123"] == [False, True, True]


def test_of_many_files_the_first_are_named() -> None:
    names = [f"{i}.txt" for i in range(MOST_NAMED + 5)]
    assert few(names) == Few(MOST_NAMED + 5, tuple(names[:MOST_NAMED]))


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", json.dumps({"added": 5})])
def test_a_run_that_cannot_be_read_is_passed_over_and_said(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_run(tmp_path, run("1"), ["1"])
    (tmp_path / "runs" / "1.json").write_text(content)
    with caplog.at_level(logging.WARNING):
        assert read_run(tmp_path, "1") is None
    assert "1.json cannot be read" in caplog.text


def test_a_run_that_cannot_be_written_does_not_undo_it(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_folder({"a.txt": "China sells tea, and the rain is rare.\n"})
    instance.mkdir()
    (instance / "runs").write_text("in the way")
    report = build_index()
    assert report.published
    assert Store(instance).current() == report.snapshot
    assert "What this run did is not kept" in caplog.text


def test_a_run_tells_of_the_changes_and_the_snapshot_does_not(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": "China sells tea.\n", "b.txt": "Rain fell on Harbin.\n"})
    build_index()
    make_folder({"a.txt": "China sells tea again.\n", "c.txt": "Trade grew.\n", "d.pdf": b"%PDF"})
    (folder / "b.txt").unlink()
    report = build_index()
    told = read_run(instance, report.snapshot)
    assert told is not None
    assert (told.added.first, told.changed.first, told.removed.first, told.skipped) == (
        ("c.txt",),
        ("a.txt",),
        ("b.txt",),
        1,
    )
    nothing_to_do = build_index()
    assert (nothing_to_do.published, read_run(instance, report.snapshot)) == (False, told)
    manifest = (Store(instance).current_folder() / "manifest.json").read_text()
    assert "added" not in manifest
