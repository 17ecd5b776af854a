"""A model as sentence-transformers runs it, several windows at a time, none changed by its company.

Which kernels multiply matrices, and so the last bits of a vector, depends on their shapes. So there
are few: a window is padded to one of a few lengths, by its own length alone, and of each length a
run has always as many rows, those that are missing being padding.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.devices import Device
from wherein.index.encoding.encoder import ENCODING, Intake, PooledEncoder
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.torch_reference import LIBRARIES, load_reference
from wherein.index.encoding.windows import Window
from wherein.index.errors import DeviceError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCHES = "batches 2"
"""Names how windows are put together; changed with anything below that changes a vector."""

LENGTHS = (32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)
"""The lengths in tokens that windows are padded to, up to that of the model's own window."""

TOKENS = 8192
"""A run has so many tokens, padding included, or two rows: a bound to the memory that it takes."""

AT_ONCE = 1024
"""So many passages are put into runs together: the more, the fewer rows are missing."""

WORKERS = 2
"""While one waits for the GPU, another cuts texts into tokens and adds up sums."""


def batched_encoder(
    source: LocalModel, tokenizer: Tokenizer, intake: Intake, device: Device, tokens: int = TOKENS
) -> PooledEncoder:
    """The encoder of a model that mean-pools, in fp32 on a device, in runs of so many tokens.

    The model is loaded when something is first encoded, which then raises ModelError, or
    DeviceError where the device has no room for it.
    """
    fingerprint = (
        source.name,
        versions(*LIBRARIES),
        f"fp32 on {device.kind}",
        f"{ENCODING}, {BATCHES} of {tokens}",
        str(intake.window),
    )
    return PooledEncoder(
        tokenizer,
        Batches(source, intake.window, device, tokens),
        fingerprint="|".join(fingerprint),
        workers=WORKERS,
        at_once=AT_ONCE,
        **asdict(intake),
    )


class Batches:
    """Windows to the sums of their runs: a TokenSums, which goes from the short to the long."""

    def __init__(self, source: LocalModel, window: int, device: Device, tokens: int) -> None:
        self._source = source
        self._device = device.name
        self._lengths = (*(length for length in LENGTHS if length < window), window)
        self._tokens = tokens
        # One run at a time: it is then the one that a GPU's memory must have room for.
        self._lock = Lock()
        self._loading = Lock()

    @cached_property
    def _model(self) -> "SentenceTransformer":
        import torch

        torch.set_float32_matmul_precision("highest")  # without TF32, which has 10 bits
        reference = load_reference(self._source)
        with _told():
            return reference.model.to(device=self._device, dtype=torch.float32)

    def __call__(self, windows: Sequence[Window], /) -> Iterator[tuple[int, list[Vectors]]]:
        alike: dict[int, list[int]] = defaultdict(list)
        for number, window in enumerate(windows):
            alike[self._lengths[bisect_left(self._lengths, len(window.ids))]].append(number)
        for length, numbers in sorted(alike.items()):
            # transformers leaves the mask out, and other kernels run, where it masks nothing. So
            # one row at least is always padding.
            rows = max(2, self._tokens // length)
            for first in range(0, len(numbers), rows - 1):
                some = numbers[first : first + rows - 1]
                sums = iter(self._run([windows[number] for number in some], (rows, length)))
                for number in some:
                    yield number, [*islice(sums, len(windows[number].runs))]

    def _run(self, windows: Sequence[Window], shape: tuple[int, int]) -> Vectors:
        """The sum of each run of each window, one after the other: (runs, dimension)."""
        import torch

        with self._loading:
            model = self._model
        ids = np.full(shape, model.tokenizer.pad_token_id or 0, np.int64)
        mask = np.zeros(shape, np.int64)
        mask[:, 0] = 1  # attention to nothing is no number
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        places, firsts = _places(windows, shape[1])
        with self._lock, _told(), torch.inference_mode():
            there = [
                torch.from_numpy(array).to(self._device) for array in (ids, mask, places, firsts)
            ]
            features = {"input_ids": there[0], "attention_mask": there[1]}
            vectors = model[0](features)["token_embeddings"].flatten(0, 1)
            # One thread adds up one run, in order: no other run changes its bits.
            sums = torch.nn.functional.embedding_bag(there[2], vectors, there[3], mode="sum")
            pooled: Vectors = sums.cpu().numpy()
        return pooled


def _places(
    windows: Sequence[Window], length: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the tokens of all runs stand, in rows of a length; where each begins among these."""
    runs = [
        (row * length + first, last - first)
        for row, window in enumerate(windows)
        for first, last in window.runs
    ]
    starts, lengths = np.array(runs, np.int64).T
    firsts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths), firsts


@contextmanager
def _told() -> Iterator[None]:
    """What PyTorch says of a device that fails, with the remedy."""
    try:
        yield
    except RuntimeError as error:  # too little memory, and whatever else CUDA says, is one
        raise DeviceError(
            f"Encoding on the GPU failed: {str(error).splitlines()[0].rstrip('.')}. What was "
            "encoded is kept. Try again when other programs have left the GPU, or encode on the "
            "processor with --device cpu."
        ) from error
