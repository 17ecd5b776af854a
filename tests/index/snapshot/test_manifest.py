"""A manifest names every file with its checksum, and says what the snapshot was made from."""

import json
from pathlib import Path

import pytest

from tests.conftest import FakeModel
from wherein.index.errors import DamagedSnapshot, ForeignSnapshot
from wherein.index.incremental import installed_pipeline
from wherein.index.snapshot.manifest import (
    FORMAT,
    MANIFEST,
    REBUILD,
    read_documents,
    read_manifest,
    write_manifest,
)


def test_a_manifest_is_read_as_it_was_written(folder: Path, tmp_path: Path) -> None:
    manifest = read_manifest(folder)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_a_manifest_says_what_the_snapshot_was_made_from(folder: Path, tmp_path: Path) -> None:
    model, provenance = FakeModel(), read_manifest(folder).provenance
    assert provenance.documents == str(tmp_path / "documents")
    assert provenance.model == model.name
    assert provenance.encoder == model.fingerprint
    assert provenance.passages_by == model.passages_by
    assert provenance.pipeline == installed_pipeline()
    assert read_documents(folder) == provenance.documents


def test_a_manifest_has_the_checksum_of_every_other_file(folder: Path) -> None:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    manifest = json.loads((folder / MANIFEST).read_text())

    assert found.keys() - {MANIFEST} == manifest["files"].keys()
    for name, checksum in manifest["files"].items():
        assert checksum["size"] == found[name].stat().st_size
        assert len(checksum["sha256"]) == 64


def test_every_bit_of_a_manifest_is_checked(folder: Path) -> None:
    file = folder / MANIFEST
    content = file.read_bytes()
    for place in range(0, len(content), 7):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises((DamagedSnapshot, ForeignSnapshot)) as raised:
            read_manifest(folder)
        assert str(raised.value).endswith(REBUILD)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", f'{{"format": {FORMAT}}}', "\x00", "{" * 9]
)
def test_a_file_that_is_not_a_manifest_is_named(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(DamagedSnapshot) as raised:
        read_manifest(folder)
    assert str(raised.value) == f"{folder / MANIFEST} is damaged: it is not a manifest. {REBUILD}"


def test_another_format_is_named_with_the_remedy(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT + 1, "other": manifest}))

    with pytest.raises(ForeignSnapshot) as raised:
        read_manifest(folder)
    assert str(raised.value) == (
        f"The snapshot {folder} has format {FORMAT + 1}, and this version of Wherein reads format "
        f"{FORMAT}. {REBUILD}"
    )


@pytest.mark.parametrize(
    "fields", [{"format": 5, "documents": "/a"}, {"format": 99, "provenance": {"documents": "/a"}}]
)
def test_another_format_may_still_name_its_folder(folder: Path, fields: dict[str, object]) -> None:
    (folder / MANIFEST).write_text(json.dumps(fields))
    assert read_documents(folder) == "/a"
