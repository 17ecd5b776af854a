"""A running server's searcher: takes up what is published, refuses what is damaged."""

import json
import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, has_compiled, quiet, wait_until_ready
from wherein.index.build import Model, build
from wherein.index.documents.checksums import digest
from wherein.index.encoding.onnx_export import Compiler
from wherein.index.encoding.onnx_model import MANIFEST, MODELS, compiled_folder
from wherein.index.snapshot.store import CATALOG, Store
from wherein.search.web.snapshot_watcher import LiveSearcher, NotReady

FIRST = "China grew by half in one year, the report of the bank said.\n"
SECOND = "Harbin is a city of ice, and the river there is wide.\n"


@pytest.fixture
def live(compiled_instance: Path) -> LiveSearcher:
    """Not started: each test looks for itself when it wants to."""
    return LiveSearcher(Store(compiled_instance), None)


def damage(instance: Path, snapshot: str) -> Path:
    file = Store(instance).folder(snapshot) / CATALOG
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return file


def test_before_anything_is_indexed_it_says_how(live: LiveSearcher) -> None:
    live.refresh()
    with pytest.raises(NotReady, match="Run `wherein reindex FOLDER`"):
        live.searcher()


def test_a_new_snapshot_is_taken_up_and_who_holds_the_old_one_keeps_it(
    live: LiveSearcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": FIRST})
    build(folder, instance, loaded_model, quiet)
    live.refresh()
    old = live.searcher()
    for text in (SECOND, SECOND + "\n" + FIRST, FIRST):
        make_folder({"b.txt": text})
        build(folder, instance, loaded_model, quiet)
        live.refresh()
    assert [d.source for d in live.searcher().snapshot.catalog.documents()] == ["a.txt", "b.txt"]
    # Three snapshots later its files are gone from the folder, and it still answers.
    assert not Store(instance).folder(old.snapshot.manifest.id).exists()
    assert [hit.passage.source for hit in old.search("China report").hits] == ["a.txt"]


def test_a_damaged_snapshot_is_refused_and_the_one_in_use_stays(
    live: LiveSearcher,
    make_folder: FolderMaker,
    instance: Path,
    loaded_model: Model,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    live.refresh()
    second = build(make_folder({"b.txt": SECOND}), instance, loaded_model, quiet)
    file = damage(instance, second.snapshot)
    with caplog.at_level(logging.ERROR):
        live.refresh()
        live.refresh()
    assert live.searcher().snapshot.manifest.id == first.snapshot
    assert str(file) in (live.problem or "")
    assert caplog.text.count(str(file)) == 1
    third = build(make_folder({}), instance, loaded_model, quiet)
    live.refresh()
    assert live.searcher().snapshot.manifest.id == third.snapshot
    assert live.problem is None


def test_a_server_that_starts_on_a_damaged_snapshot_serves_the_one_before(
    live: LiveSearcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    first = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    second = build(make_folder({"b.txt": SECOND}), instance, loaded_model, quiet)
    file = damage(instance, second.snapshot)
    live.refresh()
    assert live.searcher().snapshot.manifest.id == first.snapshot
    assert str(file) in (live.problem or "")


def test_a_snapshot_of_another_model_is_refused_by_name(
    live: LiveSearcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    class Renamed:
        name = "another-model:0123"
        prepare = loaded_model.prepare
        load = loaded_model.load

    build(make_folder({"a.txt": FIRST}), instance, Renamed(), quiet)
    live.refresh()
    with pytest.raises(NotReady, match=r"another-model:0123.*all-MiniLM-L6-v2.*wherein reindex"):
        live.searcher()


def test_a_snapshot_by_another_encoder_of_the_same_model_is_taken_up_with_that_encoder(
    live: LiveSearcher,
    make_folder: FolderMaker,
    instance: Path,
    loaded_model: Model,
    compiled_model: Compiler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    live.refresh()
    first = live.searcher()

    # The libraries were updated, and the model was compiled anew.
    models = Path(shutil.copytree(compiled_model.models, tmp_path / "other"))
    before = compiled_folder(compiled_model.source, models)
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.versions", lambda *names: f"{', '.join(names)} 99"
    )
    after = compiled_folder(compiled_model.source, models)
    before.rename(after)
    fields = json.loads((after / MANIFEST).read_text())
    del fields["sha256"]
    fields["fingerprint"] += " 99"
    (after / MANIFEST).write_text(json.dumps(fields | {"sha256": digest(fields)}))
    (instance / MODELS).unlink()
    (instance / MODELS).symlink_to(models)

    report = build(
        make_folder({"b.txt": SECOND}), instance, Compiler(compiled_model.source, models), quiet
    )
    live.refresh()
    assert live.problem is None
    assert live.searcher().snapshot.manifest.id == report.snapshot
    assert live.searcher().snapshot.manifest.encoder.endswith(" 99")
    assert first.search("China report").hits


def test_where_the_compiled_model_is_gone_it_says_so_until_it_is_back(
    live: LiveSearcher,
    make_folder: FolderMaker,
    instance: Path,
    loaded_model: Model,
    compiled_model: Compiler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wherein.search.web.snapshot_watcher.RETRY_SECONDS", 0)
    report = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    (instance / MODELS).unlink()
    live.refresh()
    with pytest.raises(NotReady, match=r"There is no compiled model in .*Run `wherein reindex"):
        live.searcher()

    has_compiled(instance, compiled_model)
    # What compiles it finds nothing else to do.
    assert not build(make_folder({}), instance, loaded_model, quiet).published
    live.refresh()
    assert live.searcher().snapshot.manifest.id == report.snapshot


@pytest.fixture
def started(live: LiveSearcher) -> Iterator[LiveSearcher]:
    live.start()
    yield live
    live.stop()


def test_the_first_snapshot_is_taken_up_within_two_seconds(
    started: LiveSearcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    report = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    published = time.monotonic()
    assert wait_until_ready(started).snapshot.manifest.id == report.snapshot
    assert time.monotonic() - published < 2
