"""Vectors that were computed before, by what went into them, so that only new text is encoded."""

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
from wherein.index.encoding.encoder import Encoder
from wherein.index.errors import SnapshotError
from wherein.index.passages.splitter import Passage


class EncodingCache:
    """A SQLite file of finished encodings. Each is committed by itself, so a killed run loses none.

    Which run used which is noted once the run has them all, for `keep_only`. Used under the
    writer's lock, by one process at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._usable():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.executescript(
                """PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                CREATE TABLE IF NOT EXISTS encodings (key BLOB PRIMARY KEY, vectors BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS uses
                    (key BLOB NOT NULL, run TEXT NOT NULL, PRIMARY KEY (key, run)) WITHOUT ROWID;"""
            )
            columns = self._connection.execute("SELECT name FROM pragma_table_info('encodings')")
            if ("last_used",) in columns.fetchall():  # made by a version before `uses`
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
        """Encode the passages that are not here yet; their number. `run` is noted as their user."""
        used: list[bytes] = []
        begun: OrderedDict[bytes, None] = OrderedDict()
        encoded = 0
        for vectors in encoder.encode_passages(self._new(passages, encoder, used, begun)):
            key, _ = begun.popitem(last=False)
            with self._usable():
                self._connection.execute(
                    "INSERT INTO encodings VALUES (?, ?)",
                    (key, vectors.astype(np.float32).tobytes()),
                )
            encoded += 1
        self._note(used, run)
        return encoded

    def note_use(self, passages: Iterable[Passage], encoder: Encoder, run: str) -> None:
        """Note `run` as user of passages whose vectors it has from elsewhere."""
        self._note([_key(passage, encoder) for passage in passages], run)

    def _note(self, keys: Iterable[bytes], run: str) -> None:
        with self._usable():
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT OR IGNORE INTO uses VALUES (?, ?)", ((key, run) for key in keys)
            )
            self._connection.execute("COMMIT")

    def _new(
        self,
        passages: Iterable[Passage],
        encoder: Encoder,
        used: list[bytes],
        begun: OrderedDict[bytes, None],
    ) -> Iterator[Passage]:
        """The passages that are neither here nor begun; the key of each joins those begun."""
        for passage in passages:
            key = _key(passage, encoder)
            used.append(key)
            with self._usable():
                here = self._connection.execute("SELECT 1 FROM encodings WHERE key = ?", (key,))
                if here.fetchone() or key in begun:
                    continue
            begun[key] = None
            yield passage

    def vectors(self, passages: Iterable[Passage], encoder: Encoder) -> Iterator[Vectors]:
        """The vectors of passages that are here: (sentences, dimension) for each."""
        for passage in passages:
            key = _key(passage, encoder)
            with self._usable():
                (stored,) = self._connection.execute(
                    "SELECT vectors FROM encodings WHERE key = ?", (key,)
                ).fetchone()
            yield np.frombuffer(stored, np.float32).reshape(
                len(passage.sentences), encoder.dimension
            )

    def keep_only(self, runs: Sequence[str]) -> None:
        """Drop what none of these runs used."""
        marks = ",".join("?" * len(runs))
        self._connection.execute(f"DELETE FROM uses WHERE run NOT IN ({marks})", runs)  # noqa: S608
        self._connection.execute(
            "DELETE FROM encodings"
            " WHERE key IN (SELECT key FROM encodings EXCEPT SELECT key FROM uses)"
        )

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise SnapshotError(
                f"{self._path} cannot be used: {error}. If it is damaged, delete it: all it does "
                "is spare encoding everything again."
            ) from error


def _key(passage: Passage, encoder: Encoder) -> bytes:
    """Of all that the vectors depend on. repr keeps the parts apart, whatever is in them."""
    parts = (encoder.passages_by.fingerprint, passage.title, passage.text, passage.sentences)
    return hashlib.sha256(repr(parts).encode()).digest()
