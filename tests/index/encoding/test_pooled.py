"""A pooled encoder gives each sentence the mean of its own tokens' vectors, in context."""

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.index.encoding.conftest import make_passage
from wherein.index.arrays import Vectors
from wherein.index.encoding.parallel import QUEUED_PER_WORKER
from wherein.index.encoding.pooled import PooledEncoder, one_window_at_a_time
from wherein.index.encoding.protocols import ModelSpec
from wherein.index.encoding.windows import Window
from wherein.index.passages.splitter import Passage

PATIENCE = 120
"""The seconds after which a test fails that waits for other threads."""


class OneHotModel:
    """A model whose token vectors are known: "tea" is (1, 0, 0), "rain" (0, 1, 0), "." (0, 0, 1).

    All other tokens are (100, 100, 100), special tokens too, so that a mean with them stands out.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.windows: list[str] = []
        self._tokenizer = tokenizer
        self._known = {
            tokenizer.token_to_id(word): i for i, word in enumerate(["tea", "rain", "."])
        }

    def __call__(self, ids: Sequence[int]) -> Vectors:
        self.windows.append(self._tokenizer.decode(list(ids), skip_special_tokens=False))
        vectors = np.full((len(ids), 3), 100, np.float32)
        for row, number in enumerate(ids):
            if number in self._known:
                vectors[row] = np.eye(3)[self._known[number]]
        return vectors

    def encoder(self, window: int, **prompts: str) -> PooledEncoder:
        return PooledEncoder(
            self._tokenizer,
            one_window_at_a_time(self),
            ModelSpec(window, 3, **prompts),
            fingerprint="one-hot",
        )


def test_a_sentence_is_the_mean_of_its_own_tokens_at_unit_length(tokenizer: Tokenizer) -> None:
    model = OneHotModel(tokenizer)

    vectors = model.encoder(32).encode_passage(make_passage("Tea tea. Rain.", "Xi"))

    # "Tea tea ." and "Rain .": the means leave out the title, [CLS] and [SEP].
    expected = np.array([[2, 0, 1], [0, 1, 1]]) / np.sqrt([[5], [2]])
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)
    assert model.windows == ["[CLS] xi tea tea. rain. [SEP]"]


def test_a_long_passage_is_divided_between_sentences_and_each_window_has_the_title(
    tokenizer: Tokenizer,
) -> None:
    model = OneHotModel(tokenizer)
    text = "Tea tea tea. Rain rain rain. Tea rain. Rain rain rain rain rain rain rain rain tea."
    passage = Passage("Xi", 0, 0, text, ((0, 12), (13, 28), (29, 38), (39, len(text))))

    # Of 12 tokens [CLS], [SEP] and the title take three, so 9 are left.
    vectors = model.encoder(12).encode_passage(passage)

    assert model.windows == [
        "[CLS] xi tea tea tea. rain rain rain. [SEP]",
        "[CLS] xi tea rain. [SEP]",
        "[CLS] xi rain rain rain rain rain rain rain rain tea [SEP]",
        "[CLS] xi. [SEP]",
    ]
    expected = np.array([[3, 0, 1], [0, 3, 1], [1, 1, 1], [1, 8, 1]], np.float64)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)


def test_tokens_between_sentences_count_for_no_sentence(tokenizer: Tokenizer) -> None:
    passage = Passage(None, 0, 0, "Rain. Tea. Rain. Tea tea.", ((6, 10), (17, 25)))

    vectors = OneHotModel(tokenizer).encoder(32).encode_passage(passage)

    expected = np.array([[1, 0, 1], [2, 0, 1]]) / np.sqrt([[2], [5]])
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)


def test_a_title_takes_at_most_a_quarter_of_the_window(tokenizer: Tokenizer) -> None:
    model = OneHotModel(tokenizer)
    encoder = model.encoder(10)

    encoder.encode_passage(make_passage("Tea.", "one two three four five six seven"))

    assert model.windows == ["[CLS] one two tea. [SEP]"]
    assert encoder.room("one two three four five six seven") == 6
    assert encoder.room("one") == 7
    assert encoder.room("") == encoder.room(None) == 8


def test_prompts_precede_passages_and_questions(tokenizer: Tokenizer) -> None:
    model = OneHotModel(tokenizer)
    encoder = model.encoder(16, passage_prompt="passage: ", question_prompt="query: ")

    vectors = encoder.encode_passage(make_passage("Tea."))
    encoder.encode_question("Tea?")

    assert model.windows == ["[CLS] passage : tea. [SEP]", "[CLS] query : tea? [SEP]"]
    np.testing.assert_allclose(vectors, [np.array([1, 0, 1]) / np.sqrt(2)], rtol=1e-6)
    assert encoder.room(None) == 12


def test_a_question_longer_than_the_window_is_cut(tokenizer: Tokenizer) -> None:
    model = OneHotModel(tokenizer)
    model.encoder(5).encode_question("tea rain tea rain")
    assert model.windows == ["[CLS] tea rain tea [SEP]"]


def test_an_empty_title_is_like_no_title(tokenizer: Tokenizer) -> None:
    model = OneHotModel(tokenizer)
    encoder = model.encoder(16)
    with_empty = encoder.encode_passage(make_passage("Tea. Rain.", ""))
    assert with_empty.tolist() == encoder.encode_passage(make_passage("Tea. Rain.")).tolist()
    assert model.windows == ["[CLS] tea. rain. [SEP]"] * 2


def _with_workers(
    tokenizer: Tokenizer, token_vectors: Callable[[Sequence[int]], Vectors], workers: int
) -> PooledEncoder:
    return PooledEncoder(
        tokenizer,
        one_window_at_a_time(token_vectors),
        ModelSpec(32, 3),
        fingerprint="",
        workers=workers,
    )


def test_vectors_come_in_the_order_of_the_passages_although_a_later_one_is_done_first(
    tokenizer: Tokenizer,
) -> None:
    known, rain_is_done = OneHotModel(tokenizer), threading.Event()

    def tea_waits_for_rain(ids: Sequence[int]) -> Vectors:
        if tokenizer.token_to_id("tea") in ids:
            assert rain_is_done.wait(PATIENCE)
        vectors = known(ids)
        if tokenizer.token_to_id("rain") in ids:
            rain_is_done.set()
        return vectors

    passages = [make_passage(text) for text in ("Tea.", "Rain.", "Tea. Tea.", "Rain. Rain. Rain.")]
    vectors = list(_with_workers(tokenizer, tea_waits_for_rain, 2).encode_passages(passages))
    assert known.windows[0] == "[CLS] rain. [SEP]"
    assert [len(rows) for rows in vectors] == [1, 1, 2, 3]
    assert vectors[0][0].tolist() == pytest.approx([0.5**0.5, 0, 0.5**0.5])
    assert vectors[1][0].tolist() == pytest.approx([0, 0.5**0.5, 0.5**0.5])


def test_as_many_passages_are_encoded_at_once_as_there_are_workers(tokenizer: Tokenizer) -> None:
    known, meeting = OneHotModel(tokenizer), threading.Barrier(3)

    def together(ids: Sequence[int]) -> Vectors:
        meeting.wait(PATIENCE)  # fails unless three threads wait at once
        return known(ids)

    encoder = _with_workers(tokenizer, together, 3)
    assert len(list(encoder.encode_passages([make_passage("Tea.")] * 9))) == 9


def test_few_passages_are_read_before_the_first_vectors_are_returned(tokenizer: Tokenizer) -> None:
    read = []

    def passages() -> Iterator[Passage]:
        for n in range(1000):
            read.append(n)
            yield make_passage("Tea.")

    vectors = _with_workers(tokenizer, OneHotModel(tokenizer), 2).encode_passages(passages())
    next(vectors)
    assert len(read) == 2 * QUEUED_PER_WORKER


def test_windows_of_several_passages_in_any_order_reach_their_own_sentences(
    tokenizer: Tokenizer,
) -> None:
    known, batch_sizes = OneHotModel(tokenizer), []

    def longest_first(windows: Sequence[Window]) -> Iterator[tuple[int, Sequence[Vectors]]]:
        batch_sizes.append(len(windows))
        sums = dict(one_window_at_a_time(known)(windows))
        for number in sorted(sums, key=lambda n: -len(windows[n].ids)):
            yield number, sums[number]

    passages = [make_passage("Rain. " + "Tea. " * (n % 9)) for n in range(80)]
    encoder = PooledEncoder(
        tokenizer, longest_first, ModelSpec(12, 3), fingerprint="", workers=2, batch_size=7
    )
    encoded = list(encoder.encode_passages(passages))
    assert len(batch_sizes) == 12
    for vectors, passage in zip(encoded, passages, strict=True):
        expected = np.tile([1, 0, 1] / np.sqrt(2), (len(passage.sentences), 1))
        expected[0] = [0, 1, 1] / np.sqrt(2)
        np.testing.assert_allclose(vectors, expected, rtol=1e-6)


def test_an_error_in_a_worker_reaches_the_caller_and_stops_the_rest(tokenizer: Tokenizer) -> None:
    known = OneHotModel(tokenizer)

    def failing(ids: Sequence[int]) -> Vectors:
        if len(known.windows) >= 5:
            raise MemoryError
        return known(ids)

    with pytest.raises(MemoryError):
        list(_with_workers(tokenizer, failing, 2).encode_passages([make_passage("Tea.")] * 99))
    assert len(known.windows) < 9
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("encoding")]
