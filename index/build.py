"""A folder of documents to a published snapshot: the whole chain, and the report of it."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeVar

from index import catalog, lexical, vectors
from index.catalog import Catalog, CatalogEntry
from index.documents import Document, Skipped, check_folder, read_bytes, walk
from index.encoding import Encoder
from index.encoding_cache import EncodingCache
from index.errors import FolderError, NoSnapshot, SnapshotError, Unreadable
from index.furniture import mark, repeated
from index.outline import outline
from index.passages import Passage, TokenBudget, cut
from index.readers import reader_of
from index.records import record_files
from index.runs import Run, few, write_run
from index.snapshot import (
    CATALOG,
    LEXICAL,
    VECTORS,
    Counts,
    Manifest,
    Store,
    read_manifest,
    verify,
)

T = TypeVar("T")

Cut = Callable[[Document, TokenBudget], Iterable[Passage]]
"""How a document comes apart into passages."""

_LIBRARIES = ("charset-normalizer", "faiss-cpu", "nupunkt", "numpy", "tantivy")
"""What the passages, vectors and words of a snapshot depend on besides our own code."""


class Model(Protocol):
    """A model that can be named without the seconds that loading it takes."""

    @property
    def name(self) -> str:
        """Names the weights: equal names, equal weights."""

    def prepare(self) -> str:
        """Make ready to load, which takes a while the first time; the encoder's fingerprint."""

    def load(self) -> Encoder:
        """The encoder made of it, once it is prepared."""


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


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder as it was read. `digests` has the SHA-256 of each document's file."""

    documents: tuple[Document, ...]
    digests: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    folder: str | None = None
    cut: Cut = cut

    def inputs(self, encoder: str) -> str:
        """A digest of all that a snapshot depends on: files, encoder, code and libraries."""
        code = sorted(Path(__file__).parent.rglob("*.py"))
        parts = (
            sorted(self.digests.items()),
            [(skip.source, skip.reason) for skip in self.skipped],
            encoder,
            [hashlib.sha256(path.read_bytes()).hexdigest() for path in code],
            [version(library) for library in _LIBRARIES],
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


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
        return _update(_read(folder, instance, track), store, model, track, started)


def documents_of(instance: Path) -> Path | None:
    """The folder that the current snapshot was made from, be its other files damaged or not.

    None where nothing has been indexed. Raises SnapshotError where something has been, and the
    manifest does not say from where: another folder must not take its place unasked.
    """
    try:
        folder = Store(instance).current_folder()
    except NoSnapshot:
        return None
    documents = read_manifest(folder).documents
    return Path(documents) if documents else None


def build_passages(
    entries: Sequence[CatalogEntry], instance: Path, model: Model, track: Track
) -> BuildReport:
    """The same for passages that are ready: nothing is read, no furniture marked, nothing cut.

    Each entry's SHA-256 is of all that its passages were made from.
    """
    started = time.monotonic()
    passages = {entry.document.source: entry.passages for entry in entries}
    ready = _Folder(
        documents=tuple(entry.document for entry in entries),
        digests={entry.document.source: entry.sha256 for entry in entries},
        skipped=(),
        cut=lambda document, _budget: passages[document.source],
    )
    store = Store(instance)
    with store.writing():
        return _update(ready, store, model, track, started)


def _update(
    files: _Folder, store: Store, model: Model, track: Track, started: float
) -> BuildReport:
    """Publish a snapshot of the files unless the current one is of just these."""
    inputs = files.inputs(model.prepare())
    before, digests_before = _before(store)
    manifest, encoded = before, 0
    if manifest is None or (manifest.inputs, manifest.documents) != (inputs, files.folder):
        manifest, encoded = _publish(files, store, model, inputs, track)
    report = BuildReport(
        snapshot=manifest.id,
        published=manifest is not before,
        changes=_changes(digests_before, files.digests),
        skipped=files.skipped,
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


def _read(folder: Path, instance: Path, track: Track) -> _Folder:
    """Read every document, and mark what is furniture once all of them are known."""
    read: list[Document] = []
    digests: dict[str, str] = {}
    skipped: list[Skipped] = []
    for file in track(list(walk(folder, instance)), "Reading"):
        if isinstance(file, Skipped):
            skipped.append(file)
            continue
        try:
            reader = reader_of(file.source)
            data = read_bytes(file)
            read.append(reader(file.source, data))
            digests[file.source] = hashlib.sha256(data).hexdigest()
        except Unreadable as error:
            skipped.append(Skipped(file.source, str(error)))
    if not read:
        raise FolderError(_nothing_in(folder, skipped))
    repeats = repeated(read)
    documents = tuple(outline(mark(document, repeats)) for document in read)
    return _Folder(documents, digests, tuple(skipped), str(folder.absolute()))


def _nothing_in(folder: Path, skipped: Sequence[Skipped]) -> str:
    what = f"{folder} holds no document that can be read."
    remedy = " Put .txt files into it, or name another folder: wherein reindex FOLDER."
    return what + remedy + "".join(f"\n  {skip.source}: {skip.reason}" for skip in skipped[:10])


def _before(store: Store) -> tuple[Manifest | None, Mapping[str, str]]:
    """The current snapshot's manifest and documents; none where it cannot be used any more."""
    try:
        folder = store.current_folder()
        return verify(folder), Catalog(folder / CATALOG).digests()
    except SnapshotError:
        # Missing, damaged or foreign: whichever it is, a new one is the remedy.
        return None, {}


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Changes:
    both = before.keys() & now.keys()
    return Changes(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(source for source in both if before[source] != now[source])),
        unchanged=tuple(sorted(source for source in both if before[source] == now[source])),
        removed=tuple(sorted(before.keys() - now.keys())),
    )


def _publish(
    files: _Folder, store: Store, model: Model, inputs: str, track: Track
) -> tuple[Manifest, int]:
    """Encode what is new, then write, check and publish a snapshot; the number encoded."""
    encoder = model.load()
    entries = [
        CatalogEntry(document, files.digests[document.source], tuple(files.cut(document, encoder)))
        for document in track(files.documents, "Cutting")
    ]
    passages = [passage for entry in entries for passage in entry.passages]
    created = datetime.now(UTC)
    snapshot = f"{created:%Y%m%dT%H%M%S.%fZ}-{inputs[:8]}"
    with EncodingCache(store.instance / "encodings.sqlite") as cache:
        encoded = cache.encode(track(passages, "Encoding"), encoder, snapshot)
        staged = store.staging(snapshot)
        catalog.write(staged / CATALOG, entries, files.skipped)
        lexical.write(staged / LEXICAL, ((p.title, p.text) for p in passages))
        sentences = vectors.write(
            staged / VECTORS, cache.vectors(passages, encoder), encoder.dimension
        )
        manifest = Manifest(
            id=snapshot,
            created=created.isoformat(timespec="seconds"),
            documents=files.folder,
            model=model.name,
            encoder=encoder.fingerprint,
            inputs=inputs,
            counts=Counts(len(entries), len(files.skipped), len(passages), sentences),
            files=record_files(staged),
        )
        store.publish(staged, manifest)
        cache.keep_only(store.published())
    return manifest, encoded
