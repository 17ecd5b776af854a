"""The cache spares encoding a passage twice, and an interrupted run keeps what it finished."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FakeModel
from wherein.index.arrays import Vectors
from wherein.index.encoding.cache import EncodingCache
from wherein.index.errors import SnapshotError
from wherein.index.passages.splitter import Passage

TEA = Passage(None, 0, 0, "Tea and rain.", ((0, 13),))
CHINA = Passage("A title", 3, 70, "China. Harbin, China.", ((0, 6), (7, 21)))
RAIN = Passage("A title", 5, 99, "Rain.", ((0, 5),))


class Interrupted(Exception):
    pass


def _then_interrupt(passages: Sequence[Passage]) -> Iterator[Passage]:
    yield from passages
    raise Interrupted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "encodings.sqlite"


def test_vectors_are_read_as_they_were_written(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA], fake_model, "run 1") == 2
        tea, china = cache.vectors([TEA, CHINA], fake_model)

    root = np.sqrt(np.float32(2))
    assert tea.tolist() == [[0, 0, 0, 0, 1 / root, 1 / root]]
    assert china.tolist() == [[0, 1, 0, 0, 0, 0], [0, 1 / root, 1 / root, 0, 0, 0]]
    assert tea.dtype == china.dtype == np.float32


def test_no_passage_is_encoded_twice(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, TEA], fake_model, "run 1") == 2
        assert cache.encode([RAIN, CHINA], fake_model, "run 1") == 1
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, RAIN], fake_model, "run 2") == 0

    assert fake_model.encoded == [TEA.text, CHINA.text, RAIN.text]


def test_a_passage_that_is_being_encoded_is_not_started_again(path: Path) -> None:
    class ReadsAhead(FakeModel):
        """Reads all passages before it returns vectors."""

        def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
            return super().encode_passages(list(passages))

    model = ReadsAhead()
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, TEA, RAIN, CHINA], model, "run 1") == 3
        tea, china, rain = cache.vectors([TEA, CHINA, RAIN], model)
    assert model.encoded == [TEA.text, CHINA.text, RAIN.text]
    for vectors, passage in ((tea, TEA), (china, CHINA), (rain, RAIN)):
        assert vectors.tolist() == model.encode_passage(passage).tolist()


def test_a_passage_at_another_place_is_the_same_passage(path: Path, fake_model: FakeModel) -> None:
    elsewhere = Passage(TEA.title, 8, 800, TEA.text, TEA.sentences)
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, elsewhere], fake_model, "run 1") == 1


@pytest.mark.parametrize(
    "other",
    [
        Passage("", 3, 70, CHINA.text, CHINA.sentences),
        Passage(None, 3, 70, CHINA.text, CHINA.sentences),
        Passage("A title ", 3, 70, CHINA.text, CHINA.sentences),
        Passage(CHINA.title, 3, 70, "china. Harbin, China.", CHINA.sentences),
        Passage(CHINA.title, 3, 70, CHINA.text, ((0, 21),)),
    ],
)
def test_everything_that_vectors_depend_on_is_in_the_key(
    path: Path, fake_model: FakeModel, other: Passage
) -> None:
    with EncodingCache(path) as cache:
        assert cache.encode([CHINA, other], fake_model, "run 1") == 2


def test_another_encoder_has_vectors_of_its_own(path: Path, fake_model: FakeModel) -> None:
    other = FakeModel("other")
    with EncodingCache(path) as cache:
        assert cache.encode([TEA], fake_model, "run 1") == 1
        assert cache.encode([TEA], other, "run 2") == 1
        assert cache.encode([TEA], fake_model, "run 3") == 0


def test_an_interrupted_run_keeps_what_it_finished(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache, pytest.raises(Interrupted):
        cache.encode(_then_interrupt([TEA, CHINA]), fake_model, "run 1")

    # Nothing is closed or flushed, as when the process is killed.
    killed = EncodingCache(path)
    with pytest.raises(Interrupted):
        killed.encode(_then_interrupt([TEA, CHINA, RAIN]), fake_model, "run 2")
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, RAIN], fake_model, "run 3") == 0
    assert fake_model.encoded == [TEA.text, CHINA.text, RAIN.text]
    killed.__exit__(None, None, None)


def test_passages_that_no_kept_run_used_are_removed(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        cache.encode([TEA, CHINA], fake_model, "run 1")
        cache.encode([CHINA, RAIN], fake_model, "run 2")
        cache.keep_only(["run 2", "run 3"])

        assert cache.encode([CHINA, RAIN], fake_model, "run 3") == 0
        assert cache.encode([TEA], fake_model, "run 3") == 1


def test_passages_whose_use_a_run_noted_are_kept_for_it(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        cache.encode([TEA, CHINA], fake_model, "run 1")
        cache.note_use([TEA], fake_model, "run 2")
        cache.keep_only(["run 2"])

        assert cache.encode([TEA], fake_model, "run 3") == 0
        assert cache.encode([CHINA], fake_model, "run 3") == 1


def test_the_file_of_a_previous_version_is_used(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        cache.encode([TEA], fake_model, "run 1")
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TABLE uses; ALTER TABLE encodings ADD COLUMN last_used TEXT NOT NULL DEFAULT ''"
    )
    connection.close()

    with EncodingCache(path) as cache:
        assert cache.encode([TEA, RAIN], fake_model, "run 2") == 1
        cache.keep_only(["run 2"])
        assert cache.encode([TEA, RAIN], fake_model, "run 2") == 0


def test_a_file_that_is_not_a_database_is_named_with_the_remedy(
    path: Path, fake_model: FakeModel
) -> None:
    path.write_bytes(b"This is no database. " * 100)
    with pytest.raises(SnapshotError) as raised:
        EncodingCache(path)
    assert str(raised.value) == (
        f"{path} cannot be used: file is not a database. If the file is damaged, delete it. It "
        "only saves time: without it, all passages are encoded again."
    )

    path.unlink()
    with EncodingCache(path) as cache:
        assert cache.encode([TEA], fake_model, "run 1") == 1


def test_a_truncated_file_is_named(path: Path, fake_model: FakeModel) -> None:
    many = [Passage(None, 0, 0, f"Tea {n}.", ((0, 6),)) for n in range(300)]
    with EncodingCache(path) as cache:
        cache.encode(many, fake_model, "run 1")
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size // 2)

    with (
        pytest.raises(SnapshotError, match="cannot be used: database disk image is malformed"),
        EncodingCache(path) as cache,
    ):
        cache.encode(many, fake_model, "run 2")


def test_the_file_is_a_plain_table_of_bytes(path: Path, fake_model: FakeModel) -> None:
    """The numbers are stored as they are, without pickle."""
    with EncodingCache(path) as cache:
        cache.encode([RAIN], fake_model, "run 1")
    connection = sqlite3.connect(path)
    ((vectors,),) = connection.execute("SELECT vectors FROM encodings")
    ((run,),) = connection.execute("SELECT run FROM uses")
    connection.close()
    assert vectors == np.array([0, 0, 0, 0, 0, 1], np.float32).tobytes()
    assert run == "run 1"
