"""Quantizes a graph's products with weights to int8, and first makes them lose little by it.

All channels of an activation share one scale, so a channel far greater than the others leaves few
steps to them. There are two remedies, and they change nothing but the rounding:

- Each channel that a layer norm gives is divided by a number, and its weights are multiplied by it,
  such that both are equally great (SmoothQuant, Xiao et al. 2022, with an alpha of 1/2).
- A channel that stands out in its activations and weights together is multiplied in fp32, beside
  the others (LLM.int8(), Dettmers et al. 2022). BERT has such a one in some feed-forward layers,
  which the first token of every text sets off.
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

FAR_OUT = 100
"""A channel stands out where its greatest activation times its greatest weight is more than so many
times what it is for the median channel."""

_LEAST = 1e-6  # so that nothing is divided by 0


def quantize(graph: Path, texts: Sequence[Sequence[int]], bits: int) -> None:
    """Quantize a graph in its place, its weights to 8 bits or 7.

    `texts` are token ids, (tokens,) each, that show how great its activations become.
    """
    model = onnx.load(graph)
    apart = ease(model, peaks(model, texts))
    onnx.save(model, graph)
    quantize_dynamic(
        str(graph),
        str(graph),
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=apart,
        per_channel=True,
        reduce_range=bits == 7,
        weight_type=QuantType.QInt8,
    )


def peaks(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> dict[str, Vectors]:
    """Of each activation that weights are multiplied with, the greatest magnitude by channel."""
    names = list(_products(model))
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, Vectors] = {}
    for ids in texts:
        activations = session.run(names, {INPUT: np.array([ids], np.int64)})
        for name, values in zip(names, activations, strict=True):
            greatest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, 0), greatest)
    return found


def ease(model: onnx.ModelProto, peaks: Mapping[str, Vectors]) -> list[str]:
    """Rewrite the products by the two remedies; the names of those that are to stay in fp32.

    `peaks` are as above. What the graph gives is as it was, up to the rounding of fp32.
    """
    graph = model.graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    normed = {node.output[0] for node in graph.node if node.op_type == "LayerNormalization"}
    apart = []
    for name, products in _products(model).items():
        weights = [tensors[product.input[1]] for product in products]
        activation = np.maximum(peaks[name], _LEAST)
        weight = np.maximum(np.max([np.abs(each).max(axis=1) for each in weights], axis=0), _LEAST)
        far = activation * weight > FAR_OUT * np.median(activation * weight)
        divisors = np.sqrt(activation / weight) if name in normed else np.ones_like(weight)
        if far.any():
            apart += _set_apart(graph, name, products, weights, np.flatnonzero(far))
        if far.any() or name in normed:
            _scale(graph, name, products, weights, divisors, ~far)
    rewritten = ONNXModel(model)
    rewritten.clean_initializers()
    rewritten.topological_sort()
    return apart


def _products(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """The nodes that multiply an activation with weights, by the activation's name."""
    matrices = {tensor.name for tensor in model.graph.initializer if len(tensor.dims) == 2}
    products: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            products.setdefault(node.input[0], []).append(node)
    return products


def _set_apart(
    graph: onnx.GraphProto,
    name: str,
    products: Sequence[onnx.NodeProto],
    weights: Sequence[Vectors],
    channels: npt.NDArray[np.int64],
) -> list[str]:
    """Add to each product one of these channels alone; the names of those."""
    taken, some = _constant(graph, f"{name}_channels", channels), f"{name}_far"
    graph.node.append(helper.make_node("Gather", [name, taken], [some], axis=-1))
    added = []
    for product, weight in zip(products, weights, strict=True):
        whole = product.output[0]
        near, far = f"{whole}_near", f"{whole}_far"
        rows = _constant(graph, f"{far}_weight", weight[channels])
        graph.node.append(helper.make_node("MatMul", [some, rows], [far], name=far))
        graph.node.append(helper.make_node("Add", [near, far], [whole]))
        product.output[0] = near
        added.append(far)
    return added


def _scale(
    graph: onnx.GraphProto,
    name: str,
    products: Sequence[onnx.NodeProto],
    weights: Sequence[Vectors],
    divisors: Vectors,
    kept: npt.NDArray[np.bool_],
) -> None:
    """Divide each channel that is kept and multiply its weights; make nothing of the others."""
    factors = _constant(graph, f"{name}_factors", (kept / divisors).astype(np.float32))
    graph.node.append(helper.make_node("Mul", [name, factors], [f"{name}_scaled"]))
    for product, weight in zip(products, weights, strict=True):
        scaled = weight * (kept * divisors).astype(np.float32)[:, None]
        tensor = _constant(graph, f"{product.output[0]}_weight", scaled)
        product.input[:] = [f"{name}_scaled", tensor]


def _constant(graph: onnx.GraphProto, name: str, values: npt.NDArray[np.generic]) -> str:
    graph.initializer.append(numpy_helper.from_array(values, name))
    return name
