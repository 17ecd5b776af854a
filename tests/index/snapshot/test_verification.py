"""A damaged file is found and named; a verified snapshot is read again only after a change."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, IndexBuilder
from tests.waiting import wait_until
from wherein.index.documents import checksums
from wherein.index.documents.checksums import FileChecksum
from wherein.index.errors import DamagedSnapshot, ForeignSnapshot, SnapshotError
from wherein.index.snapshot.manifest import REBUILD, read_manifest
from wherein.index.snapshot.store import Snapshot, Store
from wherein.index.snapshot.verification import BOOT_ID, file_states, verify, verify_once

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
FAR_FUTURE = 2**62
"""In nanoseconds. At this time, all files were written long ago."""

only_linux = pytest.mark.skipif(
    not BOOT_ID.exists(), reason="only Linux tells when the machine was started"
)
verify_later = partial(verify_once, now=lambda: FAR_FUTURE)


def flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


# ---- damage


def test_a_flipped_bit_anywhere_is_found_and_the_file_is_named(folder: Path) -> None:
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        content = file.read_bytes()
        step = max(1, len(content) // 10)
        for place in range(0, len(content), step):
            flip(file, place)
            with pytest.raises(SnapshotError) as raised:
                Snapshot.open(folder)
            if file.name == "manifest.json":  # its format may have become another one
                assert str(file) in str(raised.value) or isinstance(raised.value, ForeignSnapshot)
            else:
                problem = f"{file} is damaged: its checksum has changed. {REBUILD}"
                assert str(raised.value) == problem
            assert REBUILD in str(raised.value)
            file.write_bytes(content)
    verify(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for kept in (0, len(content) - 1):
        (folder / name).write_bytes(content[:kept])
        with pytest.raises(DamagedSnapshot) as raised:
            Snapshot.open(folder)
        assert str(raised.value).startswith(f"{folder / name} is damaged: ")
        assert str(raised.value).endswith(REBUILD)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(raised.value) == f"{folder / name} is missing. {REBUILD}"


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_place_of_a_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(raised.value) == f"{folder / name} cannot be read: Is a directory. {REBUILD}"


# ---- verified snapshots


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose checksums are computed, in order."""
    real, names = checksums.checksum_file, list[str]()

    def recording(file: Path) -> FileChecksum:
        names.append(file.name)
        return real(file)

    monkeypatch.setattr(checksums, "checksum_file", recording)
    return names


@only_linux
def test_a_verified_snapshot_is_not_read_again(folder: Path, read: list[str]) -> None:
    manifest = verify_later(folder)
    assert len(read) == len(manifest.files)
    read.clear()

    assert Snapshot.open(folder).manifest == manifest

    assert read == []


def test_a_snapshot_that_was_written_just_now_is_read_again(folder: Path, read: list[str]) -> None:
    states = file_states(folder, read_manifest(folder).files)
    assert states is not None
    written = max(change_time for _, _, change_time, *_ in states.values())
    for time in (written, written + 10**9):
        verify_once(folder, now=partial(int, time))
    assert read.count("catalog.sqlite") == 2


def flip_middle(file: Path) -> None:
    flip(file, file.stat().st_size // 2)


def flip_middle_and_restore_time(file: Path) -> None:
    state = file.stat()
    flip_middle(file)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def replace(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(file.read_bytes()[::-1])
    other.replace(file)


@pytest.mark.parametrize("damage", [flip_middle, flip_middle_and_restore_time, replace, os.unlink])
def test_damage_after_the_verification_is_found_and_the_file_is_named(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    verify_later(folder)
    file = folder / "vectors" / "stored.faiss"
    wait_for_tick(file, tmp_path / "probe")
    damage(file)
    with pytest.raises(DamagedSnapshot) as raised:
        Snapshot.open(folder)
    assert str(file) in str(raised.value)


def wait_for_tick(file: Path, probe: Path) -> None:
    """Wait until the file system's clock gives a new file a later time than this one."""

    def has_ticked() -> bool:
        probe.write_bytes(b"")
        return probe.stat().st_ctime_ns > file.stat().st_ctime_ns

    wait_until(has_ticked, "the clock of the file system ticks")


def test_after_a_restart_of_the_machine_every_file_is_read_again(
    folder: Path, read: list[str], tmp_path: Path
) -> None:
    boot = tmp_path / "boot_id"
    for number, verified in (("1", False), ("1", True), ("2", False), ("2", True)):
        boot.write_text(f"{number}\n")
        read.clear()
        verify_later(folder, boot_id=boot)
        assert read.count("catalog.sqlite") == (0 if verified else 1)


def test_where_restarts_cannot_be_told_every_file_is_read_each_time(
    folder: Path, read: list[str], tmp_path: Path
) -> None:
    for _ in range(2):
        verify_later(folder, boot_id=tmp_path / "missing")
    assert read.count("catalog.sqlite") == 2


@only_linux
def test_a_record_that_cannot_be_read_or_written_is_not_needed(
    folder: Path, instance: Path, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    (instance / "verified.json").write_text('{"boot": 1}')
    verify_later(folder)
    (instance / "verified.json").unlink()
    (instance / "verified.json").mkdir()
    read.clear()
    verify_later(folder)
    assert "catalog.sqlite" in read
    assert "verified.json cannot be written" in caplog.text


@only_linux
@pytest.mark.parametrize("name", ["vectors/stored.faiss", "catalog.sqlite"])
def test_bits_that_the_disk_lost_are_found_by_the_check_and_repaired_by_a_build(
    folder: Path, instance: Path, build_index: IndexBuilder, name: str
) -> None:
    verify_later(folder)
    data = bytearray((folder / name).read_bytes())
    data[:8] = bytes(255 - byte for byte in data[:8])
    (folder / name).write_bytes(data)
    # A disk that loses bits changes no file state. So the record gets the states of now.
    record = json.loads((instance / "verified.json").read_text())
    record["snapshots"][folder.name] = file_states(folder, record["snapshots"][folder.name])
    (instance / "verified.json").write_text(json.dumps(record))
    verify_once(folder)  # finds nothing

    with pytest.raises(DamagedSnapshot, match=name):
        verify(folder)
    assert build_index().published
    verify(Store(instance).current_folder())


@only_linux
def test_a_build_reads_everything_that_it_reuses_first(
    folder: Path, make_folder: FolderMaker, build_index: IndexBuilder, read: list[str]
) -> None:
    verify_later(folder)
    read.clear()
    assert not build_index().published
    assert read == []

    make_folder({"c.txt": "Trade with China."})
    assert build_index().published
    # Once in the previous snapshot, and twice as the new one is written and published.
    assert read.count("catalog.sqlite") == 3
