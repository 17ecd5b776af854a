"""The folder that was indexed last is known, even if the snapshot is damaged or foreign."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import FakeModel, FolderMaker, IndexBuilder, quiet
from wherein.index.build import build, documents_of
from wherein.index.errors import DamagedSnapshot, ForeignSnapshot
from wherein.index.snapshot.store import Store
from wherein.index.snapshot.verification import verify

TEA = "Tea is hot in China today. It will rain in Harbin."


def test_an_equal_folder_elsewhere_becomes_the_indexed_folder_and_nothing_is_encoded(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    store = Store(instance)
    inputs = verify(store.current_folder()).provenance.inputs
    assert documents_of(instance) == folder
    shutil.copytree(folder, tmp_path / "moved")

    again = build(tmp_path / "moved", instance, FakeModel(), quiet)

    assert (again.published, again.encoded, again.changes.unchanged) == (True, 0, ("a.txt",))
    assert documents_of(instance) == tmp_path / "moved"
    assert verify(store.current_folder()).provenance.inputs == inputs


def test_the_folder_is_known_although_the_catalog_is_damaged(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    current = Store(instance).current_folder()
    (current / "catalog.sqlite").write_bytes(b"")
    assert documents_of(instance) == folder

    (current / "manifest.json").write_bytes(b"{}")
    with pytest.raises(DamagedSnapshot, match=r"manifest\.json"):
        documents_of(instance)


def test_the_folder_of_a_snapshot_in_another_format_is_known_and_indexed_again(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    manifest = Store(instance).current_folder() / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "format": 1}))
    assert documents_of(instance) == folder
    manifest.write_text(json.dumps({"format": 1, "documents": str(folder)}))  # up to format 5
    assert documents_of(instance) == folder
    assert build_index().published

    manifest.write_text(json.dumps({"format": 1}))
    (instance / "CURRENT").write_text(manifest.parent.name)
    with pytest.raises(ForeignSnapshot, match="has format 1"):
        documents_of(instance)


def test_no_folder_is_known_before_anything_is_indexed(instance: Path) -> None:
    assert documents_of(instance) is None
