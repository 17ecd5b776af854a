"""Passages on a GPU, where PyTorch has one, and questions by the compiled model all the same.

PyTorch is not imported where there is no GPU, which takes seconds.
"""

import ctypes
import logging
import runpy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from index.arrays import Vectors
from index.batches import TOKENS, batched_encoder
from index.compiled import compiled_folder, read_compiled
from index.compiling import AGREEMENT, CHECKED, Compiler, agreement
from index.encoding import Encoder, PassagesBy, QuestionEncoder, full_name
from index.errors import DeviceError
from index.passages import Passage
from index.reference import load_reference

log = logging.getLogger(__name__)


def with_device(compiler: Compiler, device: str) -> "Compiler | WithGpu":
    """The model for indexing on a device: `cpu`, `cuda`, or `auto`, which is a GPU if there is one.

    Raises DeviceError where there is none and `cuda` is asked for.
    """
    if device == "cpu":
        return compiler
    lacking = _lacking()
    if lacking is None:
        return WithGpu(compiler)
    if device == "cuda":
        raise DeviceError(
            f"Passages cannot be encoded on a GPU: {lacking}. Encode on the processor with "
            "--device cpu, or leave the device at auto."
        )
    return compiler


def _lacking() -> str | None:
    """What PyTorch lacks to run on a GPU, None where it lacks nothing."""
    if not _driver_has_gpu():
        return "there is no NVIDIA driver that has one"
    if not _built_for_cuda():
        return "PyTorch is installed in a build without CUDA"
    import torch

    return None if torch.cuda.is_available() else "PyTorch finds none that its driver can run it on"


def _driver_has_gpu() -> bool:
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    number = ctypes.c_int(0)
    begun = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(number)) == 0
    return begun and number.value > 0


def _built_for_cuda() -> bool:
    """Whether PyTorch is, as a file of its own says, which is read without importing the rest."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    return runpy.run_path(str(Path(spec.origin).with_name("version.py")))["cuda"] is not None


@dataclass(frozen=True)
class WithGpu:
    """A model for indexing whose passages a device encodes, and whose questions its compiled form.

    Where it has none, or the two do not agree, it is as if there were no device.
    """

    compiler: Compiler
    device: str = "cuda"
    tokens: int = TOKENS

    @property
    def name(self) -> str:
        return self.compiler.name

    def prepare(self) -> str:
        """Compile the model if need be, and load it. Raises ModelError and DeviceError."""
        self.compiler.prepare()
        return full_name(self._encoder)

    def load(self) -> Encoder:
        """The encoder. Raises ModelError where `prepare` has not been called."""
        return self._encoder

    @cached_property
    def _encoder(self) -> Encoder:
        source = self.compiler.source
        questions = self.compiler.load()
        if read_compiled(compiled_folder(source, self.compiler.models)).why_not:
            return questions
        passages = batched_encoder(load_reference(source), self.device, self.tokens)
        agreed = agreement(passages, questions)
        if agreed < AGREEMENT:
            why = f"its vectors have a cosine of {agreed:.3f} to those of the compiled model"
        elif not _stands_alone(passages):
            why = "on it the vectors of a text depend on those beside it"
        else:
            return _Both(passages, questions, agreed)
        log.warning("Passages are encoded on the processor and not on the GPU: %s.", why)
        return questions


def _stands_alone(encoder: Encoder) -> bool:
    """Whether texts have the same vectors, bit for bit, alone and in company."""
    passages = [Passage(None, 0, 0, text, ((0, len(text)),)) for text in CHECKED]
    together = encoder.encode_passages([*passages, *reversed(passages)])
    alone = [encoder.encode_passage(passage) for passage in passages]
    return all(
        np.array_equal(one, other)
        for one, other in zip(together, [*alone, *reversed(alone)], strict=True)
    )


class _Both:
    """An encoder of passages, and one of questions that agrees with it."""

    def __init__(self, passages: Encoder, questions: QuestionEncoder, agreed: float) -> None:
        self.fingerprint = questions.fingerprint
        self.passages_by = PassagesBy(passages.passages_by.fingerprint, agreed)
        self.dimension = passages.dimension
        self._passages = passages
        self._questions = questions

    def room(self, title: str | None, /) -> int:
        return self._passages.room(title)

    def count_tokens(self, text: str, /) -> int:
        return self._passages.count_tokens(text)

    def encode_question(self, question: str, /) -> Vectors:
        return self._questions.encode_question(question)

    def encode_passage(self, passage: Passage, /) -> Vectors:
        return self._passages.encode_passage(passage)

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        return self._passages.encode_passages(passages)
