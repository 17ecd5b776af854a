"""The watcher takes up each new snapshot that is published, and refuses damaged snapshots."""

import json
import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, has_compiled, quiet, wait_until_ready
from tests.waiting import wait_until
from wherein.index.build import Model, build
from wherein.index.documents.checksums import json_checksum
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.onnx_model import MANIFEST, MODELS, compiled_folder
from wherein.index.snapshot.store import CATALOG, Store
from wherein.search.query.query import parse_query
from wherein.search.ranking.hits import Hit
from wherein.search.results import find_results
from wherein.search.searcher import Searcher
from wherein.search.web.snapshot_watcher import NotReady, SnapshotWatcher

FIRST = "China grew by half in one year, the report of the bank said.\n"
SECOND = "Harbin is a city of ice, and the river there is wide.\n"


@pytest.fixture
def watcher(compiled_instance: Path) -> SnapshotWatcher:
    """A watcher that was not started: a test calls `refresh` when it wants to."""
    return SnapshotWatcher(Store(compiled_instance), None)


def hits_of(searcher: Searcher) -> tuple[Hit, ...]:
    return find_results(searcher, parse_query("China report")).hits


def damage(instance: Path, snapshot: str) -> Path:
    file = Store(instance).folder(snapshot) / CATALOG
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return file


def test_without_an_index_the_error_says_how_to_make_an_index(watcher: SnapshotWatcher) -> None:
    watcher.refresh()
    with pytest.raises(NotReady, match="Run `wherein reindex FOLDER`"):
        watcher.searcher()


def test_a_new_snapshot_is_taken_up_and_a_request_keeps_the_snapshot_it_started_with(
    watcher: SnapshotWatcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    folder = make_folder({"a.txt": FIRST})
    build(folder, instance, loaded_model, quiet)
    watcher.refresh()
    old = watcher.searcher()
    for text in (SECOND, SECOND + "\n" + FIRST, FIRST):
        make_folder({"b.txt": text})
        build(folder, instance, loaded_model, quiet)
        watcher.refresh()
    assert [d.source for d in watcher.searcher().snapshot.catalog.documents()] == ["a.txt", "b.txt"]
    # The files of the old snapshot are deleted by now, and its searcher still answers.
    assert not Store(instance).folder(old.snapshot.manifest.id).exists()
    assert [hit.passage.source for hit in hits_of(old)] == ["a.txt"]


def test_a_damaged_snapshot_is_refused_and_the_snapshot_in_use_stays(
    watcher: SnapshotWatcher,
    make_folder: FolderMaker,
    instance: Path,
    loaded_model: Model,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    watcher.refresh()
    second = build(make_folder({"b.txt": SECOND}), instance, loaded_model, quiet)
    file = damage(instance, second.snapshot)
    with caplog.at_level(logging.ERROR):
        watcher.refresh()
        watcher.refresh()
    assert watcher.searcher().snapshot.manifest.id == first.snapshot
    assert str(file) in (watcher.problem or "")
    assert caplog.text.count(str(file)) == 1
    third = build(make_folder({}), instance, loaded_model, quiet)
    watcher.refresh()
    assert watcher.searcher().snapshot.manifest.id == third.snapshot
    assert watcher.problem is None


def test_a_server_that_starts_with_a_damaged_snapshot_serves_the_previous_snapshot(
    watcher: SnapshotWatcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    first = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    second = build(make_folder({"b.txt": SECOND}), instance, loaded_model, quiet)
    file = damage(instance, second.snapshot)
    watcher.refresh()
    assert watcher.searcher().snapshot.manifest.id == first.snapshot
    assert str(file) in (watcher.problem or "")


def test_a_snapshot_of_another_model_is_refused_and_both_models_are_named(
    watcher: SnapshotWatcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    class Renamed:
        name = "another-model:0123"
        prepare = loaded_model.prepare

    build(make_folder({"a.txt": FIRST}), instance, Renamed(), quiet)
    watcher.refresh()
    with pytest.raises(NotReady, match=r"another-model:0123.*all-MiniLM-L6-v2.*wherein reindex"):
        watcher.searcher()


def test_a_snapshot_of_a_recompiled_model_is_taken_up_with_its_encoder(
    watcher: SnapshotWatcher,
    make_folder: FolderMaker,
    instance: Path,
    loaded_model: Model,
    compiled_model: Compiler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    watcher.refresh()
    first = watcher.searcher()

    # As after an update of the libraries, for which the model is compiled again.
    models = Path(shutil.copytree(compiled_model.models, tmp_path / "other"))
    folder = compiled_folder(compiled_model.source, models)
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.versions", lambda *names: f"{', '.join(names)} 99"
    )
    recompiled = compiled_folder(compiled_model.source, models)
    folder.rename(recompiled)
    fields = json.loads((recompiled / MANIFEST).read_text())
    del fields["sha256"]
    fields["fingerprint"] += " 99"
    (recompiled / MANIFEST).write_text(json.dumps(fields | {"sha256": json_checksum(fields)}))
    (instance / MODELS).unlink()
    (instance / MODELS).symlink_to(models)

    report = build(
        make_folder({"b.txt": SECOND}), instance, Compiler(compiled_model.source, models), quiet
    )
    watcher.refresh()
    assert watcher.problem is None
    assert watcher.searcher().snapshot.manifest.id == report.snapshot
    assert watcher.searcher().snapshot.manifest.provenance.encoder.endswith(" 99")
    assert hits_of(first)


def test_while_the_compiled_model_is_missing_the_error_says_how_to_compile_it(
    make_folder: FolderMaker,
    compiled_instance: Path,
    loaded_model: Model,
    compiled_model: Compiler,
) -> None:
    watcher = SnapshotWatcher(Store(compiled_instance), None, retry_seconds=0)
    report = build(make_folder({"a.txt": FIRST}), compiled_instance, loaded_model, quiet)
    (compiled_instance / MODELS).unlink()
    watcher.refresh()
    with pytest.raises(NotReady, match=r"The model has not been compiled .*Run `wherein reindex"):
        watcher.searcher()

    has_compiled(compiled_instance, compiled_model)
    # The run that compiles the model finds no change in the folder.
    assert not build(make_folder({}), compiled_instance, loaded_model, quiet).published
    watcher.refresh()
    assert watcher.searcher().snapshot.manifest.id == report.snapshot


@pytest.fixture
def started(watcher: SnapshotWatcher) -> Iterator[SnapshotWatcher]:
    watcher.start()
    yield watcher
    watcher.stop()


def test_a_started_watcher_takes_up_each_snapshot_by_itself(
    started: SnapshotWatcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    first = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    assert wait_until_ready(started).snapshot.manifest.id == first.snapshot
    second = build(make_folder({"b.txt": SECOND}), instance, loaded_model, quiet)
    wait_until(
        lambda: started.searcher().snapshot.manifest.id == second.snapshot,
        "the second snapshot is taken up",
    )


@pytest.mark.perf
def test_a_new_snapshot_is_taken_up_within_two_seconds(
    started: SnapshotWatcher, make_folder: FolderMaker, instance: Path, loaded_model: Model
) -> None:
    report = build(make_folder({"a.txt": FIRST}), instance, loaded_model, quiet)
    published = time.monotonic()
    assert wait_until_ready(started).snapshot.manifest.id == report.snapshot
    assert time.monotonic() - published < 2
