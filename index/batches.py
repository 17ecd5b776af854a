"""A model as sentence-transformers runs it, several windows at a time, none changed by its company.

Which kernels multiply matrices, and so the last bits of a vector, depends on their shapes. So there
are few: a window is padded to one of a few lengths, by its own length alone, and of each length a
run has always as many rows, those that are missing being padding.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from threading import Lock

import numpy as np

from index.arrays import Vectors
from index.encoding import ENCODING, PooledEncoder
from index.errors import DeviceError
from index.models import versions
from index.reference import LIBRARIES, Reference

BATCHES = "batches 1"
"""Names how windows are put together; changed with anything below that changes a vector."""

LENGTHS = (32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)
"""The lengths in tokens that windows are padded to, up to that of the model's own window."""

TOKENS = 8192
"""A run has so many tokens, padding included, or two rows: a bound to the memory that it takes."""

AT_ONCE = 1024
"""So many passages are put into runs together: the more, the fewer rows are missing."""

WORKERS = 2
"""While one waits for the GPU, another cuts texts into tokens and pools vectors."""


def batched_encoder(reference: Reference, device: str, tokens: int = TOKENS) -> PooledEncoder:
    """The encoder of a model that mean-pools, in fp32 on a device, in runs of so many tokens.

    It takes the reference over, which is not to be used for anything else. Raises DeviceError where
    the device has no room for it.
    """
    fingerprint = (
        reference.name,
        versions(*LIBRARIES),
        f"fp32 on {_name(device)}",
        f"{ENCODING}, {BATCHES} of {tokens}",
        str(reference.intake.window),
    )
    return PooledEncoder(
        reference.tokenizer,
        Batches(reference, device, tokens),
        fingerprint="|".join(fingerprint),
        workers=WORKERS,
        at_once=AT_ONCE,
        **asdict(reference.intake),
    )


def _name(device: str) -> str:
    """The kind of a device, and what runs on it: equal names, equal kernels."""
    import torch

    if device == "cpu":
        return device
    return f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name(device)}"


class Batches:
    """The token vectors of windows: a TokenVectors, which goes from the short to the long."""

    def __init__(self, reference: Reference, device: str, tokens: int) -> None:
        import torch

        torch.set_float32_matmul_precision("highest")  # without TF32, which has 10 bits
        with _told():
            model = reference.model.to(device=device, dtype=torch.float32)
        self._transformer = model[0]
        self._device = device
        self._padding = model.tokenizer.pad_token_id or 0
        window = reference.intake.window
        self._lengths = (*(length for length in LENGTHS if length < window), window)
        self._tokens = tokens
        # One run at a time: it is then the one that a GPU's memory must have room for.
        self._lock = Lock()

    def __call__(self, windows: Sequence[Sequence[int]], /) -> Iterator[tuple[int, Vectors]]:
        alike: dict[int, list[int]] = defaultdict(list)
        for number, ids in enumerate(windows):
            alike[next(length for length in self._lengths if length >= len(ids))].append(number)
        for length, numbers in sorted(alike.items()):
            # transformers leaves the mask out, and other kernels run, where it masks nothing. So
            # one row at least is always padding.
            rows = max(2, self._tokens // length)
            for first in range(0, len(numbers), rows - 1):
                some = numbers[first : first + rows - 1]
                vectors = self._run([windows[number] for number in some], (rows, length))
                for number, row in zip(some, vectors, strict=False):
                    yield number, row[: len(windows[number])]

    def _run(self, windows: Sequence[Sequence[int]], shape: tuple[int, int]) -> Vectors:
        """The vectors of each row's tokens, padding included: (rows, length, dimension)."""
        import torch

        ids = np.full(shape, self._padding, np.int64)
        mask = np.zeros(shape, np.int64)
        mask[:, 0] = 1  # attention to nothing is no number
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        with self._lock, _told(), torch.inference_mode():
            features = {
                "input_ids": torch.from_numpy(ids).to(self._device),
                "attention_mask": torch.from_numpy(mask).to(self._device),
            }
            vectors: Vectors = self._transformer(features)["token_embeddings"].cpu().numpy()
        return vectors


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
