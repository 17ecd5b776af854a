"""Encodes one sentence at a time, for models that do not average the vectors of their tokens."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from tokenizers import Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.protocols import PassagesBy
from wherein.index.encoding.unit_length import to_unit_length
from wherein.index.passages.splitter import Passage


class SentenceEncoder:
    """Encodes each sentence by itself, without its title or its passage.

    Args:
        tokenizer: The tokenizer of the model. It neither truncates nor pads.
        passage_vector: Encodes a sentence of a passage: (dimension,).
        question_vector: Encodes a question: (dimension,).
        window: The maximum number of tokens in one input. It includes the special tokens but no
            prompt.
        dimension: The number of components of a vector.
        fingerprint: The fingerprint of the encoder.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        passage_vector: Callable[[str], Vectors],
        question_vector: Callable[[str], Vectors],
        *,
        window: int,
        dimension: int,
        fingerprint: str,
    ) -> None:
        self.fingerprint = fingerprint
        self.passages_by = PassagesBy(fingerprint)
        self.dimension = dimension
        self._tokenizer = tokenizer
        self._passage_vector = passage_vector
        self._question_vector = question_vector
        self._room = window - tokenizer.num_special_tokens_to_add(False)

    def room(self, _title: str | None, /) -> int:
        """Return how many tokens a passage may have. Titles take none."""
        return self._room

    def count_tokens(self, text: str, /) -> int:
        """Return the number of tokens in a text."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_question(self, question: str, /) -> Vectors:
        """Encode a question as a unit vector: (dimension,), float32."""
        return to_unit_length(self._question_vector(question))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Encode each sentence as a unit vector: (sentences, dimension), float32."""
        texts = [passage.text[start:end] for start, end in passage.sentences]
        return to_unit_length(np.stack([self._passage_vector(text) for text in texts]))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Encode passages, one after another: see `encode_passage`."""
        return map(self.encode_passage, passages)
