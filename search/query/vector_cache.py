"""The vectors of the questions that were asked last: pages and filters ask one again and again."""

import threading
from collections import OrderedDict

from wherein.index.arrays import Vectors
from wherein.index.encoding.encoder import QuestionEncoder

REMEMBERED = 256
"""Questions: half a megabyte of vectors."""


class RememberingEncoder:
    """An encoder that encodes none of the last questions twice. Safe from several threads."""

    def __init__(self, encoder: QuestionEncoder, remembered: int = REMEMBERED) -> None:
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._most = remembered
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode_question(self, question: str, /) -> Vectors:
        with self._lock:
            if (vector := self._known.get(question)) is not None:
                self._known.move_to_end(question)
                return vector
        # Not under the lock: others encode meanwhile, now and then the same.
        vector = self._encoder.encode_question(question)
        vector.setflags(write=False)
        with self._lock:
            self._known[question] = vector
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return vector
