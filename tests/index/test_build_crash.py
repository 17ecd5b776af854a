"""A build that is killed at any point leaves the previous snapshot, and loses no encoding."""

import os
import random
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, SearcherOpener, quiet
from tests.index.comparing import assert_same_content, hits_of
from tests.index.killing import Reached, kill_at
from wherein.index.arrays import Vectors
from wherein.index.build import build
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills a process by a signal")

TEA = "Tea is hot in China today. It will rain in Harbin."
WORDS = ("tea", "rain", "trade", "harbin", "china")


class StoppingModel(FakeModel):
    """A fake model that reports a point before it encodes one passage more than `count`."""

    def __init__(self, reached: Reached, count: int) -> None:
        super().__init__()
        self._reached = reached
        self._count = count

    def encode_passage(self, passage: Passage, /) -> Vectors:
        if len(self.encoded) == self._count:
            self._reached()
        return super().encode_passage(passage)


def build_until_encoded(reached: Reached, folder: Path, instance: Path, count: int) -> None:
    """Build, and stop once so many passages are encoded."""
    build(folder, instance, StoppingModel(reached, count), quiet)


def build_until_called(
    reached: Reached, folder: Path, instance: Path, name: str, count: int
) -> None:
    """Build, and stop in place of a call to a function that writes files.

    The process is not used for anything else. So the function need not be restored.
    """
    owner: Any = np if name == "save" else os
    real: Callable[..., object] = getattr(owner, name)
    calls = 0

    def stopping(*arguments: Any, **options: Any) -> object:
        nonlocal calls
        calls += 1
        if calls == count:
            reached()
        return real(*arguments, **options)

    setattr(owner, name, stopping)
    build(folder, instance, FakeModel(), quiet)


def build_until_published(reached: Reached, folder: Path, instance: Path) -> None:
    """Build, and stop when the new snapshot is in its place, before it becomes the current one."""
    real = os.replace

    def stopping(source: Any, target: Any, **options: Any) -> None:
        if Path(target).name == "CURRENT":
            assert len(list((instance / "snapshots").glob("[!.]*"))) == 2
            reached()
        real(source, target, **options)

    os.replace = stopping  # type: ignore[assignment]
    build(folder, instance, FakeModel(), quiet)


def count_encodings(instance: Path) -> int:
    """The number of passages in the cache of vectors."""
    file = instance / "encodings.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM encodings")
        return int(count)


def articles(files: int, paragraphs: int) -> dict[str, str]:
    return {
        f"{n:02}.txt": "\n\n".join(
            f"Article {n}, paragraph {k}, is about {WORDS[(n + k) % 5]} and about nothing else."
            for k in range(paragraphs)
        )
        for n in range(files)
    }


def test_a_build_killed_ten_times_leaves_the_previous_snapshot_and_loses_no_encoding(
    make_folder: FolderMaker,
    build_index: IndexBuilder,
    instance: Path,
    open_searcher: SearcherOpener,
) -> None:
    folder = make_folder({"old.txt": TEA})
    previous = build_index().snapshot
    expected = ask(open_searcher(), "tea").hits
    assert expected[0].passage.text == TEA
    new = articles(files=10, paragraphs=12)
    make_folder(new)
    chance = random.Random(20240516)
    saves, flushes = chance.randrange(1, 12), sorted(chance.sample(range(1, 20), 2))

    def assert_unharmed(encodings: int) -> None:
        assert Store(instance).current() == previous
        assert ask(open_searcher(), "tea").hits == expected
        assert count_encodings(instance) == encodings

    finished = 1
    for _ in range(6):
        count = chance.randrange(1, 20)
        kill_at(build_until_encoded, folder, instance, count)
        finished += count
        assert_unharmed(finished)
    assert finished < 121
    for name, count in (("save", saves), *(("fsync", count) for count in flushes)):
        kill_at(build_until_called, folder, instance, name, count)
        assert_unharmed(121)
    kill_at(build_until_published, folder, instance)
    assert_unharmed(121)

    report = build_index()

    assert (report.passages, report.encoded) == (121, 0)
    assert report.changes.added == tuple(new)
    assert report.changes.unchanged == ("old.txt",)
    assert open_searcher().snapshot.manifest.id == report.snapshot
    assert {path.name for path in (instance / "snapshots").iterdir()} == {previous, report.snapshot}
    assert not build_index().published


def test_a_build_after_a_killed_one_gives_the_same_as_an_undisturbed_build(
    make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    texts = {f"{n:02}.txt": f"Tea number {n} is drunk in China, says Putin." for n in range(40)}
    folder = make_folder(texts)
    kill_at(build_until_encoded, folder, instance, 15)

    model = FakeModel()
    report = build(folder, instance, model, quiet)
    build(folder, tmp_path / "fresh", model, quiet)

    assert report.encoded == 25
    one, other = (Store(each).current_folder() for each in (instance, tmp_path / "fresh"))
    assert_same_content(one, other)
    questions = ("tea 7", "Putin")
    assert hits_of(one, model, questions) == hits_of(other, model, questions)


def test_an_error_while_encoding_keeps_the_passages_that_are_finished(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    make_folder({"a.txt": TEA, "b.txt": "Trade grew again.", "c.txt": "Rain fell on Harbin."})
    with pytest.raises(KeyboardInterrupt):
        build_index(StoppingModel(interrupt, 2))
    assert Store(instance).current() is None

    report = build_index()

    assert (report.passages, report.encoded) == (3, 1)
    assert report.changes.added == ("a.txt", "b.txt", "c.txt")
