"""Compiles a model: PyTorch to ONNX, quantized, and checked against its reference.

Run once for each model, the first time that it is used for indexing.
"""

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
from filelock import FileLock

from wherein.index.documents.checksums import digest, flush, record_files, record_of
from wherein.index.encoding.encoder import ENCODING, Encoder, QuestionEncoder
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.onnx_model import (
    COMPILING,
    GRAPH,
    INPUT,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    Compiled,
    compiled_folder,
    graph_encoder,
    load_compiled,
    read_compiled,
)
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.errors import ModelError

PRECISIONS: Mapping[str, int | None] = {
    "int8": 8,
    # Processors without VNNI add up pairs of products in 16 bits, which full range overflows.
    "int8 of 7 bits": 7,
    "fp32": None,
}
"""How the weights are kept, the fastest first, and the bits that they are quantized to.

The first that agrees with the reference is taken.
"""

AGREEMENT = 0.997
"""The vectors of two ways to run a model have at least this cosine, or one is not used."""

CHECKED = (
    "when did Putin visit China",
    "Harbin?",
    "how many people lived in the city before the war",
    "The treaty was signed in Vienna on 9 June 1815, nine days before the battle of Waterloo.",
    "Revenue rose 4.5% to $240.1bn, the company said; its shares fell all the same.",
    "It's not what they'd expected: e-mails, U.S.A., 50 km/h, and no answer at all!",
    "В Харбине шёл дождь. 哈尔滨下雨了。 Es regnete in Harbin. 😀",
    (
        "A chemical element cannot be broken down by ordinary means; its atoms all have as many "
        "protons, which is the element's place in the periodic table."
    ),
    "It rained in Harbin for many days on end, and the river rose over its banks. " * 60,
)
"""The texts that a model is quantized by and then checked with: of one word to more than any
window, odd ones among them."""

_OPSET = 20

log = logging.getLogger(__name__)


class Unfit(Exception):
    """Why a model cannot be compiled, in words that fit into a sentence."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the libraries say of their own insides from the user."""
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


@dataclass(frozen=True, slots=True)
class Compiler:
    """A model for indexing, that is compiled into the folder `models` when it is first used.

    That takes a while, and the user is told.
    """

    source: LocalModel
    models: Path
    tell: Callable[[str], object] = log.info

    @property
    def name(self) -> str:
        return self.source.name

    def prepare(self) -> str:
        """Compile the model unless it is compiled and whole; the fingerprint of its encoder.

        One process does so at a time; another waits, and finds it done. Raises ModelError.
        """
        folder = compiled_folder(self.source, self.models)
        try:
            self.models.mkdir(parents=True, exist_ok=True)
            with FileLock(self.models / "compiling.lock"):
                if not (compiled := _usable(folder)):
                    self.tell(f"Compiling the model {self.name}, which is done once.")
                    compiled = _compile(self.source, folder)
        except OSError as error:
            raise ModelError(
                f"The model cannot be compiled into {self.models}: {error.strerror}. Name another "
                "folder with WHEREIN_INSTANCE."
            ) from error
        return compiled.fingerprint

    def load(self) -> Encoder:
        """The encoder. Raises ModelError where `prepare` has not been called."""
        return load_compiled(self.source, self.models)


def _compile(source: LocalModel, folder: Path) -> Compiled:
    """Compile a model into a folder beside this one, which then takes its place at once.

    Under the lock. What the model was compiled into before, by other libraries say, goes.
    """
    for leftover in folder.parent.glob(".*"):
        shutil.rmtree(leftover)
    reference = load_reference(source)
    staged = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        compiled = _checked(reference, staged)
    except Unfit as why:
        for name in (GRAPH, WEIGHTS):
            (staged / name).unlink(missing_ok=True)
        compiled = _uncompiled(reference, str(why))
    fields = asdict(compiled)
    fields["sha256"] = digest(fields)
    file = staged / MANIFEST
    file.write_text(json.dumps(fields, indent=1), encoding="utf-8")
    staged.chmod(0o755)  # those of mkdtemp are for their owner alone
    flush(file)
    flush(staged)
    for before in set(folder.parent.iterdir()) - {staged}:
        if before == folder or ((other := _usable(before)) and other.model == source.name):
            shutil.rmtree(before)
    staged.rename(folder)
    flush(folder.parent)
    return compiled


def _usable(folder: Path) -> Compiled | None:
    """The manifest of a folder that holds a compiled model which is whole."""
    try:
        return read_compiled(folder)
    except ModelError:
        return None


def _uncompiled(reference: Reference, why_not: str) -> Compiled:
    return Compiled(
        model=reference.name,
        fingerprint=reference.encoder().fingerprint,
        precision="fp32",
        agreement=1.0,
        why_not=why_not,
        intake=reference.intake,
        files={},
    )


def _checked(reference: Reference, staged: Path) -> Compiled:
    """Compile the model, in the first precision that agrees, into a folder. Raises Unfit."""
    if not reference.mean_pools():
        raise Unfit("a text's vector is not the mean of its tokens' vectors")
    expected = reference.encoder()
    with tempfile.TemporaryDirectory() as scratch:
        exported, plain = Path(scratch) / "exported.onnx", Path(scratch) / "plain" / GRAPH
        plain.parent.mkdir()
        export(reference, exported)
        precision, agreed = _quantize(exported, plain, staged / GRAPH, reference, expected)
        # Of the plain graph: how its weights are packed depends on the processor.
        files = (plain, _weights_of(plain))
        weights = digest({file.name: record_of(file).sha256 for file in files})
    reference.tokenizer.save(str(staged / TOKENIZER))
    fingerprint = (
        reference.name,
        f"compiled {COMPILING}, {versions('onnxruntime', 'tokenizers')}",
        f"{precision} {weights[:16]}",
        ENCODING,
        str(reference.intake.window),
    )
    return Compiled(
        model=reference.name,
        fingerprint="|".join(fingerprint),
        precision=precision,
        agreement=agreed,
        why_not=None,
        intake=reference.intake,
        files=record_files(staged),
    )


def _quantize(
    exported: Path, plain: Path, graph: Path, reference: Reference, expected: QuestionEncoder
) -> tuple[str, float]:
    """Write the graph in the first precision that agrees, plain and packed. Raises Unfit.

    Which precision that is, and how well it agrees.
    """
    for precision, bits in PRECISIONS.items():
        write_graph(reference, exported, plain, bits)
        pack(plain, graph)
        encoder = graph_encoder(graph, reference.tokenizer, reference.intake, precision)
        agreed = agreement(encoder, expected)
        if agreed >= AGREEMENT:
            return precision, agreed
    raise Unfit(f"compiled, its vectors have a cosine of {agreed:.3f} to what they should be")


def agreement(one: QuestionEncoder, other: QuestionEncoder) -> float:
    """The least cosine of their vectors of the checked texts."""
    return min(float(one.encode_question(text) @ other.encode_question(text)) for text in CHECKED)


@_quiet()
def export(reference: Reference, file: Path) -> None:
    """Write the transformer as a graph from INPUT to their vectors. Raises Unfit."""
    import torch

    transformer: Any = reference.model[0].auto_model

    class TokenVectors(torch.nn.Module):
        """Of one text at a time, so that no token is masked."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer: Any = transformer

        def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.transformer(input_ids=token_ids).last_hidden_state
            return vectors

    example, *_ = _checked_ids(reference)
    try:
        # Attention in plain products: other ways are exported with more around them.
        transformer.set_attn_implementation("eager")
        torch.onnx.export(
            TokenVectors().eval(),
            (torch.tensor([example]),),
            str(file),
            input_names=[INPUT],
            output_names=["token_vectors"],
            dynamic_shapes=({1: torch.export.Dim("tokens", min=2, max=reference.intake.window)},),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    except Exception as error:  # an exporter may fail in any way, and the reference is at hand
        raise Unfit(f"it cannot be exported to ONNX ({_cause(error)})") from error


def _cause(error: BaseException) -> str:
    """What lies at the bottom of an error, in a line."""
    while error.__cause__:
        error = error.__cause__
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0].rstrip(".")


@_quiet()
def write_graph(reference: Reference, exported: Path, graph: Path, bits: int | None) -> None:
    """Write the graph with its weights quantized to so many bits, 8 or 7, or as they are.

    The weights get a file beside it, of the same name.
    """
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from wherein.index.encoding.quantization import quantize

    quant_pre_process(str(exported), str(graph), skip_symbolic_shape=True)
    if bits is not None:
        quantize(graph, _checked_ids(reference), bits)
    model = onnx.load(graph)
    for node in model.graph.node:  # which line of which file of this machine it comes from
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    weights = _weights_of(graph)
    weights.unlink(missing_ok=True)  # of a precision before, to which these would be appended
    onnx.save(model, graph, save_as_external_data=True, location=weights.name)


def pack(plain: Path, packed: Path) -> None:
    """Write a graph as onnxruntime runs it, with its weights in the order that this processor uses.

    They get a file beside it, of the same name, which processes map into memory and so share. A
    processor of another kind finds that the order is not its own, and packs a copy for itself.
    Raises Unfit.
    """
    _weights_of(packed).unlink(missing_ok=True)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(packed)
    for name, value in {
        "optimized_model_external_initializers_file_name": _weights_of(packed).name,
        "optimized_model_external_initializers_min_size_in_bytes": "1024",
        "save_external_prepacked_constant_initializers": "1",
    }.items():
        options.add_session_config_entry(f"session.{name}", value)
    try:
        ort.InferenceSession(
            str(plain),
            options,
            providers=["CPUExecutionProvider"],
            # Sum and norm in one kernel take six times as long as one after the other.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except Exception as error:  # its errors have no kind in common, and the reference is at hand
        raise Unfit(f"its weights cannot be packed ({_cause(error)})") from error


def _weights_of(graph: Path) -> Path:
    return graph.with_suffix(Path(WEIGHTS).suffix)


def _checked_ids(reference: Reference) -> list[list[int]]:
    """The checked texts as token ids, as many of them as a window takes."""
    return [reference.tokenizer.encode(text).ids[: reference.intake.window] for text in CHECKED]
