"""The compiled form of a model: its files, its manifest, and its encoder without PyTorch.

models/<key>/
  manifest.json    what the model was compiled to, and the size and digest of each other file
  model.onnx       the graph from token ids to token vectors
  model.weights    its weights, in the order that the processor uses; processes share this memory
  tokenizer.json   from text to token ids
  check.npy        the reference's vectors of the check texts: (texts, dimension), float32
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.documents.checksums import FileChecksum, find_damage, flush, json_checksum
from wherein.index.encoding.agreement import MIN_AGREEMENT, QUICK_CHECKS, min_cosine
from wherein.index.encoding.cores import cores
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.pooled import PooledEncoder, TokenSums, one_window_at_a_time
from wherein.index.encoding.protocols import ModelSpec, QuestionEncoder
from wherein.index.encoding.torch_reference import load_reference
from wherein.index.errors import ModelError

log = logging.getLogger(__name__)

MODELS = "models"
"""The folder of compiled models in an instance."""

MANIFEST = "manifest.json"
GRAPH = "model.onnx"
WEIGHTS = "model.weights"
TOKENIZER = "tokenizer.json"
CHECK = "check.npy"
INPUT = "ids"

COMPILATION = 5
"""The version of compilation. Raise it with any change to how a model is compiled, kept or run."""

LIBRARIES = (
    *("onnx", "onnxruntime", "onnxscript"),
    *("sentence-transformers", "tokenizers", "torch", "transformers"),
)
"""The libraries whose versions decide what a model is compiled to."""

_REINDEX = "Run `wherein reindex FOLDER`, with the folder of your documents: it compiles the model."
_RECOMPILE = "`wherein reindex` compiles it again; then start the server again."


class CannotRun(ModelError):
    """A compiled model cannot be used on this processor."""


def root_cause(error: BaseException) -> str:
    """Return the first line of the error that caused all others."""
    while error.__cause__:
        error = error.__cause__
    message = str(error).strip() or type(error).__name__
    return message.splitlines()[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Precision:
    """How a compiled model represents its weights.

    Attributes:
        name: The name of the precision, for example "int8".
        agreement: The lowest cosine between the vectors of the compiled model and the reference, on
            the processor that compiled it.
    """

    name: str
    agreement: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model was compiled to.

    Attributes:
        model: The name of the model.
        fingerprint: The fingerprint of its encoder.
        spec: What the model takes in.
        precision: How the weights are represented. None where the model could not be compiled; then
            there are no files, and the reference is the encoder.
        reason: Why the model could not be compiled. None where it was compiled.
        files: The size and digest of each file.
    """

    model: str
    fingerprint: str
    spec: ModelSpec
    precision: Precision | None
    reason: str | None
    files: Mapping[str, FileChecksum]


def compiled_folder(source: LocalModel, models: Path) -> Path:
    """Return the folder of a compiled model, whether it exists or not.

    Its name is a digest of the model, of `COMPILATION` and of the libraries' versions.
    """
    key = repr((source.name, COMPILATION, versions(*LIBRARIES)))
    return models / hashlib.sha256(key.encode()).hexdigest()[:16]


def load_question_encoder(
    source: LocalModel, models: Path, min_agreement: float = MIN_AGREEMENT
) -> QuestionEncoder:
    """Load the encoder of questions of a model that was compiled before.

    PyTorch runs the model where it could not be compiled. It does so too where this processor
    cannot run the compiled model, or gives other vectors than the processor that compiled it. A
    warning then says why.

    Args:
        source: The model.
        models: The folder of compiled models.
        min_agreement: The lowest cosine to the reference that the compiled model must reach here.

    Returns:
        The encoder, with the fingerprint of the manifest.

    Raises:
        ModelError: The model has not been compiled, or one of its files is missing or damaged.
    """
    folder = compiled_folder(source, models)
    manifest = read_manifest(folder)
    if manifest.reason is not None:
        reason = f"{manifest.reason}."
    else:
        try:
            return load_checked_graph(folder, manifest, min_agreement)
        except CannotRun as error:
            reason = str(error)
    warn_of_reference(manifest.model, reason)
    return load_reference(source).encoder(manifest.fingerprint)


def warn_of_reference(model: str, reason: str) -> None:
    """Log that PyTorch runs a model, and why.

    Args:
        model: The name of the model.
        reason: Why its compiled form is not used, as one or more sentences after "because".
    """
    log.warning(
        "PyTorch runs the model %s, more slowly than its compiled form would, because %s",
        model,
        reason,
    )


def load_checked_graph(folder: Path, manifest: Manifest, min_agreement: float) -> PooledEncoder:
    """Load the encoder of a compiled model, and check it on this processor.

    Args:
        folder: The folder of the compiled model.
        manifest: Its manifest.
        min_agreement: The lowest cosine to the reference that the encoder must reach here.

    Returns:
        The encoder.

    Raises:
        CannotRun: ONNX Runtime cannot run the model, or its vectors do not agree.
    """
    encoder = load_graph(folder, manifest)
    cosine = cosine_here(folder, encoder)
    if not cosine >= min_agreement:  # NaN is no agreement either
        raise CannotRun(
            f"it was compiled on another type of processor, and on this one its vectors have a "
            f"cosine of {cosine:.3f} to the expected vectors. {_RECOMPILE}"
        )
    return encoder


def cosine_here(folder: Path, encoder: QuestionEncoder) -> float:
    """Measure on a few short texts how well a compiled model works on this processor.

    Args:
        folder: The folder of the compiled model.
        encoder: Its encoder.

    Returns:
        The lowest cosine to the reference's vectors.

    Raises:
        CannotRun: ONNX Runtime cannot run the model.
    """
    expected = np.load(folder / CHECK, allow_pickle=False)
    return min_cosine(encoder, expected, QUICK_CHECKS)


def load_graph(folder: Path, manifest: Manifest) -> PooledEncoder:
    """Load the encoder of a compiled model, without PyTorch.

    Args:
        folder: The folder of the compiled model.
        manifest: Its manifest.

    Returns:
        The encoder.

    Raises:
        CannotRun: ONNX Runtime cannot load the model.
    """
    tokenizer = load_tokenizer(folder)
    return graph_encoder(folder / GRAPH, tokenizer, manifest.spec, manifest.fingerprint)


def load_tokenizer(folder: Path) -> Tokenizer:
    """Load the tokenizer of a compiled model. It neither truncates nor pads."""
    return Tokenizer.from_file(str(folder / TOKENIZER))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a compiled model, and check each of its files.

    Args:
        folder: The folder of the compiled model.

    Returns:
        The manifest.

    Raises:
        ModelError: There is no compiled model, or one of its files is missing or damaged.
    """
    file = folder / MANIFEST
    try:
        fields = json.loads(file.read_bytes())
        if fields.pop("sha256") != json_checksum(fields):
            raise ModelError(f"{file} is damaged: its checksum is wrong. {_REINDEX}")
        fields["spec"] = ModelSpec(**fields["spec"])
        fields["precision"] = fields["precision"] and Precision(**fields["precision"])
        fields["files"] = {
            name: FileChecksum(**checksum) for name, checksum in fields["files"].items()
        }
        manifest = Manifest(**fields)
    except FileNotFoundError as error:
        raise ModelError(
            f"The model has not been compiled for the installed libraries: {folder} is missing. "
            f"{_REINDEX}"
        ) from error
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}. {_REINDEX}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{file} is damaged: it is not a manifest. {_REINDEX}") from error
    if problem := find_damage(folder, manifest.files):
        raise ModelError(f"{problem} {_REINDEX}")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a compiled model, and flush it to disk."""
    fields = asdict(manifest)
    fields["sha256"] = json_checksum(fields)
    file = folder / MANIFEST
    file.write_text(json.dumps(fields, indent=1), encoding="utf-8")
    flush(file)


def graph_encoder(
    graph: Path, tokenizer: Tokenizer, spec: ModelSpec, fingerprint: str
) -> PooledEncoder:
    """Make the encoder of a packed graph.

    Args:
        graph: The file. It maps INPUT, (1, tokens), to token vectors, (1, tokens, dimension).
        tokenizer: The tokenizer. It neither truncates nor pads.
        spec: What the model takes in.
        fingerprint: The fingerprint of the encoder.

    Returns:
        The encoder. It has as many threads as there are cores. Its methods raise CannotRun where
        ONNX Runtime fails.

    Raises:
        CannotRun: ONNX Runtime cannot load the graph.
    """
    return PooledEncoder(
        tokenizer, _token_sums(graph), spec, fingerprint=fingerprint, workers=cores()
    )


def _token_sums(graph: Path) -> TokenSums:
    options = ort.SessionOptions()
    # One thread and one window a run: the vectors then depend on no other window. It is also the
    # fastest way, with as many runs side by side as there are cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph was optimized when it was packed.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common type
        raise _cannot_run(graph, error) from error

    def token_vectors(ids: Sequence[int]) -> Vectors:
        try:
            vectors: Vectors = session.run(None, {INPUT: np.array([ids], np.int64)})[0][0]
        except Exception as error:  # its errors have no common type
            raise _cannot_run(graph, error) from error
        return vectors

    return one_window_at_a_time(token_vectors)


def _cannot_run(graph: Path, error: Exception) -> CannotRun:
    return CannotRun(f"ONNX Runtime cannot run {graph} ({root_cause(error)}). {_RECOMPILE}")
