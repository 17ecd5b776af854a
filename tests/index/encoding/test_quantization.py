"""Products are rewritten so that int8 loses little, and the graph gives what it gave."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from wherein.index.arrays import Vectors
from wherein.index.encoding.onnx_model import INPUT
from wherein.index.encoding.quantization import ease, peaks, quantize

WIDTH = 48
TEXTS = [list(range(start, start + 9)) for start in (0, 9, 18)]


@pytest.fixture
def model() -> onnx.ModelProto:
    """Two products of what a layer norm gives, and one of their sum.

    Channel 5 of the norm is great where its weights are small; channel 7 of the sum is great, and
    so are its weights. Both norm products share one tensor.
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
    """In relation to how much the tokens' vectors differ."""
    spread = expected - expected.mean(axis=0)
    return float(np.linalg.norm(vectors - expected) / np.linalg.norm(spread))


def test_a_peak_is_the_greatest_magnitude_of_a_channel_over_all_texts(
    model: onnx.ModelProto,
) -> None:
    found = peaks(model, TEXTS)
    assert found.keys() == {"normed", "sum"}
    table = numpy_helper.to_array(model.graph.initializer[0])[: 9 * len(TEXTS)]
    normed = (table - table.mean(axis=1, keepdims=True)) / table.std(axis=1, keepdims=True)
    normed[:, 5] *= 40
    np.testing.assert_allclose(found["normed"], np.abs(normed).max(axis=0), rtol=1e-3)


def test_what_the_graph_gives_is_as_it_was(model: onnx.ModelProto) -> None:
    expected = run(model)
    assert ease(model, peaks(model, TEXTS)) == ["vectors_far"]
    onnx.checker.check_model(model)
    assert error(run(model), expected) < 1e-4


def test_a_channel_that_only_its_activations_raise_shares_with_its_weights(
    model: onnx.ModelProto,
) -> None:
    ease(model, peaks(model, TEXTS))
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    eased = peaks(model, TEXTS)
    np.testing.assert_allclose(
        eased["normed_scaled"], np.abs(weights["one_weight"]).max(axis=1), rtol=1e-4
    )


def test_a_channel_that_stands_out_is_apart_and_the_rest_has_nothing_of_it(
    model: onnx.ModelProto,
) -> None:
    ease(model, peaks(model, TEXTS))
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    assert weights["sum_channels"].tolist() == [7]
    assert weights["vectors_far_weight"].shape == (1, WIDTH)
    assert not weights["vectors_near_weight"][7].any()
    assert peaks(model, TEXTS)["sum_scaled"][7] == 0


@pytest.mark.parametrize("bits", [8, 7])
def test_it_loses_little_where_plain_int8_loses_much(
    model: onnx.ModelProto, tmp_path: Path, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = run(model)
    ours = error(quantized(model, tmp_path / "ours.onnx", bits), expected)
    monkeypatch.setattr("wherein.index.encoding.quantization.ease", lambda *_: [])
    plain = error(quantized(model, tmp_path / "plain.onnx", bits), expected)
    assert ours < 0.05 < plain


def test_the_same_graph_comes_of_it_each_time(model: onnx.ModelProto, tmp_path: Path) -> None:
    for name in ("one", "other"):
        quantized(model, tmp_path / name, 8)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
