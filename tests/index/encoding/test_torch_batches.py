"""Batches on a device give each passage the vectors that it has alone, and those of the reference.

The same code runs on the processor where there is no GPU.
"""

import numpy as np
import pytest
import torch

from tests.conftest import SEEDS
from tests.index.encoding.conftest import make_passage, whole
from wherein.index.encoding.agreement import CHECK_TEXTS, equal_within_rounding
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import CPU, Device
from wherein.index.encoding.model_files import LocalModel
from wherein.index.encoding.onnx_model import load_tokenizer, read_manifest
from wherein.index.encoding.pooled import PooledEncoder
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.torch_batches import (
    LENGTHS,
    BatchConfig,
    BatchedModel,
    batched_encoder,
)
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.encoding.windows import Window
from wherein.index.passages.splitter import Passage, cut
from wherein.index.readers.plain_text import read

TOKENS = 1024
"""Batches so small that a processor runs one in a moment. No window is longer than a quarter."""


def _encoder(compiler: Compiler, device: Device) -> PooledEncoder:
    spec = read_manifest(compiler.folder).spec
    tokenizer = load_tokenizer(compiler.folder)
    return batched_encoder(compiler.source, tokenizer, spec, device, BatchConfig(TOKENS))


@pytest.fixture(scope="module")
def bundled(compiled_model: Compiler, device: Device) -> PooledEncoder:
    return _encoder(compiled_model, device)


@pytest.fixture(scope="module")
def encoder(device_compiler: Compiler, device: Device) -> PooledEncoder:
    return _encoder(device_compiler, device)


@pytest.fixture(scope="module")
def reference(device_compiler: Compiler) -> Reference:
    return load_reference(device_compiler.source)


def _passages() -> list[Passage]:
    """Passages from one word to more than the window, titled or not, and several of each length."""
    texts = [
        f"It was day {n}, and tea was drunk. {'Rain fell on the hills of Harbin. ' * (n % 37)}"
        for n in range(60)
    ]
    titled = [make_passage(text, "Weather" if n % 2 else None) for n, text in enumerate(texts)]
    return [*titled, make_passage("Tea."), whole(""), make_passage(CHECK_TEXTS[-1])]


def test_a_passage_has_the_same_vectors_alone_in_a_batch_and_in_another_order(
    encoder: PooledEncoder,
) -> None:
    passages = _passages()
    together = list(encoder.encode_passages(passages))
    for number in (0, 7, 18, 29, 36, 60, 61, 62):
        alone = encoder.encode_passage(passages[number])
        assert equal_within_rounding(alone, together[number])

    order = np.random.default_rng(7).permutation(len(passages))
    shuffled = encoder.encode_passages(passages[n] for n in order)
    for vectors, n in zip(shuffled, order, strict=True):
        assert equal_within_rounding(vectors, together[n])


def test_the_bundled_model_gives_a_passage_the_reference_s_vectors_alone_and_in_a_batch(
    bundled: PooledEncoder, reference_encoder: Encoder
) -> None:
    passages = [_passages()[n] for n in (5, 29, 60)]
    together = bundled.encode_passages(passages)
    for passage, vectors in zip(passages, together, strict=True):
        assert equal_within_rounding(bundled.encode_passage(passage), vectors)
        np.testing.assert_allclose(vectors, reference_encoder.encode_passage(passage), atol=1e-5)
    assert bundled.dimension == 384


def test_the_vectors_are_those_of_the_reference(
    encoder: PooledEncoder, reference: Reference
) -> None:
    expected = reference.encoder()
    documents = [read(file.name, file.read_bytes()) for file in sorted(SEEDS.iterdir())[:2]]
    passages = [*_passages()[::9], *(p for one in documents for p in cut(one, encoder))]
    ours = encoder.encode_passages(passages)
    for found, vectors in zip(ours, expected.encode_passages(passages), strict=True):
        np.testing.assert_allclose(found, vectors, atol=1e-5)
    assert encoder.dimension == reference.spec.dimension
    assert encoder.room("Tea") == expected.room("Tea")
    for text in CHECK_TEXTS:
        vector = expected.encode_question(text)
        np.testing.assert_allclose(encoder.encode_question(text), vector, atol=1e-5)


def test_batches_have_few_shapes_and_at_least_one_row_of_padding(small_source: LocalModel) -> None:
    batches = BatchedModel(small_source, 256, CPU, TOKENS)
    shapes: list[tuple[int, ...]] = []

    def note_shape(_module: object, arguments: tuple[dict[str, torch.Tensor]]) -> None:
        (features,) = arguments
        shapes.append(tuple(features["input_ids"].shape))
        assert features["attention_mask"].sum(dim=1).min() == 1

    hook = batches._model[0].register_forward_pre_hook(note_shape)
    sizes = [5, 32, 33, 256, 31, 200, 256, 256, 256, *[6] * 60]
    windows = [
        Window([101, *[2000 + size] * (size - 2), 102], [(1, 2), (2, size)]) for size in sizes
    ]
    found = list(batches(windows))
    hook.remove()

    assert shapes == [(32, 32)] * 3 + [(16, 64)] + [(4, 256)] * 2
    assert {256, 64, 32} <= set(LENGTHS)
    assert [number for number, _ in found] == [0, 1, 4, *range(9, 69), 2, 3, 5, 6, 7, 8]
    for number, sums in found:
        ids = torch.tensor([windows[number].ids])
        features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        (vectors,) = batches._model[0](features)["token_embeddings"].detach().numpy()
        expected = [vectors[1], vectors[2:].sum(axis=0)]
        np.testing.assert_allclose(sums, expected, atol=1e-3)


def test_the_fingerprint_names_weights_libraries_precision_device_and_shapes(
    real_model: LocalModel, bundled: PooledEncoder, device: Device
) -> None:
    weights, libraries, precision, method, window = bundled.fingerprint.split("|")
    assert weights == real_model.name
    assert "torch 2." in libraries
    assert precision == f"fp32 on {device.kind}"
    if device != CPU:
        assert device.kind == f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}"
    assert method == f"sentences in context 1, batches 2 of {TOKENS}"
    assert window == "256"
