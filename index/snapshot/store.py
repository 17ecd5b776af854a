"""Snapshots: complete indexes on disk that never change, and the one that is current.

instance/
  CURRENT             the id of the current snapshot; replaced by an atomic rename
  snapshots/<id>/     manifest.json, vectors/, lexical/, catalog.sqlite
  runs/<id>.json      what the run that made a snapshot did; no part of it
  snapshots/.<id>/    one that is being built, or was when its process died
  encodings.sqlite    vectors computed before
  models/             models as they were compiled
  verified.json       which snapshots were found whole since the machine started
  writer.lock         held, as a kernel lock, by the one process that writes
"""

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from wherein.index.catalog.reader import Catalog
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.tuning import Tuning
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.documents.checksums import FileRecord, damage, digest, flush
from wherein.index.encoding.protocols import PassagesBy
from wherein.index.errors import Busy, DamagedSnapshot, ForeignSnapshot, NoSnapshot, SnapshotError
from wherein.index.lexical.config import DEFAULT_LEXICAL, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.snapshot.verification import Touched, break_seal, is_sealed, now, seal, touched

log = logging.getLogger(__name__)

FORMAT = 5
"""Raised whenever a snapshot of today could not be read by the code of yesterday, or vice versa."""

VECTORS = "vectors"
LEXICAL = "lexical"
CATALOG = "catalog.sqlite"
_MANIFEST = "manifest.json"
_CURRENT = "CURRENT"

REBUILD = "Run `wherein reindex FOLDER`, with the folder of your documents, to build a new one."


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a snapshot holds."""

    documents: int
    skipped: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself.

    `documents` is the folder that was indexed, None where passages were given ready; `model` names
    the weights, `encoder` is the whole fingerprint of the encoder of questions, and `passages_by`
    says what encoded the passages. `made_by` is a digest of the code and the libraries, `inputs`
    one of all that the snapshot was made from: equal inputs give an equal snapshot. `neighbours`
    says how well the sentences near a question are found, None where it is compared with all.
    """

    id: str
    created: str
    documents: str | None
    model: str
    encoder: str
    passages_by: PassagesBy
    made_by: str
    inputs: str
    counts: Counts
    neighbours: Tuning | None
    files: Mapping[str, FileRecord]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open snapshot. Its files stay readable while it is open, deleted or not."""

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
        """Open a snapshot after checking each of its files: see `find_whole`.

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
        manifest = find_whole(folder)
        try:
            return cls(
                manifest,
                Catalog(folder / CATALOG),
                VectorIndex(folder / VECTORS, dense),
                LexicalIndex(folder / LEXICAL, lexical),
            )
        except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            # Its files were whole when they were read: it was dropped since, the disk lost bits, or
            # memory or handles ran out.
            raise DamagedSnapshot(
                f"{folder} cannot be opened: {error}. It must be writable: Tantivy puts a lock "
                f"there. If it is: {REBUILD}"
            ) from error


def verify(folder: Path) -> Manifest:
    """Read the manifest and compare each file with it, byte for byte."""
    manifest = read_manifest(folder)
    if problem := damage(folder, manifest.files):
        break_seal(folder)
        raise DamagedSnapshot(f"{problem} {REBUILD}")
    return manifest


def find_whole(folder: Path) -> Manifest:
    """The same, but what was found whole since the machine started and was not touched is so still.

    See `wherein.index.snapshot.verification`.
    """
    manifest = read_manifest(folder)
    if is_sealed(folder, manifest.files):
        return manifest
    began, before = now(), _touched(folder, manifest)
    verify(folder)
    if before:
        seal(folder, before, began)
    return manifest


def _touched(folder: Path, manifest: Manifest) -> Touched | None:
    try:
        return touched(folder, manifest.files)
    except OSError:
        return None  # one is missing, which `verify` tells


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot of this version's format."""
    file = folder / _MANIFEST
    try:
        fields = json.loads(file.read_bytes())
        if fields["format"] != FORMAT:
            raise ForeignSnapshot(
                f"The snapshot {folder} has format {fields['format']}, and this version of Wherein "
                f"reads format {FORMAT}. {REBUILD}"
            )
        written = fields.pop("sha256")
        if written != digest(fields):
            raise DamagedSnapshot(f"{file} is damaged: it is not what was written. {REBUILD}")
        fields["passages_by"] = PassagesBy(**fields["passages_by"])
        fields["counts"] = Counts(**fields["counts"])
        fields["neighbours"] = fields["neighbours"] and Tuning(**fields["neighbours"])
        fields["files"] = {name: FileRecord(**record) for name, record in fields["files"].items()}
        return Manifest(**fields)
    except FileNotFoundError as error:
        raise DamagedSnapshot(f"{file} is missing. {REBUILD}") from error
    except OSError as error:
        raise DamagedSnapshot(f"{file} cannot be read: {error.strerror}. {REBUILD}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedSnapshot(f"{file} is damaged: it is no manifest. {REBUILD}") from error


def read_documents(folder: Path) -> str | None:
    """The folder that a snapshot was made from, which every format has said so far.

    Raises what `read_manifest` does where that cannot be read.
    """
    try:
        return read_manifest(folder).documents
    except ForeignSnapshot:
        documents = json.loads((folder / _MANIFEST).read_bytes()).get("documents")
        if not isinstance(documents, str):
            raise
        return documents


class Store:
    """The snapshots of an instance folder."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self._snapshots = instance / "snapshots"

    def current(self) -> str | None:
        """The id of the current snapshot, None where nothing has been published."""
        try:
            return (self.instance / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotError(
                f"{self.instance} cannot be read as an index: {error.strerror}. Name another "
                "folder with WHEREIN_INSTANCE."
            ) from error

    def folder(self, snapshot_id: str) -> Path:
        """Where the snapshot of this id is, whether it is there or not."""
        return self._snapshots / snapshot_id

    def current_folder(self) -> Path:
        """Where the current snapshot is. Raises NoSnapshot."""
        current = self.current()
        if current is None:
            raise NoSnapshot(
                f"Nothing has been indexed yet: there is no snapshot in {self.instance}. "
                "Run `wherein reindex FOLDER` with the folder of your documents."
            )
        return self.folder(current)

    def published(self) -> list[str]:
        """The ids of the snapshots that are there, the current one first, then newest first."""
        current = self.current()
        if current is None or not self._snapshots.is_dir():
            return []
        ids = (path.name for path in self._snapshots.iterdir() if not path.name.startswith("."))
        return sorted((i for i in ids if i <= current), reverse=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, which the kernel releases with the process. Raises Busy."""
        lock = FileLock(self.instance / "writer.lock")
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout as error:
            raise Busy(
                f"Another process is indexing into {self.instance}. Wait for it to end, or name "
                "another folder with WHEREIN_INSTANCE."
            ) from error
        except OSError as error:
            raise SnapshotError(
                f"The index cannot be written to {self.instance}: {error.strerror}. Name another "
                "folder with WHEREIN_INSTANCE."
            ) from error
        try:
            for leftover in self._snapshots.glob(".*"):
                _remove(leftover)
            yield
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise SnapshotError(
                f"The index cannot be written to {self.instance}: {why}. The snapshot before, if "
                "there is one, is still current."
            ) from error
        finally:
            lock.release()

    def staging(self, snapshot_id: str) -> Path:
        """An empty folder to build the snapshot in. Under the writer's lock."""
        folder = self._snapshots / f".{snapshot_id}"
        folder.mkdir()
        (folder / LEXICAL).mkdir()
        (folder / VECTORS).mkdir()
        return folder

    def publish(self, staged: Path, manifest: Manifest) -> None:
        """Make a staged snapshot the current one, and keep the one before. Under the lock.

        Until the pointer is renamed the snapshot before stays the current one; the manifest, the
        folder and the pointer are flushed to disk before each step that relies on them.
        """
        file = staged / _MANIFEST
        fields = asdict(manifest)
        fields["sha256"] = digest(fields)
        file.write_text(json.dumps(fields, indent=1), encoding="utf-8")
        flush(file)
        flush(staged)
        verify(staged)
        staged.rename(self.folder(manifest.id))
        flush(self._snapshots)
        before = self.current()
        pointer = self.instance / f"{_CURRENT}.new"
        pointer.write_text(manifest.id + "\n", encoding="utf-8")
        flush(pointer)
        pointer.replace(self.instance / _CURRENT)
        flush(self.instance)
        for path in self._snapshots.iterdir():
            if path.name not in (manifest.id, before):
                _remove_if_possible(path)


def _remove_if_possible(path: Path) -> None:
    """An old snapshot that cannot go now, since it is being opened say, goes the next time."""
    try:
        _remove(path)
    except OSError as error:
        log.warning("%s stays for now: %s", path, error)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
