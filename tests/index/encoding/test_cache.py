"""Nothing is encoded twice, and an interrupted run keeps what it finished."""

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


def _until(passages: Sequence[Passage]) -> Iterator[Passage]:
    yield from passages
    raise Interrupted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "encodings.sqlite"


def test_vectors_come_back_bit_for_bit(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA], fake_model, "run 1") == 2
        tea, china = cache.vectors([TEA, CHINA], fake_model)

    root = np.sqrt(np.float32(2))
    assert tea.tolist() == [[0, 0, 0, 0, 1 / root, 1 / root]]
    assert china.tolist() == [[0, 1, 0, 0, 0, 0], [0, 1 / root, 1 / root, 0, 0, 0]]
    assert tea.dtype == china.dtype == np.float32


def test_nothing_is_encoded_twice(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, TEA], fake_model, "run 1") == 2
        assert cache.encode([RAIN, CHINA], fake_model, "run 1") == 1
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, RAIN], fake_model, "run 2") == 0

    assert fake_model.encoded == [TEA.text, CHINA.text, RAIN.text]


def test_a_passage_that_is_being_encoded_is_not_begun_again(path: Path) -> None:
    class Ahead(FakeModel):
        """Takes all passages before it hands out vectors."""

        def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
            return super().encode_passages(list(passages))

    model = Ahead()
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, TEA, RAIN, CHINA], model, "run 1") == 3
        tea, china, rain = cache.vectors([TEA, CHINA, RAIN], model)
    assert model.encoded == [TEA.text, CHINA.text, RAIN.text]
    assert tea.tobytes() == model.encode_passage(TEA).tobytes()
    assert china.tobytes() == model.encode_passage(CHINA).tobytes()
    assert rain.tobytes() == model.encode_passage(RAIN).tobytes()


def test_where_a_passage_stands_does_not_matter(path: Path, fake_model: FakeModel) -> None:
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
def test_all_that_the_vectors_depend_on_matters(
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
        cache.encode(_until([TEA, CHINA]), fake_model, "run 1")

    # Nothing was closed or flushed, as when the process is killed.
    killed = EncodingCache(path)
    with pytest.raises(Interrupted):
        killed.encode(_until([TEA, CHINA, RAIN]), fake_model, "run 2")
    with EncodingCache(path) as cache:
        assert cache.encode([TEA, CHINA, RAIN], fake_model, "run 3") == 0
    assert fake_model.encoded == [TEA.text, CHINA.text, RAIN.text]
    killed.__exit__(None, None, None)


def test_what_no_kept_run_used_is_dropped(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        cache.encode([TEA, CHINA], fake_model, "run 1")
        cache.encode([CHINA, RAIN], fake_model, "run 2")
        cache.keep_only(["run 2", "run 3"])

        assert cache.encode([CHINA, RAIN], fake_model, "run 3") == 0
        assert cache.encode([TEA], fake_model, "run 3") == 1


def test_what_a_run_has_from_elsewhere_is_kept_for_it(path: Path, fake_model: FakeModel) -> None:
    with EncodingCache(path) as cache:
        cache.encode([TEA, CHINA], fake_model, "run 1")
        cache.note_use([TEA], fake_model, "run 2")
        cache.keep_only(["run 2"])

        assert cache.encode([TEA], fake_model, "run 3") == 0
        assert cache.encode([CHINA], fake_model, "run 3") == 1


def test_a_cache_of_the_version_before_is_used(path: Path, fake_model: FakeModel) -> None:
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


def test_what_is_no_cache_is_named_with_the_remedy(path: Path, fake_model: FakeModel) -> None:
    path.write_bytes(b"This is no database. " * 100)
    with pytest.raises(SnapshotError) as raised:
        EncodingCache(path)
    assert str(raised.value) == (
        f"{path} cannot be used: file is not a database. If it is damaged, delete it: all it does "
        "is spare encoding everything again."
    )

    path.unlink()
    with EncodingCache(path) as cache:
        assert cache.encode([TEA], fake_model, "run 1") == 1


def test_a_cache_that_lost_a_part_is_named(path: Path, fake_model: FakeModel) -> None:
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
    """No pickle: what is stored is the numbers."""
    with EncodingCache(path) as cache:
        cache.encode([RAIN], fake_model, "run 1")
    connection = sqlite3.connect(path)
    ((vectors,),) = connection.execute("SELECT vectors FROM encodings")
    ((run,),) = connection.execute("SELECT run FROM uses")
    connection.close()
    assert vectors == np.array([0, 0, 0, 0, 0, 1], np.float32).tobytes()
    assert run == "run 1"
