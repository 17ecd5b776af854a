"""A folder to a snapshot: what the report says, what is encoded, and what a kill cannot undo."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import ROOT, SEEDS, FakeModel, FolderMaker, IndexBuilder, quiet
from wherein.index.arrays import Vectors
from wherein.index.build import Changes, Model, build, documents_of
from wherein.index.documents.model import Skipped
from wherein.index.encoding.protocols import Encoder
from wherein.index.errors import DamagedSnapshot, FolderError, ForeignSnapshot
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot, Store, verify
from wherein.search.searcher import Searcher

TEA = "Tea is hot in China today. It will rain in Harbin."
TRADE = "Trade with China grew again last year, said Putin."
RAIN = "Rain fell on Harbin for the whole of the week."

T = TypeVar("T")

TABLES = ("documents", "skipped", "blocks", "passages", "sentences")


def _rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All the rows of a snapshot's catalog."""
    connection = sqlite3.connect(folder / "catalog.sqlite")
    rows = {table: list(connection.execute(f"SELECT * FROM {table}")) for table in TABLES}
    connection.close()
    return rows


def _assert_equal(one: Path, other: Path, encoder: Encoder, questions: Sequence[str]) -> None:
    """Two snapshots have the same rows, vectors bit for bit, words and answers."""
    assert _rows(one) == _rows(other)
    names = ("starts", "terms", "counts", "lengths")
    for file in ("vectors/stored.faiss", *(f"lexical/{name}.npy" for name in names)):
        assert (one / file).read_bytes() == (other / file).read_bytes()
    searchers = [Searcher(Snapshot.open(folder), encoder) for folder in (one, other)]
    for question in questions:
        hits, same = (searcher.search(question, limit=100).hits for searcher in searchers)
        assert hits == same


def _current(instance: Path) -> Path:
    return Store(instance).current_folder()


def test_a_first_run_adds_everything(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({"b.txt": TRADE, "a/c.txt": TEA, "empty.txt": ""})

    report = build_index()

    assert report.published
    assert report.snapshot == Store(instance).current()
    assert report.changes == Changes(
        added=("a/c.txt", "b.txt"), changed=(), unchanged=(), removed=()
    )
    assert report.skipped == (Skipped("empty.txt", "it is empty"),)
    assert (report.passages, report.encoded) == (2, 2)
    assert 0 < report.seconds < 60
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
    )
    assert report.skipped == (
        Skipped("kept.pdf", "no reader for .pdf files; .text, .txt are read"),
    )
    assert (report.passages, report.encoded) == (4, 1)
    assert fake_model.encoded == [f"{TRADE} Again."]


def test_nothing_changed_publishes_nothing_and_does_not_load_the_model(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    class Unloadable(FakeModel):
        def load(self) -> Encoder:
            raise AssertionError("loaded for nothing")

    make_folder({"a.txt": TEA, "b.txt": TRADE})
    first = build_index()

    report = build_index(Unloadable())

    assert not report.published
    assert report.snapshot == first.snapshot
    assert report.changes.unchanged == ("a.txt", "b.txt")
    assert (report.passages, report.encoded) == (2, 0)
    assert Store(instance).published() == [first.snapshot]


def test_a_file_that_was_only_touched_is_unchanged(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    os.utime(folder / "a.txt", (0, 0))
    assert not build_index().published


def test_a_file_that_is_skipped_for_another_reason_is_news(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    make_folder({"a.txt": TEA, "b.txt": ""})
    build_index()
    make_folder({"b.txt": bytes(range(256)) * 8})

    report = build_index()

    assert report.published
    assert report.skipped == (Skipped("b.txt", "it holds binary data, not text"),)


def test_a_file_that_can_no_longer_be_read_is_removed_and_skipped(
    make_folder: FolderMaker, build_index: IndexBuilder
) -> None:
    make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()
    make_folder({"b.txt": ""})

    report = build_index()

    assert report.changes.removed == ("b.txt",)
    assert report.skipped == (Skipped("b.txt", "it is empty"),)


def test_a_renamed_file_is_found_under_its_new_name_and_not_encoded_again(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: Callable[[], Searcher],
) -> None:
    folder = make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()
    (folder / "a.txt").rename(folder / "z.txt")

    report = build_index()

    assert report.changes.added == ("z.txt",)
    assert report.changes.removed == ("a.txt",)
    assert report.encoded == 0
    assert open_searcher().search("tea").hits[0].passage.source == "z.txt"


def test_another_model_encodes_everything_and_the_first_is_not_forgotten_at_once(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA, "b.txt": TRADE})
    build_index()

    report = build_index(FakeModel("other"))

    assert report.published
    assert report.encoded == 2
    assert report.changes.unchanged == ("a.txt", "b.txt")
    assert Snapshot.open(_current(instance)).manifest.model == "other"
    assert build_index().encoded == 0


def test_an_incremental_run_and_a_fresh_one_give_the_same(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"m.txt": TEA, "z.txt": RAIN, "gone.txt": TRADE})
    build_index()
    make_folder({"a.txt": f"{RAIN}\n\n{TEA}", "m.txt": f"{TEA} {TRADE}"})
    build_index()
    (folder / "gone.txt").unlink()
    make_folder({"b/c.txt": TEA})
    build_index()

    model = FakeModel()
    build(folder, tmp_path / "fresh", model, quiet)

    questions = ("tea", "rain in Harbin", "trade", "when did Putin visit China", "no such words")
    _assert_equal(_current(instance), _current(tmp_path / "fresh"), model, questions)


def test_the_seeds_give_the_same_incrementally_and_fresh_with_the_real_model(
    seed_instance: Path, tmp_path: Path, loaded_model: Model
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    last, *others = sorted(SEEDS.iterdir(), reverse=True)
    for file in others:
        shutil.copy(file, folder)
    build(folder, tmp_path / "instance", loaded_model, quiet)
    shutil.copy(last, folder)
    report = build(folder, tmp_path / "instance", loaded_model, quiet)

    assert report.changes.added == (last.name,)
    opened = Snapshot.open(_current(tmp_path / "instance"))
    (added,) = (doc for doc in opened.catalog.documents() if doc.source == last.name)
    assert report.encoded == added.passages > 0
    questions = ("when did Putin visit China", "how big is trade", "Harbin", "no limits", "?")
    _assert_equal(
        _current(tmp_path / "instance"), _current(seed_instance), loaded_model.prepare().load(), questions
    )


def test_an_equal_folder_elsewhere_is_remembered_and_nothing_is_encoded(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    store = Store(instance)
    inputs = verify(store.current_folder()).inputs
    assert documents_of(instance) == folder
    shutil.copytree(folder, tmp_path / "moved")

    again = build(tmp_path / "moved", instance, FakeModel(), quiet)

    assert (again.published, again.encoded, again.changes.unchanged) == (True, 0, ("a.txt",))
    assert documents_of(instance) == tmp_path / "moved"
    assert verify(store.current_folder()).inputs == inputs


def test_the_folder_is_remembered_though_the_snapshot_is_damaged(
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


def test_after_an_update_that_reads_another_format_the_folder_is_remembered_and_indexed_anew(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    build_index()
    manifest = Store(instance).current_folder() / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "format": 1}))
    assert documents_of(instance) == folder
    assert build_index().published

    manifest.write_text(json.dumps({"format": 1}))
    (instance / "CURRENT").write_text(manifest.parent.name)
    with pytest.raises(ForeignSnapshot, match="has format 1"):
        documents_of(instance)


def test_the_index_s_own_folder_is_not_indexed(instance: Path) -> None:
    instance.mkdir()
    with pytest.raises(FolderError, match="is the index's own folder"):
        build(instance, instance, FakeModel(), quiet)


def test_nothing_is_remembered_before_anything_is_indexed(instance: Path) -> None:
    assert documents_of(instance) is None


def test_a_damaged_snapshot_is_built_anew(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA})
    first = build_index()
    (_current(instance) / "catalog.sqlite").write_bytes(b"")

    report = build_index()

    assert report.published
    assert report.snapshot != first.snapshot
    assert report.encoded == 0
    Snapshot.open(_current(instance))


def test_a_folder_that_is_not_there_makes_no_instance(instance: Path, tmp_path: Path) -> None:
    with pytest.raises(FolderError):
        build(tmp_path / "gone", instance, FakeModel(), quiet)
    assert not instance.exists()


def test_a_folder_without_documents_is_named_with_what_it_holds(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.pdf": "%PDF", "empty.txt": ""})

    with pytest.raises(FolderError) as raised:
        build_index()

    assert str(raised.value) == (
        f"{folder} holds no document that can be read. Put .txt files into it, or name another "
        "folder: wherein reindex FOLDER.\n"
        "  a.pdf: no reader for .pdf files; .text, .txt are read\n"
        "  empty.txt: it is empty"
    )
    assert Store(instance).current() is None


def test_a_folder_that_became_empty_leaves_the_snapshot_before(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    folder = make_folder({"a.txt": TEA})
    report = build_index()
    (folder / "a.txt").unlink()

    with pytest.raises(FolderError, match="holds no document"):
        build_index()
    assert Store(instance).current() == report.snapshot


def test_documents_without_any_passage_are_indexed_and_listed(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    open_searcher: Callable[[], Searcher],
) -> None:
    make_folder({"a.txt": "26 April 2024\n"})

    report = build_index()

    assert report.published
    assert report.passages == 0
    searcher = open_searcher()
    assert [document.source for document in searcher.snapshot.catalog.documents()] == ["a.txt"]
    assert searcher.search("tea").hits == ()
    assert searcher.search("?").total == 0


def test_skipped_files_are_kept_in_the_snapshot(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    make_folder({"a.txt": TEA, "b.pdf": "%PDF", ".hidden": "x"})
    report = build_index()

    opened = Snapshot.open(_current(instance))
    assert opened.catalog.skipped() == list(report.skipped)
    assert [skip.source for skip in report.skipped] == [".hidden", "b.pdf"]
    assert opened.manifest.counts.skipped == 2


def test_an_instance_inside_the_folder_is_no_document(
    make_folder: FolderMaker,
) -> None:
    folder = make_folder({"a.txt": TEA})

    first = build(folder, folder / "instance", FakeModel(), quiet)
    again = build(folder, folder / "instance", FakeModel(), quiet)

    assert [skip.source for skip in again.skipped] == ["instance/"]
    assert first.skipped == again.skipped
    assert not again.published


def test_progress_is_shown_for_each_stage(make_folder: FolderMaker, instance: Path) -> None:
    shown: list[tuple[str, int]] = []

    def track(items: Sequence[T], doing: str, /) -> Sequence[T]:
        shown.append((doing, len(items)))
        return items

    build(make_folder({"a.txt": TEA, "b.txt": "", "c.txt": TRADE}), instance, FakeModel(), track)

    assert shown == [("Reading", 3), ("Cutting", 2), ("Encoding", 2)]


def test_an_error_while_encoding_keeps_what_was_finished(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    class Failing(FakeModel):
        def encode_passage(self, passage: Passage, /) -> Vectors:
            if len(self.encoded) == 2:
                raise KeyboardInterrupt
            return super().encode_passage(passage)

    make_folder({"a.txt": TEA, "b.txt": TRADE, "c.txt": RAIN})
    with pytest.raises(KeyboardInterrupt):
        build_index(Failing())
    assert Store(instance).current() is None

    report = build_index()

    assert (report.passages, report.encoded) == (3, 1)
    assert report.changes.added == ("a.txt", "b.txt", "c.txt")


# A run in a process of its own, that takes some seconds: each passage takes a few milliseconds to
# encode, and each flush to disk a while, as on a slow one.
CHILD = """
import os, sys, time
from pathlib import Path
from tests.conftest import FakeModel, quiet
from wherein.index.build import build

real = os.fsync
def slow(descriptor):
    time.sleep(0.06)
    real(descriptor)
os.fsync = slow

build(Path(sys.argv[1]), Path(sys.argv[2]), FakeModel(seconds=0.003), quiet)
"""


def _start(folder: Path, instance: Path) -> "subprocess.Popen[bytes]":
    paths = str(ROOT)
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, folder, instance],
        env=os.environ | {"PYTHONPATH": paths},
        cwd=instance,
    )


def _finished_encodings(instance: Path) -> int:
    try:
        connection = sqlite3.connect(f"file:{instance / 'encodings.sqlite'}?mode=ro", uri=True)
    except sqlite3.OperationalError:  # it is not there yet
        return 0
    with closing(connection):
        try:
            ((count,),) = connection.execute("SELECT count(*) FROM encodings")
        except sqlite3.OperationalError:  # nor is its table
            return 0
    return int(count)


def _has_encoded(instance: Path, number: int) -> bool:
    return _finished_encodings(instance) >= number


def _has_staged(instance: Path, number: int) -> bool:
    """Whether a snapshot with so many files is being written."""
    staged = instance.glob("snapshots/.*/**/*")
    return sum(path.is_file() for path in staged) >= number


def _has_moved(instance: Path) -> bool:
    """Whether a second snapshot lies in its place."""
    return len(list(instance.glob("snapshots/[!.]*"))) == 2


def test_a_run_killed_ten_times_leaves_the_snapshot_before_and_loses_no_encoding(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    open_searcher: Callable[[], Searcher],
) -> None:
    words = ("tea", "rain", "trade", "harbin", "china")
    articles = {
        f"{n:02}.txt": "\n\n".join(
            f"Article {n}, paragraph {k}, is about {words[(n + k) % 5]} and about nothing else."
            for k in range(30)
        )
        for n in range(20)
    }
    folder = make_folder({"old.txt": TEA})
    before = build_index().snapshot
    expected = open_searcher().search("tea").hits
    assert expected[0].passage.text == TEA
    make_folder(articles)
    total = 601

    chance = random.Random(20240516)
    # Seven are killed as they encode, two as they write the snapshot, the last one in the
    # moment between the snapshot's taking its place and the pointer's being replaced.
    reach = [sum(chance.randrange(20, 85) for _ in range(n + 1)) for n in range(7)]
    reach = sorted({min(number, 590) for number in reach})
    moments = [partial(_has_encoded, instance, number) for number in reach]
    moments += [partial(_has_staged, instance, number) for number in chance.sample(range(1, 14), 2)]
    moments += [partial(_has_moved, instance)]
    assert len(moments) == 10

    for moment in moments:
        done = _finished_encodings(instance)
        child = _start(folder, instance)
        deadline = time.monotonic() + 30
        while not moment():
            assert child.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL

        assert Store(instance).current() == before
        assert open_searcher().search("tea").hits == expected
        assert _finished_encodings(instance) >= done

    finished = _finished_encodings(instance)
    model = FakeModel()
    report = build(folder, instance, model, quiet)

    assert report.passages == total
    assert report.encoded == len(model.encoded) == total - finished
    assert report.changes.added == tuple(articles)
    assert report.changes.unchanged == ("old.txt",)
    assert open_searcher().snapshot.manifest.id == report.snapshot
    assert {path.name for path in (instance / "snapshots").iterdir()} == {before, report.snapshot}
    assert build_index().published is False


def test_a_killed_run_and_an_undisturbed_one_give_the_same(
    make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder(
        {f"{n:02}.txt": f"Tea number {n} is drunk in China, says Putin." for n in range(300)}
    )
    instance.mkdir()
    child = _start(folder, instance)
    while not _has_encoded(instance, 50):
        assert child.poll() is None
        time.sleep(0.002)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()

    model = FakeModel()
    report = build(folder, instance, model, quiet)
    build(folder, tmp_path / "fresh", model, quiet)

    assert 0 < report.encoded < 300
    _assert_equal(_current(instance), _current(tmp_path / "fresh"), model, ("tea 7", "Putin"))
