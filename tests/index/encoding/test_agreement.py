"""Agreement is measured once, kept in a file, and compared within a tolerance."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from wherein.index.arrays import Vectors
from wherein.index.encoding.agreement import (
    CHECK_TEXTS,
    QUICK_CHECKS,
    ROUNDING_TOLERANCE,
    check_agreement,
    encode_check_texts,
    equal_within_rounding,
    min_cosine,
)
from wherein.index.encoding.protocols import Encoder, PassagesBy
from wherein.index.passages.splitter import Passage


class TurnedEncoder:
    """Encodes each text as (cos a, sin a), where the angle a is the same for all texts.

    In a batch, the vectors are `batch_error` away from the vectors of a passage alone.
    """

    dimension = 2

    def __init__(self, name: str, angle: float, batch_error: float = 0) -> None:
        self.fingerprint = name
        self.passages_by = PassagesBy(name)
        self.questions = 0
        self._vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
        self._batch_error = np.float32(batch_error)

    def room(self, _title: str | None, /) -> int:
        return 100

    def count_tokens(self, text: str, /) -> int:
        return len(text.split())

    def encode_question(self, _question: str, /) -> Vectors:
        self.questions += 1
        return self._vector

    def encode_passage(self, passage: Passage, /) -> Vectors:
        return np.tile(self._vector, (len(passage.sentences), 1))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        for passage in passages:
            vectors = self.encode_passage(passage)
            vectors[:, 0] += self._batch_error
            yield vectors


def test_the_check_texts_have_from_one_word_to_more_than_the_window(real_encoder: Encoder) -> None:
    sizes = [real_encoder.count_tokens(text) for text in CHECK_TEXTS]
    assert min(sizes) < 5
    assert max(sizes) > 514
    assert max(sizes[i] for i in QUICK_CHECKS) < 64


def test_the_cosine_of_the_farthest_text_counts() -> None:
    expected = encode_check_texts(TurnedEncoder("a", 0.3))
    assert expected.shape == (len(CHECK_TEXTS), 2)
    expected[4] = [0, 1]
    turned = TurnedEncoder("b", 0.1)
    assert min_cosine(turned, expected) == pytest.approx(np.sin(0.1), abs=1e-6)
    assert turned.questions == len(CHECK_TEXTS)
    assert min_cosine(turned, expected, QUICK_CHECKS) == pytest.approx(np.cos(0.2), abs=1e-6)
    assert turned.questions == len(CHECK_TEXTS) + len(QUICK_CHECKS)


def test_a_vector_that_is_not_a_number_does_not_count_as_agreement() -> None:
    expected = encode_check_texts(TurnedEncoder("a", 0))
    expected[4] = np.nan
    assert np.isnan(min_cosine(TurnedEncoder("b", 0), expected))


def test_vectors_as_far_apart_as_storing_moves_them_are_equal() -> None:
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    moved = vectors + np.array([[0, 0], [ROUNDING_TOLERANCE * 0.99, 0]], np.float32)
    too_far = vectors + np.array([[0, 0], [ROUNDING_TOLERANCE * 1.01, 0]], np.float32)
    assert equal_within_rounding(moved, vectors)
    assert not equal_within_rounding(too_far, vectors)


def test_storing_a_unit_vector_in_16_bits_moves_it_by_no_more_than_the_tolerance() -> None:
    random = np.random.default_rng(7).normal(size=(1000, 384)).astype(np.float32)
    unit = random / np.linalg.norm(random, axis=1, keepdims=True)
    assert equal_within_rounding(unit.astype(np.float16).astype(np.float32), unit)


def test_agreement_is_measured_once_for_the_two_encoders(tmp_path: Path) -> None:
    passages, questions = TurnedEncoder("passages", 0.05), TurnedEncoder("questions", 0)
    measured = check_agreement(passages, questions, tmp_path)
    assert (measured.passages, measured.questions) == ("passages", "questions")
    assert measured.cosine == pytest.approx(np.cos(0.05), abs=1e-6)
    assert measured.ignores_batch
    count = passages.questions

    assert check_agreement(passages, questions, tmp_path) == measured
    assert passages.questions == count
    other = TurnedEncoder("others", 0.05)
    assert check_agreement(other, questions, tmp_path).passages == "others"
    assert len(list(tmp_path.glob("agreement-*.json"))) == 2


def test_a_damaged_file_is_measured_and_written_again(tmp_path: Path) -> None:
    passages, questions = TurnedEncoder("passages", 0.05), TurnedEncoder("questions", 0)
    measured = check_agreement(passages, questions, tmp_path)
    (file,) = tmp_path.iterdir()
    written = file.read_bytes()
    assert json.loads(written)["cosine"] == measured.cosine
    file.write_bytes(written.replace(b"0.99", b"0.98"))

    assert check_agreement(passages, questions, tmp_path) == measured
    assert file.read_bytes() == written
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_where_the_file_cannot_be_written_a_warning_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = TurnedEncoder("one", 0)
    assert check_agreement(encoder, encoder, tmp_path / "missing").cosine == pytest.approx(1)
    assert "cannot be written, so the next run takes longer" in caplog.text


@pytest.mark.parametrize(
    ("batch_error", "ignores_batch"),
    [(0, True), (ROUNDING_TOLERANCE * 0.9, True), (ROUNDING_TOLERANCE * 1.1, False)],
)
def test_vectors_in_a_batch_may_differ_by_rounding_and_by_no_more(
    batch_error: float, ignores_batch: bool, tmp_path: Path
) -> None:
    passages = TurnedEncoder("passages", 0, batch_error)
    measured = check_agreement(passages, TurnedEncoder("questions", 0), tmp_path)
    assert measured.ignores_batch is ignores_batch
