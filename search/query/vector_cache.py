"""A cache of question vectors: paging and filters ask the same question again."""

import threading
from collections import OrderedDict

from wherein.index.arrays import Vectors
from wherein.index.encoding.protocols import QuestionEncoder

CACHED_QUESTIONS = 256
"""The number of questions in the cache. Their vectors take half a megabyte."""


class CachingEncoder:
    """Encodes questions and keeps the vectors of the last ones. Safe for use by several threads."""

    def __init__(self, encoder: QuestionEncoder, capacity: int = CACHED_QUESTIONS) -> None:
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._capacity = capacity
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode_question(self, question: str, /) -> Vectors:
        """Return the unit vector of a question: shape (dimension,), float32, read only."""
        with self._lock:
            if (vector := self._vectors.get(question)) is not None:
                self._vectors.move_to_end(question)
                return vector
        # The lock is free while the model runs, so two threads may encode the same question.
        vector = self._encoder.encode_question(question)
        vector.setflags(write=False)
        with self._lock:
            self._vectors[question] = vector
            if len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)
        return vector
