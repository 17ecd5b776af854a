"""Quantizes the weights of a graph to int8, after two rewrites that reduce the loss.

All channels of an activation share one scale. A channel with far greater values than the others
therefore leaves few steps to the others. Two rewrites help, and change the result by rounding only:

- Smoothing: each channel that a layer norm outputs is divided by a number, and its weights are
  multiplied by the same number, so that both have equal magnitudes (SmoothQuant, Xiao et al. 2022,
  arXiv:2211.10438, with an alpha of 1/2).
- Outliers: a channel whose activations and weights are both great is multiplied in fp32, beside the
  others (LLM.int8(), Dettmers et al. 2022, arXiv:2208.07339). BERT has such a channel in some
  feed-forward layers, at the first token of every text.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.onnx_model import ONNXModel

from wherein.index.arrays import Vectors
from wherein.index.encoding.onnx_model import INPUT

OUTLIER_RATIO = 100
"""A channel is an outlier where its greatest activation times its greatest weight is more than this
many times the median channel's product."""

_MIN_MAGNITUDE = 1e-6  # so that nothing is divided by 0


def quantize(graph: Path, texts: Sequence[Sequence[int]], bits: int) -> None:
    """Rewrite a graph and quantize its weights, in place.

    Args:
        graph: The file of the graph.
        texts: The token ids of texts, (tokens,) each, on which activations are measured.
        bits: How many bits the weights are quantized to, 8 or 7.
    """
    model = onnx.load(graph)
    outliers = reduce_loss(model, channel_maxima(model, texts))
    onnx.save(model, graph)
    quantize_products(graph, outliers, bits)


def quantize_products(graph: Path, excluded: Sequence[str], bits: int) -> None:
    """Quantize the weights of all matrix products of a graph, in place.

    Args:
        graph: The file of the graph.
        excluded: The names of the nodes that stay in fp32.
        bits: How many bits the weights are quantized to, 8 or 7.
    """
    quantize_dynamic(
        str(graph),
        str(graph),
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[*excluded],
        per_channel=True,
        reduce_range=bits == 7,
        weight_type=QuantType.QInt8,
    )


def channel_maxima(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> dict[str, Vectors]:
    """Measure the greatest magnitude of each channel of each activation that weights multiply.

    Args:
        model: The graph.
        texts: The token ids of texts, (tokens,) each.

    Returns:
        By the name of the activation, one magnitude a channel: (channels,), float32.
    """
    names = list(_products(model))
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    maxima: dict[str, Vectors] = {}
    for ids in texts:
        activations = session.run(names, {INPUT: np.array([ids], np.int64)})
        for name, values in zip(names, activations, strict=True):
            greatest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            maxima[name] = np.maximum(maxima.get(name, 0), greatest)
    return maxima


def reduce_loss(model: onnx.ModelProto, maxima: Mapping[str, Vectors]) -> list[str]:
    """Rewrite the matrix products of a graph, in place, by smoothing and by splitting outliers off.

    The graph computes the same as before, up to the rounding of fp32.

    Args:
        model: The graph.
        maxima: What `channel_maxima` returns for it.

    Returns:
        The names of the products of outliers, which must stay in fp32.
    """
    graph = model.graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    normed = {node.output[0] for node in graph.node if node.op_type == "LayerNormalization"}
    excluded = []
    for name, products in _products(model).items():
        weights = [tensors[product.input[1]] for product in products]
        activation = np.maximum(maxima[name], _MIN_MAGNITUDE)
        weight_maxima = np.max([np.abs(each).max(axis=1) for each in weights], axis=0)
        weight = np.maximum(weight_maxima, _MIN_MAGNITUDE)
        outliers = activation * weight > OUTLIER_RATIO * np.median(activation * weight)
        divisors = np.sqrt(activation / weight) if name in normed else np.ones_like(weight)
        if outliers.any():
            excluded += _split_outliers(graph, name, products, weights, np.flatnonzero(outliers))
        if outliers.any() or name in normed:
            _scale(graph, name, products, weights, np.where(outliers, 0, divisors))
    rewritten = ONNXModel(model)
    rewritten.clean_initializers()
    rewritten.topological_sort()
    return excluded


def _products(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """Find the nodes that multiply an activation by weights, by the name of the activation."""
    matrices = {tensor.name for tensor in model.graph.initializer if len(tensor.dims) == 2}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            products.setdefault(node.input[0], []).append(node)
    return products


def _split_outliers(
    graph: onnx.GraphProto,
    name: str,
    products: Sequence[onnx.NodeProto],
    weights: Sequence[Vectors],
    channels: npt.NDArray[np.int64],
) -> list[str]:
    """Add to each product a product of these channels alone. Return the names of the new nodes."""
    indices, selected = _constant(graph, f"{name}_channels", channels), f"{name}_outliers"
    graph.node.append(helper.make_node("Gather", [name, indices], [selected], axis=-1))
    added = []
    for product, weight in zip(products, weights, strict=True):
        total = product.output[0]
        inliers, outliers = f"{total}_inliers", f"{total}_outliers"
        rows = _constant(graph, f"{outliers}_weight", weight[channels])
        node = helper.make_node("MatMul", [selected, rows], [outliers], name=outliers)
        graph.node.append(node)
        graph.node.append(helper.make_node("Add", [inliers, outliers], [total]))
        product.output[0] = inliers
        added.append(outliers)
    return added


def _scale(
    graph: onnx.GraphProto,
    name: str,
    products: Sequence[onnx.NodeProto],
    weights: Sequence[Vectors],
    divisors: Vectors,
) -> None:
    """Divide each channel by its divisor, and multiply its weights. A divisor of 0 removes both."""
    kept = divisors > 0
    factors = np.divide(1, divisors, out=np.zeros_like(divisors), where=kept)
    constant = _constant(graph, f"{name}_factors", factors.astype(np.float32))
    graph.node.append(helper.make_node("Mul", [name, constant], [f"{name}_scaled"]))
    for product, weight in zip(products, weights, strict=True):
        scaled = weight * divisors.astype(np.float32)[:, None]
        tensor = _constant(graph, f"{product.output[0]}_weight", scaled)
        product.input[:] = [f"{name}_scaled", tensor]


def _constant(graph: onnx.GraphProto, name: str, values: npt.NDArray[np.generic]) -> str:
    graph.initializer.append(numpy_helper.from_array(values, name))
    return name
