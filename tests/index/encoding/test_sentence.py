"""A sentence encoder encodes each sentence by itself."""

import numpy as np
from tokenizers import Tokenizer

from tests.index.encoding.conftest import make_passage
from wherein.index.arrays import Vectors
from wherein.index.encoding.sentence import SentenceEncoder


def _encoder(tokenizer: Tokenizer, encoded: list[str]) -> SentenceEncoder:
    def vector(text: str) -> Vectors:
        encoded.append(text)
        return np.array([3, 4] if "tea" in text.lower() else [0, 2], np.float32)

    return SentenceEncoder(tokenizer, vector, vector, window=32, dimension=2, fingerprint="two")


def test_each_sentence_is_encoded_alone_at_unit_length(tokenizer: Tokenizer) -> None:
    encoded: list[str] = []
    encoder = _encoder(tokenizer, encoded)
    passages = [make_passage("Tea is hot. Rain fell.", "A title"), make_passage("More tea.")]

    first, second = encoder.encode_passages(passages)

    np.testing.assert_allclose(first, [[0.6, 0.8], [0.0, 1.0]], rtol=1e-6)
    np.testing.assert_allclose(second, [[0.6, 0.8]], rtol=1e-6)
    assert encoded == ["Tea is hot.", "Rain fell.", "More tea."]
    np.testing.assert_allclose(encoder.encode_question("tea?"), [0.6, 0.8], rtol=1e-6)
    assert encoder.fingerprint == encoder.passages_by.fingerprint == "two"


def test_special_tokens_take_room_and_titles_take_none(tokenizer: Tokenizer) -> None:
    encoder = _encoder(tokenizer, [])
    assert encoder.room("A title") == encoder.room(None) == 30
    assert encoder.count_tokens("Tea is hot.") == 4
