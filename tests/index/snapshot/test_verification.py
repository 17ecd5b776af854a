"""A snapshot that was found whole is not read through again, unless something touched it."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from wherein.index.documents import checksums as records
from wherein.index.errors import DamagedSnapshot
from wherein.index.snapshot import store as snapshot
from wherein.index.snapshot import verification as seals
from wherein.index.snapshot.store import Snapshot, Store, verify

pytestmark = pytest.mark.skipif(
    not Path("/proc/sys/kernel/random/boot_id").exists(), reason="only Linux tells its starts apart"
)


@pytest.fixture
def folder(make_folder: FolderMaker, build_index: IndexBuilder, instance: Path) -> Path:
    """The folder of a small snapshot whose files nothing has written to for a while."""
    make_folder({"a.txt": "It will rain in Harbin today. Tea is hot."})
    build_index()
    return Store(instance).current_folder()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all that is opened was written a minute ago."""
    monkeypatch.setattr(snapshot, "now", lambda: time.time_ns() + 60_000_000_000)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are digested, as they are."""
    real, names = records.record_of, list[str]()

    def watched(file: Path) -> records.FileRecord:
        names.append(file.name)
        return real(file)

    monkeypatch.setattr(records, "record_of", watched)
    return names


@pytest.mark.usefixtures("later")
def test_the_second_time_nothing_is_read_through(folder: Path, read: list[str]) -> None:
    manifest = Snapshot.open(folder).manifest
    assert len(read) == len(manifest.files)
    read.clear()

    Snapshot.open(folder)

    assert read == []


def test_what_was_written_just_now_is_read_through_again(folder: Path, read: list[str]) -> None:
    Snapshot.open(folder)
    read.clear()
    Snapshot.open(folder)
    assert "catalog.sqlite" in read


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _flip_and_set_the_time_back(file: Path) -> None:
    stat = file.stat()
    _flip(file)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _replace(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(file.read_bytes()[::-1])
    other.replace(file)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("damage", [_flip, _flip_and_set_the_time_back, _replace, os.unlink])
def test_what_is_damaged_after_it_was_found_whole_is_refused_by_name(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    Snapshot.open(folder)
    file = folder / "vectors" / "stored.faiss"
    time.sleep(0.02)  # more than a tick of the clock of a file system
    damage(file)
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(file) in str(raised.value)


@pytest.mark.usefixtures("later")
def test_after_the_machine_was_started_anew_all_is_read_through(
    folder: Path, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Snapshot.open(folder)
    read.clear()
    (tmp_path / "boot").write_text("another start\n")
    monkeypatch.setattr(seals, "_BOOT", tmp_path / "boot")
    Snapshot.open(folder)
    assert "catalog.sqlite" in read
    read.clear()

    monkeypatch.setattr(seals, "_BOOT", tmp_path / "there is none")
    Snapshot.open(folder)
    Snapshot.open(folder)
    assert read.count("catalog.sqlite") == 2


@pytest.mark.usefixtures("later")
def test_a_seal_that_cannot_be_read_or_written_is_done_without(
    folder: Path, instance: Path, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    (instance / "verified.json").write_text('{"boot": 1}')
    Snapshot.open(folder)
    (instance / "verified.json").unlink()
    (instance / "verified.json").mkdir()
    read.clear()
    Snapshot.open(folder)
    assert "catalog.sqlite" in read
    assert "verified.json cannot be written" in caplog.text


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", ["vectors/stored.faiss", "catalog.sqlite"])
def test_what_a_disk_lost_under_a_seal_is_found_by_the_check_and_made_anew_by_a_reindex(
    folder: Path, instance: Path, build_index: IndexBuilder, name: str
) -> None:
    Snapshot.open(folder)
    data = bytearray((folder / name).read_bytes())
    data[:8] = bytes(255 - byte for byte in data[:8])
    (folder / name).write_bytes(data)
    # As if the disk had lost these bits: the system notes nothing of that.
    noted = json.loads((instance / "verified.json").read_text())
    now = seals.touched(folder, noted["snapshots"][folder.name])
    noted["snapshots"][folder.name] = now
    (instance / "verified.json").write_text(json.dumps(noted))
    assert seals.is_sealed(folder, now)

    with pytest.raises(DamagedSnapshot, match=name):
        verify(folder)
    assert build_index().published
    verify(Store(instance).current_folder())


@pytest.mark.usefixtures("later")
def test_what_is_taken_over_is_read_through_first(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, read: list[str]
) -> None:
    Snapshot.open(folder)
    read.clear()
    assert not build_index().published
    assert read == []

    make_folder({"b.txt": "Trade with China."})
    assert build_index().published
    assert read.count("catalog.sqlite") == 3  # that of before, and the new one as it is written
