"""The summary of a run is kept beside the snapshots, is bounded, and nothing depends on it."""

import json
import logging
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.documents.folder import Skipped
from wherein.index.snapshot.run_report import (
    MAX_NAMES,
    BuildReport,
    Changes,
    Names,
    Run,
    read_run,
    write_run,
)
from wherein.index.snapshot.store import Store


def run(snapshot: str) -> Run:
    changes = Changes(("a.txt", "ü.txt"), (), ("b.txt",), ("c.txt",), (Skipped("d.pdf", "why"),))
    return Run.of(BuildReport(snapshot, True, changes, passages=20, encoded=3, seconds=0.52))


def test_a_summary_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path, run("1"), ["1"])
    assert read_run(tmp_path, "1") == run("1")
    assert read_run(tmp_path, "2") is None


def test_the_summaries_of_removed_snapshots_are_removed(tmp_path: Path) -> None:
    for number in "123":
        write_run(tmp_path, run(number), "123"[int(number) - 2 : int(number)])
    assert [read_run(tmp_path, number) is not None for number in "123"] == [False, True, True]


def test_the_first_names_of_many_files_are_kept() -> None:
    names = [f"{i}.txt" for i in range(MAX_NAMES + 5)]
    assert Names.of(names) == Names(MAX_NAMES + 5, tuple(names[:MAX_NAMES]))


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", json.dumps({"changes": {"added": 5}})])
def test_a_summary_that_cannot_be_read_is_ignored_with_a_warning(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_run(tmp_path, run("1"), ["1"])
    (tmp_path / "runs" / "1.json").write_text(content)
    with caplog.at_level(logging.WARNING):
        assert read_run(tmp_path, "1") is None
    assert "1.json cannot be read" in caplog.text


def test_a_summary_that_cannot_be_written_does_not_undo_the_run(
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
    assert "The summary of this run cannot be written" in caplog.text


def test_a_summary_names_the_changes_and_the_snapshot_does_not(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": "China sells tea.\n", "b.txt": "Rain fell on Harbin.\n"})
    build_index()
    make_folder({"a.txt": "China sells tea again.\n", "c.txt": "Trade grew.\n", "d.pdf": b"%PDF"})
    (folder / "b.txt").unlink()
    report = build_index()
    summary = read_run(instance, report.snapshot)
    assert summary is not None
    changes = summary.changes
    assert changes.added == Names(1, ("c.txt",))
    assert changes.changed == Names(1, ("a.txt",))
    assert changes.removed == Names(1, ("b.txt",))
    assert (changes.unchanged, changes.skipped) == (0, 1)
    again = build_index()
    assert (again.published, read_run(instance, report.snapshot)) == (False, summary)
    manifest = (Store(instance).current_folder() / "manifest.json").read_text()
    assert "added" not in manifest
