"""The vectors of the bundled model: what they mean, and that they depend on nothing else."""

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from tests.index.encoding.conftest import make_passage, whole
from wherein.index.arrays import Vectors
from wherein.index.documents.model import Block, Document, Place
from wherein.index.encoding.agreement import equal_within_rounding
from wherein.index.encoding.model_files import LocalModel
from wherein.index.encoding.protocols import Encoder
from wherein.index.passages.splitter import Passage, cut


@pytest.fixture(scope="module")
def reference_vectors(reference_encoder: Encoder, seed_passages: list[Passage]) -> list[Vectors]:
    """The reference's vectors of the seed articles, one array a passage."""
    return list(reference_encoder.encode_passages(seed_passages))


@pytest.fixture(scope="module")
def library(real_model: LocalModel) -> SentenceTransformer:
    """The library's own encoding with the same weights."""
    return SentenceTransformer(str(real_model.folder), device="cpu", local_files_only=True)


def test_a_question_is_encoded_as_the_library_encodes_it(
    reference_encoder: Encoder, library: SentenceTransformer
) -> None:
    for question in ("when did Putin visit China", "Harbin?", "чай", "word " * 400):
        vector = reference_encoder.encode_question(question)
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        np.testing.assert_allclose(vector, library.encode(question), atol=1e-6)


def test_a_passage_of_one_sentence_is_nearly_what_the_library_makes_of_it(
    library: SentenceTransformer, seed_passages: list[Passage], reference_vectors: list[Vectors]
) -> None:
    """The library's mean includes [CLS] and [SEP]. Ours has only the sentence's own tokens.

    The shorter the sentence, the more that counts. On the lines of the seeds, the least cosine is
    0.988 from eight words on. It is 0.793 over all lines, for "Previous Story".
    """
    lines = {
        passage.text: vectors[0]
        for passage, vectors in zip(seed_passages, reference_vectors, strict=True)
        if len(passage.sentences) == 1 and passage.title is None
    }
    expected = library.encode(list(lines), batch_size=64)
    cosines = {
        text: float(lines[text] @ vector) for text, vector in zip(lines, expected, strict=True)
    }

    assert len(cosines) > 100
    assert min(cosines.values()) > 0.79
    assert min(c for text, c in cosines.items() if len(text.split()) >= 8) > 0.985


def test_the_compiled_model_agrees_with_the_reference_on_every_sentence_of_the_seeds(
    real_encoder: Encoder, seed_passages: list[Passage], reference_vectors: list[Vectors]
) -> None:
    """The least cosine is 0.986 and the mean is 0.993."""
    ours = np.concatenate(list(real_encoder.encode_passages(seed_passages)))
    cosines = np.sum(ours * np.concatenate(reference_vectors), axis=1)
    assert cosines.min() > 0.96
    assert cosines.mean() > 0.99


def test_every_sentence_has_a_unit_vector_that_depends_on_no_other_passage(
    real_encoder: Encoder, seed_passages: list[Passage]
) -> None:
    in_order = [real_encoder.encode_passage(passage) for passage in seed_passages]
    for passage, vectors in zip(seed_passages, in_order, strict=True):
        assert vectors.shape == (len(passage.sentences), real_encoder.dimension)
        assert vectors.shape[1] == 384
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)

    shuffled = list(range(len(seed_passages)))
    random.Random(7).shuffle(shuffled)
    for number in shuffled:
        again = real_encoder.encode_passage(seed_passages[number])
        assert equal_within_rounding(again, in_order[number])


def test_pytorch_adds_up_on_one_thread_so_that_sums_do_not_depend_on_the_cores(
    reference_encoder: Encoder,
) -> None:
    """With two threads, two vectors in three had other last bits."""
    assert reference_encoder
    assert torch.get_num_threads() == 1


def test_several_threads_get_the_same_vectors_as_one(
    real_encoder: Encoder, seed_passages: list[Passage]
) -> None:
    passages = seed_passages[:40]
    alone = [real_encoder.encode_passage(passage) for passage in passages]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(real_encoder.encode_passage, passages))
    assert all(map(equal_within_rounding, together, alone))


def test_a_passage_longer_than_the_window_is_encoded_to_its_end(real_encoder: Encoder) -> None:
    many = "It rained in Harbin for many days on end. " * 60
    text, other = many + "Tea is hot.", many + "Xi is tall."
    assert real_encoder.count_tokens(text) > 2 * real_encoder.room(None)

    vectors = real_encoder.encode_passage(make_passage(text, "Weather"))
    others = real_encoder.encode_passage(make_passage(other, "Weather"))

    assert vectors.shape == (61, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    tea = real_encoder.encode_question("Tea is hot.")
    assert tea @ vectors[60] > 0.5 > tea @ others[60]
    # The first window is the same for both.
    assert equal_within_rounding(vectors[:1], others[:1])


@pytest.mark.parametrize("text", ["😀 ☃ ﷺ", "…", "!!!", "\U0010ffff", "اردو", "e\u0301" * 50])
def test_a_sentence_of_unusual_characters_has_a_unit_vector(
    text: str, real_encoder: Encoder
) -> None:
    vectors = real_encoder.encode_passage(whole(text))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1], atol=1e-6)


def test_a_sentence_without_tokens_has_a_vector_of_zeros(real_encoder: Encoder) -> None:
    passage = Passage(None, 0, 0, "Tea. \u200b\u200c Rain.", ((0, 4), (5, 7), (8, 13)))

    vectors = real_encoder.encode_passage(passage)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1], atol=1e-6)


def test_characters_outside_the_basic_plane_do_not_shift_sentences(real_encoder: Encoder) -> None:
    plain = real_encoder.encode_passage(make_passage("Tea is hot. It rains in Harbin."))
    odd = real_encoder.encode_passage(make_passage("😀😀😀😀 Tea is hot. It rains in Harbin."))

    question = real_encoder.encode_question("It rains in Harbin.")
    assert question @ odd[-1] > question @ odd[0] + 0.3
    assert question @ odd[-1] == pytest.approx(question @ plain[-1], abs=0.1)


def test_the_title_is_context(real_encoder: Encoder) -> None:
    text = "It arrived on Monday."
    question = real_encoder.encode_question("when did the tea arrive")

    without = real_encoder.encode_passage(make_passage(text))
    titled = real_encoder.encode_passage(make_passage(text, "A shipment of tea"))

    assert question @ titled[0] > question @ without[0] + 0.1


def test_the_passage_around_a_sentence_is_context(real_encoder: Encoder) -> None:
    question = real_encoder.encode_question("when did Putin arrive in Harbin")

    alone = real_encoder.encode_passage(make_passage("He arrived on Monday."))[0]
    both = make_passage("Putin flew to Harbin. He arrived on Monday.")
    in_context = real_encoder.encode_passage(both)[1]

    assert question @ in_context > question @ alone + 0.2


def test_a_text_has_no_more_tokens_than_characters(real_encoder: Encoder) -> None:
    text = "☃一二 don't U.S.A. $240.1bn e\u0301ﬁ½ 😀😀"
    assert 0 < real_encoder.count_tokens(text) <= len(text)
    assert real_encoder.count_tokens("") == 0


def test_hangul_has_more_tokens_than_characters_and_is_cut_all_the_same(
    real_encoder: Encoder,
) -> None:
    text = "한국어로 쓴 아주 긴 문단이다. " * 40
    block = Block(text.strip(), Place((1, 1)))
    passages = list(cut(Document("a.txt", (block,)), real_encoder))
    assert len(passages) > 1
    for passage in passages:
        assert real_encoder.count_tokens(passage.text) <= real_encoder.room(None)
