"""Question vectors that are kept: no question of late is encoded twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import FakeModel
from wherein.index.arrays import Vectors
from wherein.search.query.vector_cache import RememberingEncoder


class Counting:
    """The fake encoder, and the questions that it was really asked."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._encoder = FakeModel()

    def encode_question(self, question: str, /) -> Vectors:
        self.asked.append(question)
        return self._encoder.encode_question(question)


def test_a_question_is_encoded_once_and_its_vector_is_the_same() -> None:
    counting = Counting()
    encoder = RememberingEncoder(counting)
    first = encoder.encode_question("tea in China")
    assert encoder.encode_question("tea in China").tolist() == first.tolist()
    assert first.tolist() == FakeModel().encode_question("tea in China").tolist()
    assert (encoder.fingerprint, counting.asked) == ("counting", ["tea in China"])


def test_the_question_that_was_asked_longest_ago_is_forgotten() -> None:
    counting = Counting()
    encoder = RememberingEncoder(counting, remembered=2)
    for question in ("tea", "rain", "tea", "trade", "tea", "rain"):
        encoder.encode_question(question)
    assert counting.asked == ["tea", "rain", "trade", "rain"]


def test_what_is_kept_cannot_be_written_to() -> None:
    vector = RememberingEncoder(Counting()).encode_question("tea")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1


def test_many_threads_get_each_its_own() -> None:
    encoder, start = RememberingEncoder(Counting(), remembered=3), threading.Barrier(8)
    questions = ["tea", "rain", "trade", "harbin", "putin", "china"]
    expected = {one: FakeModel().encode_question(one).tolist() for one in questions}

    def ask(number: int) -> bool:
        start.wait()
        return all(
            encoder.encode_question(question).tolist() == expected[question]
            for question in (questions[number % 6 :] + questions) * 50
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
