"""The interfaces between texts and vectors, and the values that describe a model."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from wherein.index.arrays import Vectors
from wherein.index.passages.splitter import Passage


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What a model takes in, and how long its vectors are.

    Attributes:
        window: The maximum number of tokens in one input, special tokens included.
        dimension: The number of components of a vector.
        passage_prompt: The text that the model wants before a passage. It may be empty.
        question_prompt: The text that the model wants before a question. It may be empty.
    """

    window: int
    dimension: int
    passage_prompt: str = ""
    question_prompt: str = ""


@dataclass(frozen=True, slots=True)
class PassagesBy:
    """Names the encoder of the passages.

    Attributes:
        fingerprint: The fingerprint of that encoder.
        agreement: The lowest cosine between its vectors and those of the encoder of questions, over
            the same texts. It is None where one encoder does both.
    """

    fingerprint: str
    agreement: float | None = None


class QuestionEncoder(Protocol):
    """An encoder of questions. A searcher needs no more."""

    fingerprint: str
    """Names the weights, the libraries, the precision and the pooling.

    It does not name the processor. Encoders with equal fingerprints give vectors that agree within
    `wherein.index.encoding.agreement.MIN_AGREEMENT`.
    """

    def encode_question(self, question: str, /) -> Vectors:
        """Encode a question as a unit vector: (dimension,), float32."""


class Encoder(QuestionEncoder, Protocol):
    """An encoder of passages and questions. A build needs one. It is a `TokenBudget` too.

    The attribute `fingerprint` is that of the encoder of questions.
    """

    passages_by: PassagesBy
    """Names the encoder of passages."""

    dimension: int
    """The number of components of a vector."""

    def room(self, title: str | None, /) -> int:
        """Return how many tokens a passage under this title may have. It is at least 1."""

    def count_tokens(self, text: str, /) -> int:
        """Return the number of tokens in a text."""

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Encode each sentence as a unit vector: (sentences, dimension), float32.

        On one machine the vectors depend on this passage alone, up to the rounding
        `wherein.index.encoding.agreement.ROUNDING_TOLERANCE`.
        """

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Encode passages, in order. Each gets the vectors that `encode_passage` returns.

        The caller's thread iterates over the passages, which are read some way ahead of the vectors
        that are returned.
        """


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """A model that is ready to load.

    Attributes:
        full_name: Names the encoder that `load` returns: see `full_name`.
        load: Loads the encoder. It may raise ModelError.
    """

    full_name: str
    load: Callable[[], Encoder]


def full_name(encoder: Encoder) -> str:
    """Return a name for everything that an encoder does: both of its fingerprints."""
    passages = encoder.passages_by.fingerprint
    same = passages == encoder.fingerprint
    return encoder.fingerprint if same else f"{encoder.fingerprint}; passages: {passages}"
