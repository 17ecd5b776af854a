"""A cache of question vectors on disk, so that a second evaluation encodes no question again."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.errors import SnapshotError

CACHE = Path("evaluation") / "questions.sqlite"
"""The file of the cache, below an instance folder."""

_SCHEMA = """
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS questions (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
"""


class CachedQuestionEncoder:
    """An encoder of questions that keeps the vectors in a file.

    Args:
        encoder: The encoder for questions that are not in the cache.
        file: The cache. It is created if it does not exist.

    Raises:
        SnapshotError: The file cannot be used.
    """

    def __init__(self, encoder: QuestionEncoder, file: Path) -> None:
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._file = file
        with self._named_errors():
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, isolation_level=None)
            self._connection.executescript(_SCHEMA)

    def encode_question(self, question: str, /) -> Vectors:
        """Return the vector of a question, from the cache if it is there.

        Args:
            question: The question.

        Returns:
            A unit vector: shape (dimension,), float32.

        Raises:
            SnapshotError: The cache cannot be read or written.
        """
        key = hashlib.sha256(repr((self.fingerprint, question)).encode()).digest()
        with self._named_errors():
            row = self._connection.execute(
                "SELECT vector FROM questions WHERE key = ?", (key,)
            ).fetchone()
        if row:
            return np.frombuffer(row[0], np.float32)
        vector = self._encoder.encode_question(question)
        with self._named_errors():
            self._connection.execute(
                "INSERT OR REPLACE INTO questions VALUES (?, ?)", (key, vector.tobytes())
            )
        return vector

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise SnapshotError(
                f"{self._file} cannot be used: {error}. If the file is damaged, delete it. It only "
                "saves time: without it, all questions are encoded again."
            ) from error
