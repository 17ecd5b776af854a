"""A folder of documents to a published snapshot: the whole chain, and the report of it."""

import hashlib
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol, TypeVar

from wherein.index.arrays import Vectors
from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.dense import vector_index as vectors
from wherein.index.dense.float16 import Float16Vectors
from wherein.index.documents.checksums import record_files
from wherein.index.documents.model import Document, Found, Skipped, check_folder, read_bytes, walk
from wherein.index.encoding.cache import EncodingCache
from wherein.index.encoding.protocols import Encoder, PreparedModel, full_name
from wherein.index.errors import FolderError, NoSnapshot, Unreadable
from wherein.index.furniture.marker import mark
from wherein.index.furniture.repeated_lines import Lookups, Repeats, count_repeats, short_lines
from wherein.index.incremental import Before
from wherein.index.lexical import lexical_index as lexical
from wherein.index.lexical.postings import TermCounts
from wherein.index.passages.splitter import cut
from wherein.index.readers.registry import reader_of
from wherein.index.snapshot.run_report import Run, few, write_run
from wherein.index.snapshot.store import (
    CATALOG,
    LEXICAL,
    VECTORS,
    Counts,
    Manifest,
    Store,
    read_documents,
)
from wherein.index.structure.outline import outline

T = TypeVar("T")

_LIBRARIES = ("charset-normalizer", "faiss-cpu", "nupunkt", "numpy", "tantivy", "tokenizers")
"""What the passages, vectors and words of a snapshot depend on besides our own code."""


class Model(Protocol):
    """A model that can be named without the seconds that loading it takes."""

    @property
    def name(self) -> str:
        """Names the weights: equal names, equal weights."""

    def prepare(self) -> PreparedModel:
        """Make the model ready to load, which takes a while the first time."""


class Track(Protocol):
    """Shows how far a run is: yields the items it is handed, with what is done to them."""

    def __call__(self, items: Sequence[T], doing: str, /) -> Iterable[T]: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """The sources of a folder against those of the snapshot before, each in order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did. `snapshot` is the current one after it, `published` whether it is new."""

    snapshot: str
    published: bool
    changes: Changes
    skipped: tuple[Skipped, ...]
    passages: int
    encoded: int
    seconds: float


class _Input(Protocol):
    """What a snapshot is made of."""

    @property
    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of each document's file by its source."""

    @property
    def skipped(self) -> Sequence[Skipped]: ...

    @property
    def folder(self) -> str | None:
        """Where the files are, None where passages were given ready."""

    def entries(self, encoder: Encoder, track: Track, /) -> list[CatalogEntry]:
        """The documents in the order of the snapshot. Digests may be others thereafter."""


def build(folder: Path, instance: Path, model: Model, track: Track) -> BuildReport:
    """Bring the index up to date with a folder of documents; publish it if anything changed.

    Raises FolderError where there is nothing to index, Busy where another process is at it.
    Whatever is raised, the snapshot before stays the current one.
    """
    started = time.monotonic()
    check_folder(folder)
    if folder.resolve() == instance.resolve():
        raise FolderError(f"{folder} is the index's own folder. Name that of your documents.")
    store = Store(instance)
    with store.writing():
        before = Before.of(store)
        known = before if before and before.manifest.made_by == _made_by() else None
        files = _Files(folder, instance, known, track)
        return _update(files, store, before, model, track, started)


def documents_of(instance: Path) -> Path | None:
    """The folder that the current snapshot was made from, be its other files damaged or its format
    another, as it is after an update.

    None where nothing has been indexed. Raises SnapshotError where something has been, and the
    manifest does not say from where: another folder must not take its place unasked.
    """
    try:
        folder = Store(instance).current_folder()
    except NoSnapshot:
        return None
    documents = read_documents(folder)
    return Path(documents) if documents else None


def build_passages(
    entries: Sequence[CatalogEntry], instance: Path, model: Model, track: Track
) -> BuildReport:
    """The same for passages that are ready: nothing is read, no furniture marked, nothing cut.

    Each entry's SHA-256 is of all that its passages were made from.
    """
    started = time.monotonic()
    store = Store(instance)
    with store.writing():
        return _update(_Ready(entries), store, Before.of(store), model, track, started)


class _Ready:
    """Passages that were made elsewhere."""

    def __init__(self, entries: Sequence[CatalogEntry]) -> None:
        self.digests = {entry.document.source: entry.sha256 for entry in entries}
        self.skipped: list[Skipped] = []
        self.folder = None
        self._entries = entries

    def entries(self, _encoder: Encoder, _track: Track) -> list[CatalogEntry]:
        return [*self._entries]


class _Files:
    """A folder's files, as they were read. What `before` has of them is not read again."""

    def __init__(self, folder: Path, instance: Path, before: Before | None, track: Track) -> None:
        self.digests: dict[str, str] = {}
        self.skipped: list[Skipped] = []
        self.folder = str(folder.absolute())
        self._before = before
        self._read: dict[str, Document] = {}
        self._unchanged: dict[str, Found] = {}
        known = before.digests if before else {}
        for file in track(list(walk(folder, instance)), "Reading"):
            if isinstance(file, Skipped):
                self.skipped.append(file)
            else:
                self._read_unless(known.get(file.source), file)
        if not self.digests:
            raise FolderError(_nothing_in(folder, self.skipped))

    def _read_unless(self, known: str | None, file: Found) -> None:
        """Read a file as a document, unless its digest is the one that is known."""
        try:
            reader = reader_of(file.source)
            data = read_bytes(file)
            digest = hashlib.sha256(data).hexdigest()
            if digest == known:
                self._unchanged[file.source] = file
            else:
                self._read[file.source] = reader(file.source, data)
            self.digests[file.source] = digest
        except Unreadable as error:
            self.digests.pop(file.source, None)
            self.skipped.append(Skipped(file.source, str(error)))

    def entries(self, encoder: Encoder, track: Track) -> list[CatalogEntry]:
        """What `before` has of unchanged files, and the others cut, in the order of the walk."""
        if self._before and not (
            self._before.manifest.passages_by.fingerprint == encoder.passages_by.fingerprint
            and self._before.is_whole()
        ):
            self._read_again([*self._unchanged])
        repeats = self._repeats()
        # As long as what the folder says of a page's lines is not what it said: each time around
        # more is read, mostly nothing.
        while changed := self._marked_otherwise(repeats):
            self._read_again(changed)
            repeats = self._repeats()
        kept = self._before.entries(self._unchanged) if self._before and self._unchanged else ()
        entries = {entry.document.source: entry for entry in kept}
        for source in track([*self._read], "Cutting"):
            lookups = Lookups(repeats)
            document = outline(mark(self._read[source], lookups))
            entries[source] = CatalogEntry(
                document,
                self.digests[source],
                tuple(cut(document, encoder)),
                lookups.looked_up,
            )
        return [entries[source] for source in self.digests]

    def _repeats(self) -> Repeats:
        before = (
            self._before.short_lines(self._unchanged) if self._before and self._unchanged else ()
        )
        return count_repeats(chain(map(short_lines, self._read.values()), before))

    def _marked_otherwise(self, repeats: Repeats) -> list[str]:
        """The unchanged files whose furniture may no longer be what it was."""
        if not (self._before and self._unchanged):
            return []
        return [*(self._unchanged.keys() - self._before.still_marked(repeats))]

    def _read_again(self, sources: Collection[str]) -> None:
        for source in sources:
            self._read_unless(None, self._unchanged.pop(source))


def _nothing_in(folder: Path, skipped: Sequence[Skipped]) -> str:
    what = f"{folder} holds no document that can be read."
    remedy = " Put .txt files into it, or name another folder: wherein reindex FOLDER."
    return what + remedy + "".join(f"\n  {skip.source}: {skip.reason}" for skip in skipped[:10])


@cache
def _made_by() -> str:
    """A digest of our code, the libraries and the Python that make a snapshot.

    Taken once, as a run begins: code that is put in the place of ours meanwhile did not make it.
    """
    code = sorted(Path(__file__).parent.rglob("*.py"))
    parts = (
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in code],
        [version(library) for library in _LIBRARIES],
        sys.version,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _inputs(files: _Input, encoder: str) -> str:
    """A digest of all that a snapshot depends on: files, encoder, code and libraries."""
    skipped = [(skip.source, skip.reason) for skip in files.skipped]
    parts = (sorted(files.digests.items()), skipped, encoder, _made_by())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _update(
    files: _Input,
    store: Store,
    before: Before | None,
    model: Model,
    track: Track,
    started: float,
) -> BuildReport:
    """Publish a snapshot of the files unless the current one is of just these."""
    prepared = model.prepare()
    inputs = _inputs(files, prepared.full_name)
    manifest, encoded = before.manifest if before else None, 0
    if manifest is None or (manifest.inputs, manifest.documents) != (inputs, files.folder):
        manifest, encoded = _publish(files, store, before, model.name, prepared, track)
    report = BuildReport(
        snapshot=manifest.id,
        published=before is None or manifest is not before.manifest,
        changes=_changes(before.digests if before else {}, files.digests),
        skipped=tuple(files.skipped),
        passages=manifest.counts.passages,
        encoded=encoded,
        seconds=time.monotonic() - started,
    )
    if report.published:
        write_run(store.instance, _run(report), store.published())
    return report


def _run(report: BuildReport) -> Run:
    """What is kept of a report, for whoever looks at the snapshot later."""
    changes = report.changes
    return Run(
        snapshot=report.snapshot,
        added=few(changes.added),
        changed=few(changes.changed),
        removed=few(changes.removed),
        unchanged=len(changes.unchanged),
        skipped=len(report.skipped),
        passages=report.passages,
        encoded=report.encoded,
        seconds=round(report.seconds, 1),
    )


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Changes:
    both = before.keys() & now.keys()
    return Changes(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(source for source in both if before[source] != now[source])),
        unchanged=tuple(sorted(source for source in both if before[source] == now[source])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def _publish(
    files: _Input,
    store: Store,
    before: Before | None,
    model: str,
    prepared: PreparedModel,
    track: Track,
) -> tuple[Manifest, int]:
    """Encode what is new, then write, check and publish a snapshot; the number encoded."""
    encoder = prepared.load()
    entries = files.entries(encoder, track)
    inputs = _inputs(files, full_name(encoder))
    created = datetime.now(UTC)
    snapshot = f"{created:%Y%m%dT%H%M%S.%fZ}-{inputs[:8]}"
    passages = [passage for entry in entries for passage in entry.passages]
    with EncodingCache(store.instance / "encodings.sqlite") as cache:
        new = [passage for entry in entries if not entry.kept for passage in entry.passages]
        encoded = cache.encode(track(new, "Encoding"), encoder, snapshot)
        kept = (passage for entry in entries if entry.kept for passage in entry.passages)
        cache.note_use(kept, encoder, snapshot)
        staged = store.staging(snapshot)
        catalog_writer.write(staged / CATALOG, entries, files.skipped)
        lexical.write(staged / LEXICAL, passages, _words(entries, before))
        sentences, neighbours = vectors.write(
            staged / VECTORS, _vectors(entries, before, cache, encoder), encoder.dimension
        )
        manifest = Manifest(
            id=snapshot,
            created=created.isoformat(timespec="seconds"),
            documents=files.folder,
            model=model,
            encoder=encoder.fingerprint,
            passages_by=encoder.passages_by,
            made_by=_made_by(),
            inputs=inputs,
            counts=Counts(len(entries), len(files.skipped), len(passages), sentences),
            neighbours=neighbours,
            files=record_files(staged),
        )
        store.publish(staged, manifest)
        cache.keep_only(store.published())
    return manifest, encoded


def _words(
    entries: Iterable[CatalogEntry], before: Before | None
) -> Iterator[TermCounts | None]:
    """The words of each passage that was kept, None for those of the others."""
    for entry in entries:
        kept = entry.kept and before
        yield from before.words(entry) if kept and before else repeat(None, len(entry.passages))


def _vectors(
    entries: Iterable[CatalogEntry],
    before: Before | None,
    cache: EncodingCache,
    encoder: Encoder,
) -> Iterator[Vectors | Float16Vectors]:
    """The vectors of each passage, in order."""
    for entry in entries:
        if entry.kept and before:
            yield from before.vectors(entry)
        else:
            yield from cache.vectors(entry.passages, encoder)
