"""The rewrites before quantization keep what a graph computes, and reduce the loss of int8."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from wherein.index.arrays import Vectors
from wherein.index.encoding.onnx_model import INPUT
from wherein.index.encoding.quantization import (
    channel_maxima,
    quantize,
    quantize_products,
    reduce_loss,
)

WIDTH = 48
TEXTS = [list(range(start, start + 9)) for start in (0, 9, 18)]


@pytest.fixture
def model() -> onnx.ModelProto:
    """A graph with two products of a layer norm's output, and a product of their sum.

    Channel 5 of the norm has great activations and small weights. Channel 7 of the sum has great
    activations and great weights. The first two products share one tensor.
    """
    random = np.random.default_rng(7)
    gain = np.ones(WIDTH)
    gain[5] = 40
    shared, last = random.normal(size=(2, WIDTH, WIDTH))
    shared[5] /= 40
    offset = np.zeros(WIDTH)
    offset[7] = 400
    last[7] *= 50
    tensors = {
        "table": random.normal(size=(30, WIDTH)),
        "gain": gain,
        "none": np.zeros(WIDTH),
        "shared": shared,
        "offset": offset,
        "last": last,
    }
    nodes = [
        helper.make_node("Gather", ["table", INPUT], ["embedded"]),
        helper.make_node("LayerNormalization", ["embedded", "gain", "none"], ["normed"]),
        helper.make_node("MatMul", ["normed", "shared"], ["one"], name="one"),
        helper.make_node("MatMul", ["normed", "shared"], ["two"], name="two"),
        helper.make_node("Sum", ["one", "two", "offset"], ["sum"]),
        helper.make_node("MatMul", ["sum", "last"], ["vectors"], name="last"),
    ]
    graph = helper.make_graph(
        nodes,
        "products",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, "tokens", WIDTH])],
        [numpy_helper.from_array(t.astype(np.float32), name) for name, t in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model: onnx.ModelProto) -> Vectors:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = [session.run(None, {INPUT: np.array([ids])})[0][0] for ids in TEXTS]
    vectors: Vectors = np.concatenate(outputs)
    return vectors


def quantized(model: onnx.ModelProto, file: Path, bits: int) -> Vectors:
    onnx.save(model, file)
    quantize(file, TEXTS, bits)
    return run(onnx.load(file))


def error(vectors: Vectors, expected: Vectors) -> float:
    """The error in relation to how much the tokens' vectors differ."""
    spread = expected - expected.mean(axis=0)
    return float(np.linalg.norm(vectors - expected) / np.linalg.norm(spread))


def test_a_maximum_is_the_greatest_magnitude_of_a_channel_over_all_texts(
    model: onnx.ModelProto,
) -> None:
    maxima = channel_maxima(model, TEXTS)
    assert maxima.keys() == {"normed", "sum"}
    table = numpy_helper.to_array(model.graph.initializer[0])[: 9 * len(TEXTS)]
    normed = (table - table.mean(axis=1, keepdims=True)) / table.std(axis=1, keepdims=True)
    normed[:, 5] *= 40
    np.testing.assert_allclose(maxima["normed"], np.abs(normed).max(axis=0), rtol=1e-3)


def test_the_rewritten_graph_computes_the_same(model: onnx.ModelProto) -> None:
    expected = run(model)
    assert reduce_loss(model, channel_maxima(model, TEXTS)) == ["vectors_outliers"]
    onnx.checker.check_model(model)
    assert error(run(model), expected) < 1e-4


def test_smoothing_makes_activations_and_weights_of_a_channel_equally_great(
    model: onnx.ModelProto,
) -> None:
    reduce_loss(model, channel_maxima(model, TEXTS))
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    smoothed = channel_maxima(model, TEXTS)
    np.testing.assert_allclose(
        smoothed["normed_scaled"], np.abs(weights["one_weight"]).max(axis=1), rtol=1e-4
    )


def test_an_outlier_is_multiplied_apart_and_removed_from_the_other_product(
    model: onnx.ModelProto,
) -> None:
    reduce_loss(model, channel_maxima(model, TEXTS))
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    assert weights["sum_channels"].tolist() == [7]
    assert weights["vectors_outliers_weight"].shape == (1, WIDTH)
    assert not weights["vectors_inliers_weight"][7].any()
    assert channel_maxima(model, TEXTS)["sum_scaled"][7] == 0


@pytest.mark.parametrize("bits", [8, 7])
def test_the_rewrites_lose_little_where_plain_int8_loses_much(
    model: onnx.ModelProto, tmp_path: Path, bits: int
) -> None:
    expected = run(model)
    ours = error(quantized(model, tmp_path / "ours.onnx", bits), expected)
    plain = tmp_path / "plain.onnx"
    onnx.save(model, plain)
    quantize_products(plain, [], bits)
    assert ours < 0.05 < error(run(onnx.load(plain)), expected)


def test_quantizing_twice_on_one_machine_gives_the_same_file(
    model: onnx.ModelProto, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        quantized(model, tmp_path / name, 8)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
