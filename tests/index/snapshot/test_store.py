"""Publishing is atomic, one process writes at a time, and an open snapshot stays readable."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, SearcherOpener
from tests.index.killing import Reached, running_until
from wherein.index.encoding.protocols import PreparedModel
from wherein.index.errors import Busy, DamagedSnapshot, NoSnapshot, SnapshotError
from wherein.index.snapshot import store as store_module
from wherein.index.snapshot.manifest import Manifest
from wherein.index.snapshot.store import Snapshot, Store


def publish_next(make_folder: FolderMaker, build_index: IndexBuilder, number: int) -> str:
    """Publish one more snapshot, and return its id."""
    make_folder({"more.txt": f"Putin has tea for the {number}th time in China today."})
    return build_index().snapshot


def test_a_snapshot_opens_with_all_its_parts(folder: Path) -> None:
    opened = Snapshot.open(folder)

    counts = opened.manifest.counts
    assert (counts.documents, counts.skipped, counts.passages, counts.sentences) == (2, 0, 2, 3)
    assert len(opened.vectors) == 3
    assert len(opened.lexical) == 2
    assert [document.source for document in opened.catalog.documents()] == ["a.txt", "b.txt"]
    assert opened.manifest.id == folder.name


def test_an_error_before_anything_is_indexed_names_the_remedy(instance: Path) -> None:
    store = Store(instance)
    assert store.current() is None
    assert store.published() == []
    with pytest.raises(NoSnapshot, match="Run `wherein reindex FOLDER`") as raised:
        store.current_folder()
    assert str(instance) in str(raised.value)
    assert not instance.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\0", b"gone\n", b"../.."])
def test_a_damaged_pointer_is_an_error_and_a_build_repairs_it(
    folder: Path, instance: Path, build_index: IndexBuilder, content: bytes
) -> None:
    (instance / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedSnapshot):
        Snapshot.open(Store(instance).current_folder())

    report = build_index()

    assert report.published
    assert report.encoded == 0
    assert Store(instance).published()[0] == report.snapshot
    assert Snapshot.open(Store(instance).current_folder()).manifest.id == report.snapshot
    assert folder.name != report.snapshot


def test_an_open_snapshot_answers_after_it_is_deleted(
    folder: Path, open_searcher: SearcherOpener
) -> None:
    searcher = open_searcher()
    expected = ask(searcher, "rain in Harbin").hits
    shutil.rmtree(folder)

    assert ask(searcher, "rain in Harbin").hits == expected
    assert expected[0].passage.text == "It will rain in Harbin today. Tea is hot."


def test_the_two_newest_snapshots_are_kept(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    ids = [folder.name, *(publish_next(make_folder, build_index, number) for number in range(4))]

    store = Store(instance)
    assert store.current() == ids[-1]
    assert store.published() == [ids[-1], ids[-2]]
    assert sorted(path.name for path in (instance / "snapshots").iterdir()) == ids[-2:]
    for kept in store.published():
        Snapshot.open(store.folder(kept))


PUBLISHING = ["write_text", "flush", "flush", "verify", "rename", "flush", "write_text"]
PUBLISHING += ["flush", "replace"]


@pytest.mark.parametrize("step", range(len(PUBLISHING)))
def test_the_previous_snapshot_is_current_until_the_pointer_is_replaced(
    folder: Path,
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:
    """The disk is full at each step of publishing in turn."""
    make_folder({"c.txt": "Putin drinks tea."})
    real_publish = Store.publish
    calls: list[str] = []

    def failing(owner: object, name: str) -> Callable[..., object]:
        real = getattr(owner, name)

        def call(*arguments: object, **options: object) -> object:
            calls.append(name)
            if len(calls) == step + 1:
                raise OSError(28, "No space left on device")
            return real(*arguments, **options)

        return call

    def publish(store: Store, staged: Path, manifest: Manifest) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("write_text", "rename", "replace"):
                patch.setattr(Path, name, failing(Path, name))
            for name in ("flush", "verify"):
                patch.setattr(store_module, name, failing(store_module, name))
            real_publish(store, staged, manifest)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "publish", publish)
        with pytest.raises(SnapshotError) as raised:
            build_index()
    assert str(raised.value) == (
        f"The index cannot be written to {instance}: No space left on device. The previous "
        "snapshot, if there is one, is still current."
    )
    assert calls == PUBLISHING[: step + 1]

    assert Store(instance).current() == folder.name
    assert Snapshot.open(folder).manifest.counts.documents == 2

    report = build_index()
    assert report.published
    assert report.changes.added == ("c.txt",)
    assert report.encoded == 0
    assert Store(instance).current() == report.snapshot
    kept = {path.name for path in (instance / "snapshots").iterdir()}
    assert kept == {folder.name, report.snapshot}


def test_a_build_removes_what_a_killed_run_left(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    snapshots = instance / "snapshots"
    (snapshots / ".20240101T000000-abc" / "lexical").mkdir(parents=True)
    (snapshots / ".20240101T000000-abc" / "catalog.sqlite").write_bytes(b"half")
    (snapshots / ".DS_Store").write_bytes(b"from a file manager")
    (instance / "CURRENT.new").write_text("half")

    new = publish_next(make_folder, build_index, 1)

    assert sorted(path.name for path in snapshots.iterdir()) == [folder.name, new]
    assert Store(instance).current() == new
    assert not (instance / "CURRENT.new").exists()


def hold_lock(reached: Reached, instance: Path) -> None:
    with Store(instance).writing():
        reached()


def test_one_process_writes_at_a_time_and_its_death_releases_the_lock(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"c.txt": "Putin drinks tea."})
    with running_until(hold_lock, instance):
        with pytest.raises(Busy) as raised:
            build_index()
        assert str(raised.value) == (
            f"Another process is indexing into {instance}. Wait until it ends, or name "
            "another folder with WHEREIN_INSTANCE."
        )
        Snapshot.open(folder)  # a reader is not disturbed
    assert build_index().published


def test_one_thread_writes_at_a_time(instance: Path) -> None:
    with Store(instance).writing(), pytest.raises(Busy), Store(instance).writing():
        pass
    with Store(instance).writing():
        pass


def test_the_lock_is_released_when_a_run_fails(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    def load() -> NoReturn:
        raise RuntimeError("no memory")

    class Unloadable(FakeModel):
        def prepare(self) -> PreparedModel:
            return replace(super().prepare(), load=load)

    make_folder({"a.txt": "Tea is hot today in China."})
    with pytest.raises(RuntimeError, match="no memory"):
        build_index(Unloadable())
    assert build_index().published


def test_an_instance_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    instance = tmp_path / "file" / "instance"
    with (
        pytest.raises(SnapshotError, match="WHEREIN_INSTANCE") as raised,
        Store(instance).writing(),
    ):
        pass
    assert str(instance) in str(raised.value)
