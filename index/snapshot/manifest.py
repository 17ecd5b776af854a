"""The manifest of a snapshot: what the snapshot holds and what it was made from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wherein.index.dense.tuning import Tuning
from wherein.index.documents.checksums import FileChecksum, json_checksum
from wherein.index.encoding.protocols import PassagesBy
from wherein.index.errors import DamagedSnapshot, ForeignSnapshot

FORMAT = 6
"""The version of the snapshot format. Raise it with any change that the previous version of Wherein
cannot read, and with any change after which this version cannot read a previous snapshot."""

REBUILD = "Run `wherein reindex FOLDER`, with the folder of your documents, to build a new one."
"""The remedy for a snapshot that cannot be used."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of a snapshot.

    Attributes:
        documents: The number of documents.
        skipped: The number of files that are not indexed.
        passages: The number of passages.
        sentences: The number of sentences.
    """

    documents: int
    skipped: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The code that made a snapshot. Equal pipelines make equal passages of equal files.

    Attributes:
        version: The version of the pipeline: see `wherein.index.incremental.PIPELINE_VERSION`.
        python: The version of Python, which brings its own Unicode tables.
        libraries: The versions of the libraries that passages, words and vectors depend on.
    """

    version: int
    python: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a snapshot was made from.

    Attributes:
        documents: The folder that was indexed. None if the passages were given.
        model: Names the weights of the model.
        encoder: The fingerprint of the encoder of questions.
        passages_by: Names the encoder of passages.
        pipeline: The code that made the snapshot.
        inputs: The SHA-256 of everything that the snapshot was made from. Equal inputs make equal
            snapshots.
    """

    documents: str | None
    model: str
    encoder: str
    passages_by: PassagesBy
    pipeline: Pipeline
    inputs: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says about itself.

    Attributes:
        id: The id of the snapshot, which is the name of its folder. Later ids sort after earlier
            ones.
        created: When the snapshot was made, in ISO format with the time zone.
        provenance: What the snapshot was made from.
        counts: The size of the snapshot.
        neighbours: How well an approximate search finds the nearest sentences. None if all searches
            are exact.
        files: The checksum of each file, by its path in the snapshot.
    """

    id: str
    created: str
    provenance: Provenance
    counts: Counts
    neighbours: Tuning | None
    files: Mapping[str, FileChecksum]


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write the manifest of a snapshot, with its format and its own checksum.

    Args:
        folder: The folder of the snapshot.
        manifest: The manifest.

    Returns:
        The file, which the caller flushes to disk.
    """
    fields: dict[str, Any] = {"format": FORMAT, **asdict(manifest)}
    fields["sha256"] = json_checksum(fields)
    file = folder / MANIFEST
    file.write_text(json.dumps(fields, indent=1), encoding="utf-8")
    return file


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot.

    Args:
        folder: The folder of the snapshot.

    Returns:
        The manifest.

    Raises:
        ForeignSnapshot: The snapshot has another format.
        DamagedSnapshot: The manifest is missing or damaged.
    """
    file = folder / MANIFEST
    try:
        fields = json.loads(file.read_bytes())
        found = fields.pop("format")
        if found != FORMAT:
            raise ForeignSnapshot(
                f"The snapshot {folder} has format {found}, and this version of Wherein reads "
                f"format {FORMAT}. {REBUILD}"
            )
        checksum = fields.pop("sha256")
        if checksum != json_checksum({"format": FORMAT, **fields}):
            raise DamagedSnapshot(
                f"{file} is damaged: its content does not match its checksum. {REBUILD}"
            )
        return _parse(fields)
    except FileNotFoundError as error:
        raise DamagedSnapshot(f"{file} is missing. {REBUILD}") from error
    except OSError as error:
        raise DamagedSnapshot(f"{file} cannot be read: {error.strerror}. {REBUILD}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedSnapshot(f"{file} is damaged: it is not a manifest. {REBUILD}") from error


def _parse(fields: dict[str, Any]) -> Manifest:
    provenance = fields["provenance"]
    return Manifest(
        id=fields["id"],
        created=fields["created"],
        provenance=Provenance(
            **provenance
            | {
                "passages_by": PassagesBy(**provenance["passages_by"]),
                "pipeline": Pipeline(**provenance["pipeline"]),
            }
        ),
        counts=Counts(**fields["counts"]),
        neighbours=fields["neighbours"] and Tuning(**fields["neighbours"]),
        files={name: FileChecksum(**checksum) for name, checksum in fields["files"].items()},
    )


def read_documents(folder: Path) -> str | None:
    """Read which folder of documents a snapshot was made from, also from another format.

    Args:
        folder: The folder of the snapshot.

    Returns:
        The folder of documents. None if the passages were given.

    Raises:
        ForeignSnapshot: The snapshot has another format, and does not tell its folder.
        DamagedSnapshot: The manifest is missing or damaged.
    """
    try:
        return read_manifest(folder).provenance.documents
    except ForeignSnapshot:
        fields = json.loads((folder / MANIFEST).read_bytes())
        # Up to format 5 the folder was a field of the manifest itself.
        documents = fields.get("provenance", fields).get("documents")
        if not isinstance(documents, str):
            raise
        return documents
