"""A cache of vectors on disk, so that only new text is encoded."""

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.encoding.protocols import Encoder
from wherein.index.errors import SnapshotError
from wherein.index.passages.splitter import Passage

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS encodings (key BLOB PRIMARY KEY, vectors BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS uses
    (key BLOB NOT NULL, run TEXT NOT NULL, PRIMARY KEY (key, run)) WITHOUT ROWID;
"""


class EncodingCache:
    """A SQLite file of vectors. Each passage is committed by itself: a killed run loses none.

    A run is one build. The cache notes which run used which passages once the run has them all, for
    `keep_only`. One process at a time may use the cache: it needs the writer's lock.

    Args:
        path: The file. It is created if it does not exist.

    Raises:
        SnapshotError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._named_errors():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.executescript(_SCHEMA)
            columns = self._connection.execute("SELECT name FROM pragma_table_info('encodings')")
            if ("last_used",) in columns.fetchall():  # a version without `uses` made the file
                self._connection.execute("ALTER TABLE encodings DROP COLUMN last_used")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def encode(self, passages: Iterable[Passage], encoder: Encoder, run: str) -> int:
        """Encode the passages that are not in the cache.

        Args:
            passages: The passages.
            encoder: The encoder.
            run: The run that uses the passages.

        Returns:
            The number of passages that were encoded.

        Raises:
            SnapshotError: The file cannot be used.
        """
        used: list[bytes] = []
        pending: OrderedDict[bytes, None] = OrderedDict()
        encoded = 0
        for vectors in encoder.encode_passages(self._missing(passages, encoder, used, pending)):
            key, _ = pending.popitem(last=False)
            with self._named_errors():
                self._connection.execute(
                    "INSERT INTO encodings VALUES (?, ?)",
                    (key, vectors.astype(np.float32).tobytes()),
                )
            encoded += 1
        self._note_keys(used, run)
        return encoded

    def note_use(self, passages: Iterable[Passage], encoder: Encoder, run: str) -> None:
        """Note that a run uses passages, whose vectors it takes from elsewhere.

        Args:
            passages: The passages.
            encoder: The encoder.
            run: The run.

        Raises:
            SnapshotError: The file cannot be used.
        """
        self._note_keys([_key(passage, encoder) for passage in passages], run)

    def _note_keys(self, keys: Iterable[bytes], run: str) -> None:
        with self._named_errors():
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT OR IGNORE INTO uses VALUES (?, ?)", ((key, run) for key in keys)
            )
            self._connection.execute("COMMIT")

    def _missing(
        self,
        passages: Iterable[Passage],
        encoder: Encoder,
        used: list[bytes],
        pending: OrderedDict[bytes, None],
    ) -> Iterator[Passage]:
        """Yield the passages that are neither cached nor pending, and add their keys to both."""
        for passage in passages:
            key = _key(passage, encoder)
            used.append(key)
            with self._named_errors():
                cached = self._connection.execute("SELECT 1 FROM encodings WHERE key = ?", (key,))
                if cached.fetchone() or key in pending:
                    continue
            pending[key] = None
            yield passage

    def vectors(self, passages: Iterable[Passage], encoder: Encoder) -> Iterator[Vectors]:
        """Read the vectors of passages. Each passage must be in the cache.

        Args:
            passages: The passages.
            encoder: The encoder that encoded the passages.

        Yields:
            The vectors of each passage: (sentences, dimension), float32.

        Raises:
            SnapshotError: The file cannot be used.
        """
        for passage in passages:
            key = _key(passage, encoder)
            with self._named_errors():
                (stored,) = self._connection.execute(
                    "SELECT vectors FROM encodings WHERE key = ?", (key,)
                ).fetchone()
            yield np.frombuffer(stored, np.float32).reshape(
                len(passage.sentences), encoder.dimension
            )

    def keep_only(self, runs: Sequence[str]) -> None:
        """Remove the passages that none of these runs used."""
        marks = ",".join("?" * len(runs))
        self._connection.execute(f"DELETE FROM uses WHERE run NOT IN ({marks})", runs)  # noqa: S608
        self._connection.execute(
            "DELETE FROM encodings"
            " WHERE key IN (SELECT key FROM encodings EXCEPT SELECT key FROM uses)"
        )

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise SnapshotError(
                f"{self._path} cannot be used: {error}. If the file is damaged, delete it. It only "
                "saves time: without it, all passages are encoded again."
            ) from error


def _key(passage: Passage, encoder: Encoder) -> bytes:
    """Return a digest of everything that the vectors depend on.

    `repr` separates the parts, whatever they contain.
    """
    parts = (encoder.passages_by.fingerprint, passage.title, passage.text, passage.sentences)
    return hashlib.sha256(repr(parts).encode()).digest()
