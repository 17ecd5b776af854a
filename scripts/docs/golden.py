"""Records what the pipeline extracts from a fixed folder, tied to the version of the pipeline.

    python -m scripts.docs.golden

The folder contains the seeds and the texts in tests/data/golden/documents. The record is
tests/data/golden/extracts.json: a checksum of each kind of result for each document. A test
compares the record with what the pipeline extracts now. The record also has a checksum of each data
file, because the folder does not have every phrase. So nobody changes what is extracted without
raising `PIPELINE_VERSION`, which makes the next `wherein reindex` read every file again.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.build import build
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reader import Catalog
from wherein.index.catalog.reuse import read_entries
from wherein.index.encoding.protocols import PassagesBy, PreparedModel
from wherein.index.incremental import PIPELINE_VERSION, installed_pipeline
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.manifest import Pipeline
from wherein.index.snapshot.store import CATALOG, LEXICAL, Store

T = TypeVar("T")

ROOT = Path(__file__).parent.parent.parent
FOLDERS = (ROOT / "seeds", ROOT / "tests" / "data" / "golden" / "documents")
RECORD = ROOT / "tests" / "data" / "golden" / "extracts.json"
WINDOW = 60  # in words


@dataclass(frozen=True, slots=True)
class Extracts:
    """What a pipeline extracts from the fixed folder.

    Attributes:
        pipeline: The pipeline.
        documents: The checksum of each kind of result, by the document's source.
    """

    pipeline: Pipeline
    documents: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class WordCounter:
    """A model that splits text at white space and gives every sentence the same vector."""

    name: str = "word counter"
    fingerprint: str = "word counter"
    passages_by: PassagesBy = field(default_factory=lambda: PassagesBy("word counter"))
    dimension: int = 8

    def prepare(self) -> PreparedModel:
        """Return the model at once: there is nothing to prepare."""
        return PreparedModel(self.fingerprint, lambda: self)

    def room(self, _title: str | None, /) -> int:
        """Return how many words a passage may have."""
        return WINDOW

    def count_tokens(self, text: str, /) -> int:
        """Return the number of words."""
        return len(text.split())

    def encode_question(self, _question: str, /) -> Vectors:
        """Return the first unit vector."""
        vector: Vectors = np.eye(1, self.dimension, dtype=np.float32)[0]
        return vector

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Return the first unit vector for each sentence."""
        return np.tile(self.encode_question(""), (len(passage.sentences), 1))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Yield the vectors of each passage."""
        return map(self.encode_passage, passages)


def extract_all() -> Extracts:
    """Build an index of the fixed folder, and compute the checksums of its documents."""
    with tempfile.TemporaryDirectory() as parent:
        folder, instance = Path(parent) / "documents", Path(parent) / "instance"
        folder.mkdir()
        for file in (file for source in FOLDERS for file in source.iterdir()):
            shutil.copy(file, folder)
        build(folder, instance, WordCounter(), _without_progress)
        snapshot = Store(instance).current_folder()
        catalog = Catalog(snapshot / CATALOG)
        words = LexicalIndex(snapshot / LEXICAL).term_counts()
        documents, first = {}, 0
        for entry in read_entries(snapshot / CATALOG, catalog.sources):
            numbers = range(first, first + len(entry.passages))
            results = {
                **_results(entry),
                "duplicates": [_original(catalog, number) for number in numbers],
                "words": [
                    [np.asarray(part).tolist() for part in astuple(words(n))] for n in numbers
                ],
            }
            documents[entry.document.source] = {
                kind: _checksum(result) for kind, result in results.items()
            }
            first += len(entry.passages)
        skipped = [astuple(skip) for skip in catalog.skipped()]
        documents["(skipped files)"] = {"reasons": _checksum(skipped)}
        documents["(data files)"] = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16]
            for file in sorted((ROOT / "index").rglob("*.tsv"))
        }
    return Extracts(installed_pipeline(), documents)


def _results(entry: CatalogEntry) -> dict[str, object]:
    document = entry.document
    dates = entry.reused.derived.dates if entry.reused else ()
    return {
        "blocks": [(b.text, b.lines, b.kind, b.reason, b.page, b.section) for b in document.blocks],
        "publication": (document.title, document.published),
        "passages": [(p.title, p.block, p.start, p.text) for p in entry.passages],
        "sentences": [p.sentences for p in entry.passages],
        "dates": [[astuple(date) for date in found] for found in dates],
    }


def _original(catalog: Catalog, number: int) -> tuple[str, int]:
    """Return the document and the offset of the first passage with the same content."""
    (original,) = catalog.passages([int(catalog.same_as[number])])
    return original.source, original.start


def _checksum(result: object) -> str:
    text = json.dumps(result, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_progress(items: Sequence[T], _step: str, /) -> Iterable[T]:
    return items


def changes(recorded: Extracts, current: Extracts) -> list[str]:
    """List which kinds of results differ, one line for each document."""
    lines = []
    for source in sorted(recorded.documents.keys() | current.documents.keys()):
        old, new = recorded.documents.get(source, {}), current.documents.get(source, {})
        if kinds := [kind for kind in {**old, **new} if old.get(kind) != new.get(kind)]:
            lines.append(f"{source}: {', '.join(kinds)}")
    return lines


def find_problem(recorded: Extracts, current: Extracts) -> str | None:
    """Find out whether what is extracted has changed without a new version of the pipeline.

    Args:
        recorded: The record.
        current: What the pipeline extracts now.

    Returns:
        What is wrong, and the remedy. None if the record is up to date, or if other versions of
        Python or the libraries explain the difference.
    """
    changed = "\n  ".join(changes(recorded, current))
    if recorded.pipeline.version != current.pipeline.version:
        return (
            f"The record is of pipeline version {recorded.pipeline.version}, and PIPELINE_VERSION "
            f"is {current.pipeline.version}. Run `python -m scripts.docs.golden`."
        )
    if changed and recorded.pipeline == current.pipeline:
        return (
            "The pipeline extracts something else, but PIPELINE_VERSION is still "
            f"{current.pipeline.version}. Raise PIPELINE_VERSION in index/incremental.py, and run "
            f"`python -m scripts.docs.golden`. Changed:\n  {changed}"
        )
    return None


def read_record(file: Path = RECORD) -> Extracts:
    """Read the record."""
    fields: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Extracts(Pipeline(**fields["pipeline"]), fields["documents"])


def write_record(extracts: Extracts, file: Path = RECORD) -> None:
    """Write the record."""
    file.write_text(json.dumps(asdict(extracts), indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Write the record, unless the version of the pipeline must be raised first."""
    current = extract_all()
    if RECORD.exists():
        recorded = read_record()
        problem = find_problem(recorded, current)
        if problem and recorded.pipeline.version == PIPELINE_VERSION:
            print(problem, file=sys.stderr)
            return 1
        print(*(changes(recorded, current) or ["Nothing has changed."]), sep="\n")
    write_record(current)
    return 0


if __name__ == "__main__":
    sys.exit(main())
