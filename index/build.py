"""Builds a snapshot from a folder of documents: the whole chain, in order.

scan → plan → extract → mark → outline → cut → encode → publish
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Protocol, TypeVar

from wherein.index.arrays import Vectors
from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.dense import vector_index
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.float16 import Float16Vectors
from wherein.index.documents.checksums import checksum_files
from wherein.index.documents.folder import Found, Scan, Skipped, check_folder, scan_folder
from wherein.index.encoding.cache import EncodingCache
from wherein.index.encoding.protocols import Encoder, PreparedModel, full_name
from wherein.index.errors import FolderError, NoSnapshot
from wherein.index.furniture import known_lines
from wherein.index.furniture.marker import mark
from wherein.index.furniture.repeated_lines import LookupRecorder, RepeatedLines
from wherein.index.incremental import (
    FolderDocuments,
    Plan,
    PreviousSnapshot,
    installed_pipeline,
    plan_reuse,
    settle,
)
from wherein.index.lexical import lexical_index
from wherein.index.lexical.postings import TermCounts
from wherein.index.passages.splitter import TokenBudget, cut
from wherein.index.readers.extraction import ExtractedDocument, Extraction, extract
from wherein.index.snapshot.inputs import Corpus, Inputs
from wherein.index.snapshot.manifest import Counts, Manifest, Pipeline, Provenance, read_documents
from wherein.index.snapshot.run_report import BuildReport, Changes, Run, write_run
from wherein.index.snapshot.store import CATALOG, LEXICAL, VECTORS, Store
from wherein.index.structure.outline import outline

T = TypeVar("T")

_MAX_REASONS = 10  # how many skipped files an error message names


class Model(Protocol):
    """A model that has a name before it is loaded, because loading takes seconds."""

    @property
    def name(self) -> str:
        """Return the name of the weights: equal names, equal weights."""
        ...

    def prepare(self) -> PreparedModel:
        """Make the model ready to load, which takes a while the first time."""
        ...


class Track(Protocol):
    """Shows the progress of a step."""

    def __call__(self, items: Sequence[T], step: str, /) -> Iterable[T]:
        """Yield the items one by one.

        Args:
            items: The items that the step works on.
            step: What the step does, such as "Reading".

        Returns:
            The items.
        """
        ...


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What experiments and tests change about a build.

    Attributes:
        dense: When the search for vectors is approximate.
        pipeline: The code that makes the snapshot; None for the installed one.
    """

    dense: DenseConfig = DEFAULT_DENSE
    pipeline: Pipeline | None = None


DEFAULT_OPTIONS = BuildOptions()


def build(
    folder: Path,
    instance: Path,
    model: Model,
    track: Track,
    options: BuildOptions = DEFAULT_OPTIONS,
) -> BuildReport:
    """Bring the index up to date with a folder of documents, and publish it if anything changed.

    Whatever goes wrong, the previous snapshot stays current.

    Args:
        folder: The folder of documents.
        instance: The instance folder, which is created if it does not exist.
        model: Encodes the passages.
        track: Shows the progress of each step.
        options: What experiments and tests change.

    Returns:
        What the run did.

    Raises:
        FolderError: The folder is missing or contains no document.
        Busy: Another process is indexing into the instance folder.
        SnapshotError: The instance folder cannot be written.
        ModelError: The model cannot be used.
    """
    started = time.monotonic()
    check_folder(folder)
    if folder.resolve() == instance.resolve():
        raise FolderError(
            f"{folder} is the folder of the index itself. Name the folder of your documents."
        )
    store = Store(instance)
    with store.writing():
        run = _start(store, track, options, started)
        scan = scan_folder(folder, instance)
        found = _read_folder(run, scan)
        make_corpus = partial(_make_corpus, run, scan, found)
        return _update(run, _inputs(run, scan, found), model, make_corpus)


def build_passages(
    entries: Sequence[CatalogEntry],
    instance: Path,
    model: Model,
    track: Track,
    options: BuildOptions = DEFAULT_OPTIONS,
) -> BuildReport:
    """Build a snapshot from passages that were made elsewhere.

    Args:
        entries: One entry for each document. Its checksum is that of whatever its passages were
            made from.
        instance: The instance folder, which is created if it does not exist.
        model: Encodes the passages.
        track: Shows the progress of each step.
        options: What experiments and tests change.

    Returns:
        What the run did.

    Raises:
        Busy: Another process is indexing into the instance folder.
        SnapshotError: The instance folder cannot be written.
        ModelError: The model cannot be used.
    """
    started = time.monotonic()
    store = Store(instance)
    corpus = Corpus(None, tuple(entries), ())
    with store.writing():
        run = _start(store, track, options, started)
        return _update(run, corpus.inputs, model, lambda _: corpus)


def documents_of(instance: Path) -> Path | None:
    """Return the folder that the current snapshot was made from.

    The other files of the snapshot may be damaged, and its format may be another one.

    Args:
        instance: The instance folder.

    Returns:
        The folder. None if nothing has been indexed.

    Raises:
        SnapshotError: There is a snapshot, and its manifest does not tell the folder. Then another
            folder must not replace it unless the user names that folder.
    """
    try:
        folder = Store(instance).current_folder()
    except NoSnapshot:
        return None
    documents = read_documents(folder)
    return Path(documents) if documents else None


# ---- scan, plan, extract


@dataclass(frozen=True, slots=True)
class _Run:
    """What every step of one build needs.

    Attributes:
        store: The snapshots of the instance.
        previous: The snapshot that is current before the build.
        pipeline: The code that makes the snapshot.
        dense: When the search for vectors is approximate.
        track: Shows the progress.
        started: When the build started, in seconds of the monotonic clock.
    """

    store: Store
    previous: PreviousSnapshot | None
    pipeline: Pipeline
    dense: DenseConfig
    track: Track
    started: float

    @property
    def reusable(self) -> PreviousSnapshot | None:
        """Return the previous snapshot if the same pipeline made it."""
        if self.previous and self.previous.manifest.provenance.pipeline == self.pipeline:
            return self.previous
        return None

    def extract(self, files: Sequence[Found]) -> Extraction:
        """Read files as documents, and show the progress."""
        return extract(self.track(files, "Reading"))


def _start(store: Store, track: Track, options: BuildOptions, started: float) -> _Run:
    pipeline = options.pipeline or installed_pipeline()
    return _Run(store, PreviousSnapshot.current(store), pipeline, options.dense, track, started)


def _read_folder(run: _Run, scan: Scan) -> FolderDocuments:
    """Reuse the unchanged documents, and read all other files."""
    if run.reusable is None:
        plan = Plan(scan.files, {})
    else:
        plan = plan_reuse(run.track(scan.files, "Comparing"), run.reusable)
    return FolderDocuments(plan.reused, run.extract(plan.to_read))


def _inputs(run: _Run, scan: Scan, found: FolderDocuments) -> Inputs:
    """Return what a snapshot of the folder is made from."""
    skipped = _skipped(scan, found)
    checksums = found.checksums(run.reusable)
    if not checksums:
        raise FolderError(_no_document(scan.folder, skipped))
    return Inputs(str(scan.folder.absolute()), checksums, skipped)


def _skipped(scan: Scan, found: FolderDocuments) -> tuple[Skipped, ...]:
    skipped = (*scan.skipped, *found.extraction.skipped)
    return tuple(sorted(skipped, key=lambda skip: (skip.source, skip.reason)))


def _no_document(folder: Path, skipped: Sequence[Skipped]) -> str:
    reasons = (f"\n  {skip.source}: {skip.reason}" for skip in skipped[:_MAX_REASONS])
    return (
        f"{folder} contains no document that can be read. Put .txt files into it, or name another "
        "folder: wherein reindex FOLDER." + "".join(reasons)
    )


# ---- mark, outline, cut


def _make_corpus(run: _Run, scan: Scan, found: FolderDocuments, encoder: Encoder) -> Corpus:
    """Mark, outline and cut the documents that were read, and take over the others."""
    previous = run.reusable
    if previous and not previous.has_usable_passages(encoder):
        found = found.reading_again(found.reused, run.extract)
    found, lines = settle(found, previous, run.extract)
    entries = previous.entries(found.reused) if previous and found.reused else ()
    by_source = {entry.document.source: entry for entry in entries}
    extracted = found.extraction.documents
    for source in run.track([*extracted], "Cutting"):
        by_source[source] = _make_entry(extracted[source], lines, encoder)
    ordered = (by_source[file.source] for file in scan.files if file.source in by_source)
    return Corpus(str(scan.folder.absolute()), tuple(ordered), _skipped(scan, found))


def _make_entry(
    extracted: ExtractedDocument, lines: RepeatedLines, budget: TokenBudget
) -> CatalogEntry:
    lookups = LookupRecorder(lines)
    document = outline(mark(extracted.document, lookups), known_lines)
    passages = tuple(cut(document, budget))
    return CatalogEntry(document, extracted.sha256, passages, lookups.looked_up)


# ---- encode, publish


def _update(
    run: _Run, inputs: Inputs, model: Model, make_corpus: Callable[[Encoder], Corpus]
) -> BuildReport:
    """Publish a snapshot, unless the current one was made from the same inputs."""
    prepared = model.prepare()
    previous = run.previous
    if previous and _was_made_from(previous, inputs, prepared.full_name, run.pipeline):
        manifest, encoded = previous.manifest, 0
    else:
        encoder = prepared.load()
        corpus = make_corpus(encoder)
        inputs = corpus.inputs
        manifest, encoded = _publish(run, corpus, model.name, encoder)
    report = BuildReport(
        snapshot=manifest.id,
        published=not previous or manifest is not previous.manifest,
        changes=Changes.between(
            previous.checksums if previous else {}, inputs.checksums, inputs.skipped
        ),
        passages=manifest.counts.passages,
        encoded=encoded,
        seconds=time.monotonic() - run.started,
    )
    if report.published:
        write_run(run.store.instance, Run.of(report), run.store.published())
    return report


def _was_made_from(
    snapshot: PreviousSnapshot, inputs: Inputs, encoder: str, pipeline: Pipeline
) -> bool:
    provenance = snapshot.manifest.provenance
    return provenance.documents == inputs.folder and provenance.inputs == inputs.checksum(
        encoder, pipeline
    )


def _publish(run: _Run, corpus: Corpus, model: str, encoder: Encoder) -> tuple[Manifest, int]:
    """Encode the new passages, publish a snapshot, and return its manifest and their number."""
    inputs = corpus.inputs.checksum(full_name(encoder), run.pipeline)
    created = datetime.now(UTC)
    snapshot = f"{created:%Y%m%dT%H%M%S.%fZ}-{inputs[:8]}"
    with EncodingCache(run.store.instance / "encodings.sqlite") as cache:
        encoded = _encode(run, corpus, cache, encoder, snapshot)
        staged = run.store.stage(snapshot)
        catalog_writer.write(staged / CATALOG, corpus.entries, corpus.skipped)
        lexical_index.write(staged / LEXICAL, corpus.passages, _term_counts(run, corpus))
        vectors = _vectors(run, corpus, cache, encoder)
        sentences, neighbours = vector_index.write(
            staged / VECTORS, vectors, encoder.dimension, run.dense
        )
        counts = (len(corpus.entries), len(corpus.skipped), len(corpus.passages), sentences)
        manifest = Manifest(
            id=snapshot,
            created=created.isoformat(timespec="seconds"),
            provenance=Provenance(
                documents=corpus.folder,
                model=model,
                encoder=encoder.fingerprint,
                passages_by=encoder.passages_by,
                pipeline=run.pipeline,
                inputs=inputs,
            ),
            counts=Counts(*counts),
            neighbours=neighbours,
            files=checksum_files(staged),
        )
        run.store.publish(staged, manifest)
        cache.keep_only(run.store.published())
    return manifest, encoded


def _encode(
    run: _Run, corpus: Corpus, cache: EncodingCache, encoder: Encoder, snapshot: str
) -> int:
    """Encode the passages that are neither reused nor cached, and return their number."""
    new = [p for entry in corpus.entries if not entry.reused for p in entry.passages]
    reused = [p for entry in corpus.entries if entry.reused for p in entry.passages]
    encoded = cache.encode(run.track(new, "Encoding"), encoder, snapshot)
    cache.note_use(reused, encoder, snapshot)
    return encoded


def _term_counts(run: _Run, corpus: Corpus) -> Iterator[TermCounts | None]:
    """Yield the term counts of each passage, None for a passage whose terms must be counted."""
    for entry in corpus.entries:
        if entry.reused and run.previous:
            yield from run.previous.term_counts(entry)
        else:
            yield from repeat(None, len(entry.passages))


def _vectors(
    run: _Run, corpus: Corpus, cache: EncodingCache, encoder: Encoder
) -> Iterator[Vectors | Float16Vectors]:
    """Yield the vectors of each passage: (sentences, dimension)."""
    for entry in corpus.entries:
        if entry.reused and run.previous:
            yield from run.previous.vectors(entry)
        else:
            yield from cache.vectors(entry.passages, encoder)
