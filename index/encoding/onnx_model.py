"""A model as it was compiled: checked against its digests, and run by onnxruntime alone.

models/<key>/
  manifest.json    what the model was compiled into, and the record of each other file
  model.onnx       token ids to token vectors
  model.weights    its weights, in the order that the processor uses: mapped into memory, which all
                   processes that use them share
  tokenizer.json   text to token ids
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
from wherein.index.documents.checksums import FileRecord, damage, digest
from wherein.index.encoding.cores import cores
from wherein.index.encoding.encoder import Encoder, Intake, PooledEncoder, TokenSums, one_by_one
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.torch_reference import load_reference
from wherein.index.errors import ModelError

log = logging.getLogger(__name__)

MODELS = "models"
"""The folder of an instance that holds them."""

MANIFEST = "manifest.json"
GRAPH = "model.onnx"
WEIGHTS = "model.weights"
TOKENIZER = "tokenizer.json"
INPUT = "ids"

COMPILING = 4
"""Raised whenever a model would be compiled, kept or run in another way."""

LIBRARIES = (
    *("onnx", "onnxruntime", "onnxscript"),
    *("sentence-transformers", "tokenizers", "torch", "transformers"),
)
"""Their versions decide what a model is compiled into."""

_COMPILE = "Run `wherein reindex FOLDER`, with the folder of your documents: it compiles the model."


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of compiling a model.

    `fingerprint` is that of its encoder, `agreement` the least cosine of its vectors to those of
    the reference, over the texts it was checked with. Where the model was not compiled, `why_not`
    says so, there are no files, and the reference serves: everything else is the reference's.
    """

    model: str
    fingerprint: str
    precision: str
    agreement: float
    why_not: str | None
    intake: Intake
    files: Mapping[str, FileRecord]


def compiled_folder(source: LocalModel, models: Path) -> Path:
    """Where a model is kept, compiled by the libraries of today, whether it is there or not."""
    key = repr((source.name, COMPILING, versions(*LIBRARIES)))
    return models / hashlib.sha256(key.encode()).hexdigest()[:16]


def load_compiled(source: LocalModel, models: Path) -> Encoder:
    """The encoder of a model that was compiled before.

    Raises ModelError where it was not, or where a file of it is missing or damaged. A model that
    could not be compiled is run by its reference, and a warning says why.
    """
    folder = compiled_folder(source, models)
    compiled = read_compiled(folder)
    if compiled.why_not:
        log.warning(
            "The model %s is run by PyTorch, which starts and works more slowly: %s.",
            compiled.model,
            compiled.why_not,
        )
        return load_reference(source).encoder()
    return graph_encoder(
        folder / GRAPH, load_tokenizer(folder), compiled.intake, compiled.fingerprint
    )


def load_tokenizer(folder: Path) -> Tokenizer:
    """That of a model which was compiled into a folder."""
    return Tokenizer.from_file(str(folder / TOKENIZER))


def read_compiled(folder: Path) -> Compiled:
    """The manifest of a compiled model, once each of its files is known to be whole."""
    file = folder / MANIFEST
    try:
        fields = json.loads(file.read_bytes())
        if fields.pop("sha256") != digest(fields):
            raise ModelError(f"{file} is damaged: it is not what was written. {_COMPILE}")
        fields["intake"] = Intake(**fields["intake"])
        fields["files"] = {name: FileRecord(**record) for name, record in fields["files"].items()}
        compiled = Compiled(**fields)
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no compiled model in {folder}, where the model and the libraries of today "
            f"would have it. {_COMPILE}"
        ) from error
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}. {_COMPILE}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{file} is damaged: it is no manifest. {_COMPILE}") from error
    if problem := damage(folder, compiled.files):
        raise ModelError(f"{problem} {_COMPILE}")
    return compiled


def graph_encoder(
    graph: Path, tokenizer: Tokenizer, intake: Intake, fingerprint: str
) -> PooledEncoder:
    """The encoder of a packed graph that maps INPUT, (1, tokens), to their vectors."""
    return PooledEncoder(
        tokenizer,
        _token_sums(graph),
        fingerprint=fingerprint,
        workers=cores(),
        **asdict(intake),
    )


def _token_sums(graph: Path) -> TokenSums:
    options = ort.SessionOptions()
    # One thread a run, and one passage: the bits of a vector then depend on nothing else. It is
    # also what gets most out of a processor, by as many runs side by side as it has cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # It was optimised when it was packed.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def token_vectors(ids: Sequence[int]) -> Vectors:
        vectors: Vectors = session.run(None, {INPUT: np.array([ids], np.int64)})[0][0]
        return vectors

    return one_by_one(token_vectors)
