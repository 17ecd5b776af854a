"""A model is exported, quantized and packed, and its vectors stay what they were."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from wherein.index.arrays import Vectors
from wherein.index.encoding.agreement import (
    CHECK_TEXTS,
    encode_check_texts,
    equal_within_rounding,
    min_cosine,
)
from wherein.index.encoding.onnx_export import PRECISIONS, CannotCompile, export, pack, write_graph
from wherein.index.encoding.onnx_model import GRAPH, INPUT, WEIGHTS, graph_encoder
from wherein.index.encoding.torch_reference import Reference


def _plain_vectors(graph: Path, reference: Reference) -> list[Vectors]:
    """The vectors of the check texts by the graph that is not packed, run by onnxruntime alone."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(
        graph,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],
    )
    vectors = []
    for text in CHECK_TEXTS[:-1]:  # the last text is longer than the window
        (token_vectors,) = session.run(None, {INPUT: [reference.tokenizer.encode(text).ids]})
        total = token_vectors[0].sum(axis=0)
        vectors.append(total / np.linalg.norm(total))
    return vectors


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_packed_graph_is_nearer_to_the_plain_graph_than_to_the_reference(
    precision: str, small_export: Path, small_reference: Reference, tmp_path: Path
) -> None:
    """Packing chooses other kernels, which round differently.

    A difference in the last bits of an activation can move its rounding to int8 by one step. Both
    graphs round the same activations, and can disagree only at values between two steps. The
    reference differs from each graph by the rounding of all activations, and by the rounding of the
    weights as well. The graphs must therefore agree with each other at least as well as with the
    reference. In fp32 nothing is rounded to steps, and the distance is that of rounding alone.
    """
    plain, packed = tmp_path / "plain.onnx", tmp_path / GRAPH
    write_graph(small_reference, small_export, plain, PRECISIONS[precision])
    pack(plain, packed)
    encoder = graph_encoder(packed, small_reference.tokenizer, small_reference.spec, "packed")
    agreement = min_cosine(encoder, encode_check_texts(small_reference.encoder()))

    assert agreement > 0.99
    for text, vector in zip(CHECK_TEXTS, _plain_vectors(plain, small_reference), strict=False):
        if PRECISIONS[precision] is None:
            assert equal_within_rounding(encoder.encode_question(text), vector)
        else:
            assert encoder.encode_question(text) @ vector >= agreement
    assert (tmp_path / WEIGHTS).stat().st_size > 100_000
    # The graph contains no path of this machine.
    assert b"site-packages" not in packed.read_bytes()


def test_an_error_of_the_exporter_is_named_by_its_root_cause(
    small_reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("no way to say this in ONNX.\nand so on") from ValueError("at the root")

    monkeypatch.setattr(torch.onnx, "export", failing)
    with pytest.raises(CannotCompile, match=r"^it cannot be exported to ONNX \(at the root\)$"):
        export(small_reference, tmp_path / "exported.onnx")


def test_a_graph_that_cannot_be_packed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plain.onnx").write_bytes(b"This is not a graph.")
    with pytest.raises(CannotCompile, match="its weights cannot be packed"):
        pack(tmp_path / "plain.onnx", tmp_path / GRAPH)
