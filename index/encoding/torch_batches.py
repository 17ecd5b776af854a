"""Runs a model with PyTorch on batches of windows, as on a GPU.

A kernel for a matrix product is chosen by the shape of the matrices, and kernels round differently.
There are therefore few shapes. A window is padded to one of a few lengths, by its own length alone.
All batches of one length have the same number of rows, and missing rows are padding.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from wherein.index.arrays import Vectors, expand_ranges
from wherein.index.encoding.devices import Device
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.pooled import METHOD, PooledEncoder
from wherein.index.encoding.protocols import ModelSpec
from wherein.index.encoding.torch_reference import LIBRARIES, load_reference
from wherein.index.encoding.windows import Window
from wherein.index.errors import DeviceError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCHING = "batches 2"
"""Names how windows are batched. Change it with any change below that alters a vector."""

LENGTHS = (32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)
"""The lengths in tokens that windows are padded to, where the model's own window is longer."""


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """How much is encoded together.

    Attributes:
        tokens: The number of tokens in a batch, padding included. It bounds the memory that a batch
            takes. A batch has two rows at least.
        passages: How many passages are divided into batches together. The more passages, the fewer
            rows are padding.
        workers: The number of threads. While a thread waits for the GPU, another thread tokenizes
            texts and adds up sums.
    """

    tokens: int = 8192
    passages: int = 1024
    workers: int = 2


DEFAULT_BATCHES = BatchConfig()


def batched_encoder(
    source: LocalModel,
    tokenizer: Tokenizer,
    spec: ModelSpec,
    device: Device,
    config: BatchConfig = DEFAULT_BATCHES,
) -> PooledEncoder:
    """Make an encoder that runs a model in fp32 on a device.

    The model is loaded when the first text is encoded. That call may raise ModelError, or
    DeviceError where the device has too little memory.

    Args:
        source: The model. It averages the vectors of its tokens.
        tokenizer: Its tokenizer. It neither truncates nor pads.
        spec: What the model takes in.
        device: Where to run the model.
        config: How much is encoded together.

    Returns:
        The encoder.
    """
    fingerprint = (
        source.name,
        versions(*LIBRARIES),
        f"fp32 on {device.kind}",
        f"{METHOD}, {BATCHING} of {config.tokens}",
        str(spec.window),
    )
    return PooledEncoder(
        tokenizer,
        BatchedModel(source, spec.window, device, config.tokens),
        spec,
        fingerprint="|".join(fingerprint),
        workers=config.workers,
        batch_size=config.passages,
    )


class BatchedModel:
    """Runs a model on batches of windows. It is a `TokenSums`, and yields short windows first.

    Args:
        source: The model.
        window: The maximum number of tokens in one input.
        device: Where to run the model.
        tokens: The number of tokens in a batch.
    """

    def __init__(self, source: LocalModel, window: int, device: Device, tokens: int) -> None:
        self._source = source
        self._device = device.name
        self._lengths = (*(length for length in LENGTHS if length < window), window)
        self._tokens = tokens
        # One batch at a time, so that the memory of a GPU need only have room for one.
        self._running = Lock()
        self._loading = Lock()

    @cached_property
    def _model(self) -> "SentenceTransformer":
        import torch

        torch.set_float32_matmul_precision("highest")  # not TF32, which has 10 bits
        reference = load_reference(self._source)
        with _device_errors():
            return reference.model.to(device=self._device, dtype=torch.float32)

    def __call__(self, windows: Sequence[Window], /) -> Iterator[tuple[int, list[Vectors]]]:
        """Yield the number of each window and the sum of each of its spans: (dimension,).

        Raises DeviceError where the device fails.
        """
        by_length: dict[int, list[int]] = defaultdict(list)
        for number, window in enumerate(windows):
            by_length[self._padded_length(window)].append(number)
        for length, numbers in sorted(by_length.items()):
            # transformers drops a mask that masks nothing, and then other kernels run. One row of
            # each batch is therefore always padding.
            rows = max(2, self._tokens // length)
            for start in range(0, len(numbers), rows - 1):
                batch = numbers[start : start + rows - 1]
                sums = iter(self._run([windows[number] for number in batch], (rows, length)))
                for number in batch:
                    yield number, [*islice(sums, len(windows[number].spans))]

    def _padded_length(self, window: Window) -> int:
        return self._lengths[bisect_left(self._lengths, len(window.ids))]

    def _run(self, windows: Sequence[Window], shape: tuple[int, int]) -> Vectors:
        """Run one batch, and sum each span of each window: (spans, dimension)."""
        import torch

        with self._loading:
            model = self._model
        ids = np.full(shape, model.tokenizer.pad_token_id or 0, np.int64)
        mask = np.zeros(shape, np.int64)
        mask[:, 0] = 1  # attention over no token would give NaN
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        places, starts = _token_places(windows, shape[1])
        with self._running, _device_errors(), torch.inference_mode():
            tensors = [
                torch.from_numpy(array).to(self._device) for array in (ids, mask, places, starts)
            ]
            features = {"input_ids": tensors[0], "attention_mask": tensors[1]}
            vectors = model[0](features)["token_embeddings"].flatten(0, 1)
            # One thread adds up one span, in order, so that no other span affects its rounding.
            sums = torch.nn.functional.embedding_bag(tensors[2], vectors, tensors[3], mode="sum")
            pooled: Vectors = sums.cpu().numpy()
        return pooled


def _token_places(
    windows: Sequence[Window], length: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """List the tokens of all spans, in rows of a length, and where each span starts in the list."""
    spans = [
        (row * length + start, end - start)
        for row, window in enumerate(windows)
        for start, end in window.spans
    ]
    starts, lengths = np.array(spans, np.int64).T
    places, _ = expand_ranges(starts, lengths)
    return places, np.cumsum(lengths) - lengths


@contextmanager
def _device_errors() -> Iterator[None]:
    """Turn the errors of a device into a DeviceError with the remedy."""
    try:
        yield
    except RuntimeError as error:  # PyTorch's type for too little memory and all errors of CUDA
        raise DeviceError(
            f"Encoding on the GPU failed: {str(error).splitlines()[0].rstrip('.')}. The passages "
            "encoded so far are kept. Try again when other programs have released the GPU, or "
            "encode on the processor with --device cpu."
        ) from error
