"""Exports a model from PyTorch to ONNX, quantizes its weights, and packs them for the processor."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnxruntime as ort

from wherein.index.encoding.agreement import CHECK_TEXTS
from wherein.index.encoding.onnx_model import INPUT, WEIGHTS, root_cause
from wherein.index.encoding.torch_reference import Reference

PRECISIONS: Mapping[str, int | None] = {
    "int8": 8,
    # Processors without VNNI add up pairs of products in 16 bits, which 8-bit weights overflow.
    "int8 of 7 bits": 7,
    "fp32": None,
}
"""The precisions of weights, the fastest first, and the bits that weights are quantized to."""

_OPSET = 20


class CannotCompile(Exception):
    """A model cannot be compiled. The message is a clause that completes a sentence."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Hide the libraries' own log messages and warnings from the user."""
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


@_quiet()
def export(reference: Reference, file: Path) -> None:
    """Export the transformer as a graph from token ids to token vectors.

    Args:
        reference: The model.
        file: The file for the graph, which maps INPUT, (1, tokens), to (1, tokens, dimension).

    Raises:
        CannotCompile: The exporter failed.
    """
    import torch

    transformer: Any = reference.model[0].auto_model

    class TokenVectors(torch.nn.Module):
        """Runs one text at a time, so that no token is masked."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer: Any = transformer

        def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.transformer(input_ids=token_ids).last_hidden_state
            return vectors

    example, *_ = _check_ids(reference)
    try:
        # Attention as plain products. Other implementations are exported with more nodes.
        transformer.set_attn_implementation("eager")
        torch.onnx.export(
            TokenVectors().eval(),
            (torch.tensor([example]),),
            str(file),
            input_names=[INPUT],
            output_names=["token_vectors"],
            dynamic_shapes=({1: torch.export.Dim("tokens", min=2, max=reference.spec.window)},),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    except Exception as error:  # an exporter may fail in any way, and the reference can stand in
        raise CannotCompile(f"it cannot be exported to ONNX ({root_cause(error)})") from error


@_quiet()
def write_graph(reference: Reference, exported: Path, graph: Path, bits: int | None) -> None:
    """Write a graph with quantized weights.

    The weights get a file beside the graph, with the same name and another suffix.

    Args:
        reference: The model.
        exported: The file that `export` wrote.
        graph: The file for the graph.
        bits: How many bits the weights are quantized to, 8 or 7. None leaves them as they are.
    """
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from wherein.index.encoding.quantization import quantize

    quant_pre_process(str(exported), str(graph), skip_symbolic_shape=True)
    if bits is not None:
        quantize(graph, _check_ids(reference), bits)
    model = onnx.load(graph)
    for node in model.graph.node:  # these fields name source files of this machine
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    weights = weights_file(graph)
    weights.unlink(missing_ok=True)  # otherwise ONNX appends to the weights of another precision
    onnx.save(model, graph, save_as_external_data=True, location=weights.name)


def pack(plain: Path, packed: Path) -> None:
    """Optimize a graph, and put its weights in the order that this processor uses.

    The weights get a file beside the graph, which processes map into memory and share. On another
    type of processor onnxruntime notices that the order differs, and packs a copy in memory.

    Args:
        plain: The graph that `write_graph` wrote.
        packed: The file for the packed graph.

    Raises:
        CannotCompile: onnxruntime failed.
    """
    weights_file(packed).unlink(missing_ok=True)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(packed)
    for name, value in {
        "optimized_model_external_initializers_file_name": weights_file(packed).name,
        "optimized_model_external_initializers_min_size_in_bytes": "1024",
        "save_external_prepacked_constant_initializers": "1",
    }.items():
        options.add_session_config_entry(f"session.{name}", value)
    try:
        ort.InferenceSession(
            str(plain),
            options,
            providers=["CPUExecutionProvider"],
            # One kernel for "add, then normalize" takes six times as long as two kernels.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except Exception as error:  # its errors have no common type, and the reference can stand in
        raise CannotCompile(f"its weights cannot be packed ({root_cause(error)})") from error


def weights_file(graph: Path) -> Path:
    """Return the file for the weights of a graph."""
    return graph.with_suffix(Path(WEIGHTS).suffix)


def _check_ids(reference: Reference) -> list[list[int]]:
    """Tokenize the check texts, and cut them to the window."""
    return [reference.tokenizer.encode(text).ids[: reference.spec.window] for text in CHECK_TEXTS]
