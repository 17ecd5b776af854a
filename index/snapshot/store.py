"""Snapshots: complete, immutable indexes on disk, one of which is current.

instance/
  CURRENT             the id of the current snapshot; replaced by an atomic rename
  snapshots/<id>/     manifest.json, vectors/, lexical/, catalog.sqlite, catalog.columns/
  runs/<id>.json      the report of the run that made a snapshot; not part of the snapshot
  snapshots/.<id>/    a snapshot that is being built, or whose process died
  encodings.sqlite    a cache of vectors
  models/             compiled models
  verified.json       the snapshots that were verified since the machine was started
  writer.lock         a kernel lock that the one writing process holds
"""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from wherein.index.catalog.reader import Catalog
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.documents.checksums import flush
from wherein.index.errors import Busy, DamagedSnapshot, NoSnapshot, SnapshotError
from wherein.index.lexical.config import DEFAULT_LEXICAL, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.snapshot.manifest import REBUILD, Manifest, write_manifest
from wherein.index.snapshot.verification import verify, verify_once

log = logging.getLogger(__name__)

VECTORS = "vectors"
LEXICAL = "lexical"
CATALOG = "catalog.sqlite"
_CURRENT = "CURRENT"
_OTHER_INSTANCE = "Choose another folder with WHEREIN_INSTANCE."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot. Its files stay readable while it is open, even if they are deleted.

    Attributes:
        manifest: What the snapshot was made from.
        catalog: The documents, passages, sentences and dates.
        vectors: The vectors of the sentences.
        lexical: The terms of the passages.
    """

    manifest: Manifest
    catalog: Catalog
    vectors: VectorIndex
    lexical: LexicalIndex

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        dense: DenseConfig = DEFAULT_DENSE,
        lexical: LexicalConfig = DEFAULT_LEXICAL,
    ) -> "Snapshot":
        """Open a snapshot after verifying its files: see `verify_once`.

        Args:
            folder: The folder of the snapshot.
            dense: The configuration that the vectors were written with.
            lexical: The configuration that the words were indexed with.

        Returns:
            The open snapshot.

        Raises:
            ForeignSnapshot: Another version of Wherein wrote the snapshot.
            DamagedSnapshot: A file of the snapshot is missing or damaged.
        """
        manifest = verify_once(folder)
        try:
            return cls(
                manifest,
                Catalog(folder / CATALOG),
                VectorIndex(folder / VECTORS, dense),
                LexicalIndex(folder / LEXICAL, lexical),
            )
        except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            # The files were verified. So the snapshot was removed since, the disk lost bits, or
            # memory or file handles ran out.
            raise DamagedSnapshot(
                f"{folder} cannot be opened: {error}. The folder must be writable, because Tantivy "
                f"creates a lock file there. If it is writable: {REBUILD}"
            ) from error


class Store:
    """The snapshots in an instance folder.

    Args:
        instance: The instance folder, which need not exist.
    """

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self._snapshots = instance / "snapshots"

    def current(self) -> str | None:
        """Find the current snapshot.

        Returns:
            The id of the snapshot. None if nothing has been published.

        Raises:
            SnapshotError: The instance folder cannot be read.
        """
        try:
            return (self.instance / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotError(
                f"{self.instance} cannot be read as an index: {error.strerror}. {_OTHER_INSTANCE}"
            ) from error

    def folder(self, snapshot_id: str) -> Path:
        """Return the folder of a snapshot, whether it exists or not."""
        return self._snapshots / snapshot_id

    def current_folder(self) -> Path:
        """Find the folder of the current snapshot.

        Returns:
            The folder, which may be missing if the instance is damaged.

        Raises:
            NoSnapshot: Nothing has been published.
            SnapshotError: The instance folder cannot be read.
        """
        current = self.current()
        if current is None:
            raise NoSnapshot(
                f"Nothing has been indexed yet: there is no snapshot in {self.instance}. "
                "Run `wherein reindex FOLDER` with the folder of your documents."
            )
        return self.folder(current)

    def published(self) -> list[str]:
        """Return the ids of all published snapshots, the current one first, then newest first."""
        current = self.current()
        if current is None or not self._snapshots.is_dir():
            return []
        ids = (path.name for path in self._snapshots.iterdir() if not path.name.startswith("."))
        return sorted((i for i in ids if i <= current), reverse=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, and remove what a killed run left.

        The kernel releases the lock when the process ends.

        Yields:
            Nothing.

        Raises:
            Busy: Another process or thread holds the lock.
            SnapshotError: The instance folder cannot be written.
        """
        lock = self._acquire_lock()
        try:
            for leftover in self._snapshots.glob(".*"):
                _remove(leftover)
            yield
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise SnapshotError(
                f"The index cannot be written to {self.instance}: {why}. The previous snapshot, "
                "if there is one, is still current."
            ) from error
        finally:
            lock.release()

    def _acquire_lock(self) -> FileLock:
        lock = FileLock(self.instance / "writer.lock")
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout as error:
            raise Busy(
                f"Another process is indexing into {self.instance}. Wait until it ends, or name "
                "another folder with WHEREIN_INSTANCE."
            ) from error
        except OSError as error:
            raise SnapshotError(
                f"The index cannot be written to {self.instance}: {error.strerror}. "
                f"{_OTHER_INSTANCE}"
            ) from error
        return lock

    def stage(self, snapshot_id: str) -> Path:
        """Create an empty folder to build a snapshot in. The caller holds the writer's lock."""
        folder = self._snapshots / f".{snapshot_id}"
        folder.mkdir()
        (folder / LEXICAL).mkdir()
        (folder / VECTORS).mkdir()
        return folder

    def publish(self, staged: Path, manifest: Manifest) -> None:
        """Make a staged snapshot the current one, and keep the previous one.

        The previous snapshot stays current until CURRENT is renamed. The manifest, the folder and
        CURRENT are flushed to disk before each step that relies on them. The caller holds the
        writer's lock.

        Args:
            staged: The folder of the staged snapshot, whose other files are flushed to disk.
            manifest: The manifest of the snapshot.

        Raises:
            DamagedSnapshot: The disk does not return what was written.
        """
        flush(write_manifest(staged, manifest))
        flush(staged)
        verify(staged)
        staged.rename(self.folder(manifest.id))
        flush(self._snapshots)
        previous = self.current()
        pointer = self.instance / f"{_CURRENT}.new"
        pointer.write_text(manifest.id + "\n", encoding="utf-8")
        flush(pointer)
        pointer.replace(self.instance / _CURRENT)
        flush(self.instance)
        for path in self._snapshots.iterdir():
            if path.name not in (manifest.id, previous):
                _remove_if_possible(path)


def _remove_if_possible(path: Path) -> None:
    """Remove an old snapshot. If it cannot be removed now, the next run removes it."""
    try:
        _remove(path)
    except OSError as error:
        log.warning("%s cannot be removed now. The next run will remove it: %s", path, error)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
