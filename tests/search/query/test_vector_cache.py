"""The cache of question vectors: a recent question is not encoded twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import FakeModel
from wherein.index.arrays import Vectors
from wherein.search.query.vector_cache import CachingEncoder


class CountingEncoder:
    """The fake encoder, which also notes the questions that it encodes."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self._encoder = FakeModel()

    def encode_question(self, question: str, /) -> Vectors:
        self.encoded.append(question)
        return self._encoder.encode_question(question)


def test_a_question_is_encoded_once_and_keeps_its_vector() -> None:
    counting = CountingEncoder()
    encoder = CachingEncoder(counting)
    first = encoder.encode_question("tea in China")
    assert encoder.encode_question("tea in China").tolist() == first.tolist()
    assert first.tolist() == FakeModel().encode_question("tea in China").tolist()
    assert (encoder.fingerprint, counting.encoded) == ("counting", ["tea in China"])


def test_the_least_recently_asked_question_leaves_a_full_cache() -> None:
    counting = CountingEncoder()
    encoder = CachingEncoder(counting, capacity=2)
    for question in ("tea", "rain", "tea", "trade", "tea", "rain"):
        encoder.encode_question(question)
    assert counting.encoded == ["tea", "rain", "trade", "rain"]


def test_cached_vectors_are_read_only() -> None:
    vector = CachingEncoder(CountingEncoder()).encode_question("tea")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1


def test_threads_get_the_vectors_of_their_own_questions() -> None:
    encoder, start = CachingEncoder(CountingEncoder(), capacity=3), threading.Barrier(8)
    questions = ["tea", "rain", "trade", "harbin", "putin", "china"]
    expected = {question: FakeModel().encode_question(question).tolist() for question in questions}

    def ask(number: int) -> bool:
        start.wait()
        return all(
            encoder.encode_question(question).tolist() == expected[question]
            for question in (questions[number % 6 :] + questions) * 50
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
