"""A cache of question vectors: paging and filters ask the same question again."""

from functools import lru_cache

from wherein.index.arrays import Vectors
from wherein.index.encoding.protocols import QuestionEncoder

CACHED_QUESTIONS = 256
"""The number of questions in the cache. Their vectors take half a megabyte."""


class CachingEncoder:
    """Encodes questions and keeps the vectors of the last ones. Safe for use by several threads."""

    def __init__(self, encoder: QuestionEncoder, capacity: int = CACHED_QUESTIONS) -> None:
        self.fingerprint = encoder.fingerprint

        # The cache is not locked while the model runs, so two threads may encode the same question.
        @lru_cache(maxsize=capacity)
        def encode(question: str) -> Vectors:
            vector = encoder.encode_question(question)
            vector.setflags(write=False)
            return vector

        self._encode = encode

    def encode_question(self, question: str, /) -> Vectors:
        """Return the unit vector of a question: shape (dimension,), float32, read only."""
        return self._encode(question)
