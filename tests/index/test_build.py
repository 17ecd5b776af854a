"""What a build reports, encodes, publishes and skips."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, SearcherOpener, quiet
from wherein.index.build import build
from wherein.index.documents.folder import Skipped
from wherein.index.encoding.protocols import Encoder, PreparedModel
from wherein.index.errors import FolderError
from wherein.index.snapshot.run_report import Changes
from wherein.index.snapshot.store import CATALOG, Snapshot, Store

TEA = "Tea is hot in China today. It will rain in Harbin."
TRADE = "Trade with China grew again last year, said Putin."
RAIN = "Rain fell on Harbin for the whole of the week."

T = TypeVar("T")


def open_current(instance: Path) -> Snapshot:
    return Snapshot.open(Store(instance).current_folder())


def test_a_first_run_adds_everything(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({"b.txt": TRADE, "a/c.txt": TEA, "empty.txt": ""})

    report = build_index()

    assert report.published
    assert report.snapshot == Store(instance).current()
    assert report.changes == Changes(
        added=("a/c.txt", "b.txt"),
        changed=(),
        unchanged=(),
        removed=(),
        skipped=(Skipped("empty.txt", "it is empty"),),
    )
    assert (report.passages, report.encoded) == (2, 2)
    assert report.seconds > 0
    assert fake_model.encoded == [TEA, TRADE]


def test_each_change_is_reported_and_only_new_passages_are_encoded(
    make_folder: FolderMaker, build_index: IndexBuilder, fake_model: FakeModel
) -> None:
    folder = make_folder(
        {"changed.txt": f"{TEA}\n\n{TRADE}\n", "kept.txt": TEA, "gone.txt": RAIN, "bad.txt": ""}
    )
    build_index()
    fake_model.encoded.clear()
    make_folder({"changed.txt": f"{TEA}\n\n{TRADE} Again.\n", "new.txt": RAIN})
    (folder / "gone.txt").unlink()
    (folder / "bad.txt").unlink()
    (folder / "kept.pdf").write_bytes(b"%PDF")

    report = build_index()

    assert report.changes == Changes(
        added=("new.txt",),
        changed=("changed.txt",),
        unchanged=("kept.txt",),
        removed=("gone.txt",),
        skipped=(Skipped("kept.pdf", ".pdf files are not supported; supported are .text, .txt"),),
    )
    assert (report.passages, report.encoded) == (4, 1)
    assert fake_model.encoded == [f"{TRADE} Again."]


def test_a_run_without_changes_publishes_nothing_and_does_not_load_the_model(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    def load() -> Encoder:
        raise AssertionError("The model was loaded although nothing had changed.")

    class Unloadable(FakeModel):
        def prepare(self) -> PreparedModel:
            return replace(super().prepare(), load=load)

    make_folder({"a.txt": TEA, "b.txt": TRADE})
    first = build_index()

    report = build_index(Unloadable())

    assert not report.published
    assert report.snapshot == first.snapshot
    assert report.changes.unchanged == ("a.txt", "b.txt")
    assert (report.passages, report.encoded) == (2, 0)
    assert Store(instance).published() == [first.snapshot]


def test_a_file_with_another_date_and_the_same_content_is_unchanged(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    os.utime(folder / "a.txt", (0, 0))
    assert not build_index().published


def test_a_skipped_file_with_another_reason_is_published(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    make_folder({"a.txt": TEA, "b.txt": ""})
    build_index()
    make_folder({"b.txt": bytes(range(256)) * 8})

    report = build_index()

    assert report.published
    assert report.changes.skipped == (Skipped("b.txt", "it contains binary data, not text"),)


def test_a_file_that_can_no_longer_be_read_is_removed_and_skipped(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()
    make_folder({"b.txt": ""})

    report = build_index()

    assert report.changes.removed == ("b.txt",)
    assert report.changes.skipped == (Skipped("b.txt", "it is empty"),)


def test_a_renamed_file_has_its_new_name_and_is_not_encoded_again(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
) -> None:
    folder = make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()
    (folder / "a.txt").rename(folder / "z.txt")

    report = build_index()

    assert report.changes.added == ("z.txt",)
    assert report.changes.removed == ("a.txt",)
    assert report.encoded == 0
    assert ask(open_searcher(), "tea").hits[0].passage.source == "z.txt"


def test_another_model_encodes_everything_and_the_vectors_of_the_first_stay_cached(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()

    report = build_index(FakeModel("other"))

    assert report.published
    assert report.encoded == 2
    assert report.changes.unchanged == ("a.txt", "b.txt")
    assert open_current(instance).manifest.provenance.model == "other"
    assert build_index().encoded == 0


def test_the_folder_of_the_index_itself_is_not_indexed(instance: Path) -> None:
    instance.mkdir()
    with pytest.raises(FolderError, match="is the folder of the index itself"):
        build(instance, instance, FakeModel(), quiet)


def test_a_damaged_snapshot_is_replaced(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA})
    first = build_index()
    (Store(instance).current_folder() / CATALOG).write_bytes(b"")

    report = build_index()

    assert report.published
    assert report.snapshot != first.snapshot
    assert report.encoded == 0
    open_current(instance)


def test_a_missing_folder_creates_no_instance(instance: Path, tmp_path: Path) -> None:
    with pytest.raises(FolderError):
        build(tmp_path / "gone", instance, FakeModel(), quiet)
    assert not instance.exists()


def test_a_folder_without_documents_is_an_error_that_lists_its_files(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.pdf": "%PDF", "empty.txt": ""})

    with pytest.raises(FolderError) as raised:
        build_index()

    assert str(raised.value) == (
        f"{folder} contains no document that can be read. Put .txt files into it, or name another "
        "folder: wherein reindex FOLDER.\n"
        "  a.pdf: .pdf files are not supported; supported are .text, .txt\n"
        "  empty.txt: it is empty"
    )
    assert Store(instance).current() is None


def test_a_folder_that_became_empty_leaves_the_previous_snapshot(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    report = build_index()
    (folder / "a.txt").unlink()

    with pytest.raises(FolderError, match="contains no document"):
        build_index()
    assert Store(instance).current() == report.snapshot


def test_documents_without_any_passage_are_indexed_and_listed(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: SearcherOpener,
) -> None:
    make_folder({"a.txt": "26 April 2024\n"})

    report = build_index()

    assert report.published
    assert report.passages == 0
    searcher = open_searcher()
    assert [document.source for document in searcher.snapshot.catalog.documents()] == ["a.txt"]
    assert ask(searcher, "tea").hits == ()
    assert ask(searcher, "?").total == 0


def test_skipped_files_are_kept_in_the_snapshot(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA, "b.pdf": "%PDF", ".hidden": "x"})
    report = build_index()

    opened = open_current(instance)
    assert opened.catalog.skipped() == list(report.changes.skipped)
    assert [skip.source for skip in report.changes.skipped] == [".hidden", "b.pdf"]
    assert opened.manifest.counts.skipped == 2


def test_an_instance_below_the_folder_is_skipped(
    make_folder: FolderMaker,
) -> None:
    folder = make_folder({"a.txt": TEA})

    first = build(folder, folder / "instance", FakeModel(), quiet)
    again = build(folder, folder / "instance", FakeModel(), quiet)

    assert [skip.source for skip in again.changes.skipped] == ["instance/"]
    assert first.changes.skipped == again.changes.skipped
    assert not again.published


def test_progress_is_shown_for_each_step(make_folder: FolderMaker, instance: Path) -> None:
    shown: list[tuple[str, int]] = []

    def track(items: Sequence[T], step: str, /) -> Iterable[T]:
        shown.append((step, len(items)))
        return items

    folder = make_folder({"a.txt": TEA, "b.txt": "", "c.txt": TRADE})
    build(folder, instance, FakeModel(), track)
    assert shown == [("Reading", 3), ("Cutting", 2), ("Encoding", 2)]
    shown.clear()

    make_folder({"c.txt": RAIN})
    build(folder, instance, FakeModel(), track)
    assert shown == [("Comparing", 3), ("Reading", 2), ("Cutting", 1), ("Encoding", 1)]
