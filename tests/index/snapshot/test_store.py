"""A published snapshot is whole or refused by name, and the one before serves until the end."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SEEDS, FakeModel, FolderMaker, IndexBuilder
from wherein.index.errors import Busy, DamagedSnapshot, ForeignSnapshot, NoSnapshot, SnapshotError
from wherein.index.snapshot import store as snapshot
from wherein.index.snapshot.store import FORMAT, Manifest, Snapshot, Store, read_manifest, verify
from wherein.search.searcher import Searcher

FILES = [
    "catalog.sqlite",
    "lexical/counts.npy",
    "lexical/lengths.npy",
    "lexical/meta.json",
    "lexical/starts.npy",
    "lexical/terms.npy",
    "manifest.json",
    "vectors/stored.faiss",
]
REMEDY = "Run `wherein reindex FOLDER`, with the folder of your documents, to build a new one."


@pytest.fixture
def folder(make_folder: FolderMaker, build_index: IndexBuilder, instance: Path) -> Path:
    """The folder of a small snapshot that has been published."""
    make_folder(
        {"a.txt": "It will rain in Harbin today. Tea is hot.", "b.txt": "Trade with China."}
    )
    build_index()
    return Store(instance).current_folder()


def _flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def _next(make_folder: FolderMaker, build_index: IndexBuilder, number: int) -> str:
    """Publish one more snapshot; its id."""
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
    assert opened.manifest.model == "fake"
    assert opened.manifest.encoder == "fake|counts of words|40"
    assert opened.manifest.format == FORMAT


def test_the_manifest_has_the_record_of_every_other_file(folder: Path) -> None:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    manifest = json.loads((folder / "manifest.json").read_text())

    assert found.keys() - {"manifest.json"} == manifest["files"].keys()
    assert set(FILES) <= found.keys()
    for name, record in manifest["files"].items():
        assert record["size"] == found[name].stat().st_size


def test_a_flipped_bit_anywhere_is_found_and_the_file_named(folder: Path) -> None:
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        content = file.read_bytes()
        step = max(1, len(content) // 20)
        for place in range(0, len(content), step):
            _flip(file, place)
            with pytest.raises(SnapshotError) as raised:
                Snapshot.open(folder)
            if file.name == "manifest.json":  # its format may have become another one
                assert str(file) in str(raised.value) or isinstance(raised.value, ForeignSnapshot)
            else:
                assert (
                    str(raised.value) == f"{file} is damaged: it is not what was written. {REMEDY}"
                )
            assert REMEDY in str(raised.value)
            file.write_bytes(content)
    verify(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_named(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for kept in (0, len(content) - 1):
        (folder / name).write_bytes(content[:kept])
        with pytest.raises(DamagedSnapshot) as raised:
            Snapshot.open(folder)
        assert str(raised.value).startswith(f"{folder / name} is damaged: ")
        assert str(raised.value).endswith(REMEDY)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(raised.value) == f"{folder / name} is missing. {REMEDY}"


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_the_place_of_a_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(raised.value) == f"{folder / name} cannot be read: Is a directory. {REMEDY}"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", f'{{"format": {FORMAT}}}', "\x00", "{" * 9]
)
def test_what_is_no_manifest_is_named(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(DamagedSnapshot) as raised:
        read_manifest(folder)
    assert str(raised.value) == (
        f"{folder / 'manifest.json'} is damaged: it is no manifest. {REMEDY}"
    )


def test_another_format_is_named_with_the_remedy(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT + 1, "other": manifest}))

    with pytest.raises(ForeignSnapshot) as raised:
        Snapshot.open(folder)
    assert str(raised.value) == (
        f"The snapshot {folder} has format {FORMAT + 1}, and this version of Wherein reads format "
        f"{FORMAT}. {REMEDY}"
    )


def test_before_anything_is_indexed_the_remedy_is_named(instance: Path) -> None:
    store = Store(instance)
    assert store.current() is None
    assert store.published() == []
    with pytest.raises(NoSnapshot, match="Run `wherein reindex FOLDER`") as raised:
        store.current_folder()
    assert str(instance) in str(raised.value)
    assert not instance.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\0", b"gone\n", b"../.."])
def test_a_damaged_pointer_is_no_crash_and_reindexing_mends_it(
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
    folder: Path, open_searcher: Callable[[], Searcher]
) -> None:
    searcher = open_searcher()
    expected = searcher.search("rain in Harbin").hits
    shutil.rmtree(folder)

    assert searcher.search("rain in Harbin").hits == expected
    assert expected[0].passage.text == "It will rain in Harbin today. Tea is hot."


def test_the_two_newest_are_kept(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    ids = [folder.name, *(_next(make_folder, build_index, number) for number in range(4))]

    store = Store(instance)
    assert store.current() == ids[-1]
    assert store.published() == [ids[-1], ids[-2]]
    assert sorted(path.name for path in (instance / "snapshots").iterdir()) == ids[-2:]
    for kept in store.published():
        Snapshot.open(store.folder(kept))


PUBLISHING = ["write_text", "flush", "flush", "verify", "rename", "flush", "write_text"]
PUBLISHING += ["flush", "replace"]


@pytest.mark.parametrize("step", range(len(PUBLISHING)))
def test_until_the_pointer_is_replaced_the_snapshot_before_is_current(
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
                patch.setattr(snapshot, name, failing(snapshot, name))
            real_publish(store, staged, manifest)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "publish", publish)
        with pytest.raises(SnapshotError) as raised:
            build_index()
    assert str(raised.value) == (
        f"The index cannot be written to {instance}: No space left on device. The snapshot before, "
        "if there is one, is still current."
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


def test_leftovers_of_a_killed_run_are_removed(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    snapshots = instance / "snapshots"
    (snapshots / ".20240101T000000-abc" / "lexical").mkdir(parents=True)
    (snapshots / ".20240101T000000-abc" / "catalog.sqlite").write_bytes(b"half")
    (snapshots / ".DS_Store").write_bytes(b"what a file manager leaves")
    (instance / "CURRENT.new").write_text("half")

    new = _next(make_folder, build_index, 1)

    assert sorted(path.name for path in snapshots.iterdir()) == [folder.name, new]
    assert Store(instance).current() == new
    assert not (instance / "CURRENT.new").exists()


WRITER = """
import sys, time
from pathlib import Path
from wherein.index.snapshot.store import Store
with Store(Path(sys.argv[1])).writing():
    print("writing", flush=True)
    time.sleep(60)
"""


def test_one_process_writes_at_a_time_and_death_ends_its_turn(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"c.txt": "Putin drinks tea."})
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, instance],
        stdout=subprocess.PIPE,
        cwd=SEEDS.parent,
    ) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"writing\n"
        try:
            with pytest.raises(Busy) as raised:
                build_index()
            assert str(raised.value) == (
                f"Another process is indexing into {instance}. Wait for it to end, or name another "
                "folder with WHEREIN_INSTANCE."
            )
            Snapshot.open(folder)  # reading goes on
        finally:
            os.kill(writer.pid, signal.SIGKILL)
    assert build_index().published


def test_one_thread_writes_at_a_time_too(instance: Path) -> None:
    with Store(instance).writing(), pytest.raises(Busy), Store(instance).writing():
        pass
    with Store(instance).writing():
        pass


def test_the_lock_is_released_when_a_run_fails(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    class Unloadable(FakeModel):
        def load(self) -> FakeModel:
            raise RuntimeError("no memory")

    make_folder({"a.txt": "Tea is hot today in China."})
    with pytest.raises(RuntimeError, match="no memory"):
        build_index(Unloadable())
    assert build_index().published


def test_an_instance_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    instance = tmp_path / "file" / "instance"
    with (
        pytest.raises(SnapshotError, match="WHEREIN_INSTANCE") as raised,
        Store(instance).writing(),
    ):
        pass
    assert str(instance) in str(raised.value)
