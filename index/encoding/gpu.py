"""Encodes passages on a GPU where PyTorch has one, and questions with the compiled model.

PyTorch takes seconds to import. It is loaded when a passage is encoded, and when a GPU is checked
for the first time.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wherein.index.arrays import Vectors
from wherein.index.encoding.agreement import MIN_AGREEMENT, Agreement, check_agreement
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import Device, find_gpu
from wherein.index.encoding.onnx_model import load_tokenizer, read_manifest
from wherein.index.encoding.protocols import (
    Encoder,
    PassagesBy,
    PreparedModel,
    QuestionEncoder,
    full_name,
)
from wherein.index.encoding.torch_batches import DEFAULT_BATCHES, BatchConfig, batched_encoder
from wherein.index.errors import DeviceError
from wherein.index.passages.splitter import Passage

log = logging.getLogger(__name__)

_NOT_ON_GPU = "Passages are encoded on the processor and not on the GPU."


def model_on_device(compiler: Compiler, device: str) -> "Compiler | GpuModel":
    """Choose where a model encodes passages.

    Args:
        compiler: The model on the processor.
        device: `cpu`, `cuda`, or `auto`, which takes a GPU if there is one.

    Returns:
        The model on that device.

    Raises:
        DeviceError: The device is `cuda`, and there is no GPU that PyTorch can use.
    """
    if device == "cpu":
        return compiler
    try:
        return GpuModel(compiler, find_gpu(), is_required=device == "cuda")
    except DeviceError:
        if device == "cuda":
            raise
        return compiler


@dataclass(frozen=True, slots=True)
class GpuModel:
    """A model for indexing whose passages a GPU encodes, and whose questions the compiled model.

    The processor encodes everything where the model could not be compiled, or where the GPU does
    not agree with the compiled model. A warning then says so.

    Attributes:
        compiler: The model on the processor.
        device: The GPU.
        batches: How much is encoded together.
        is_required: Whether an error of the GPU is raised. Where it is not, the processor encodes
            the passages, and a warning says why.
        min_agreement: The lowest cosine between the vectors of the GPU and of the compiled model.
    """

    compiler: Compiler
    device: Device
    batches: BatchConfig = DEFAULT_BATCHES
    is_required: bool = True
    min_agreement: float = MIN_AGREEMENT

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.compiler.name

    def prepare(self) -> PreparedModel:
        """Compile the model and check the GPU, each unless that was done before.

        Returns:
            The model, ready to load.

        Raises:
            ModelError: The model is damaged, or its folder cannot be written.
            DeviceError: The GPU failed, and it is required.
        """
        prepared = self.compiler.prepare()
        folder = self.compiler.folder
        manifest = read_manifest(folder)
        if manifest.reason is not None:
            return prepared
        questions = prepared.load()
        passages = batched_encoder(
            self.compiler.source,
            load_tokenizer(folder),
            manifest.spec,
            self.device,
            self.batches,
        )
        try:
            measured = check_agreement(passages, questions, folder)
        except DeviceError as error:
            if self.is_required:
                raise
            log.warning("%s %s", _NOT_ON_GPU, error)
            return prepared
        if problem := self._problem(measured):
            log.warning("%s %s", _NOT_ON_GPU, problem)
            return prepared
        encoder = _TwoEncoders(passages, questions, measured.cosine)
        return PreparedModel(full_name(encoder), lambda: encoder)

    def _problem(self, measured: Agreement) -> str | None:
        """Say why the GPU must not encode the passages, if it must not."""
        if not measured.cosine >= self.min_agreement:  # NaN is no agreement either
            return (
                f"Its vectors have a cosine of {measured.cosine:.3f} to those of the compiled "
                f"model, which is not at least {self.min_agreement}."
            )
        if not measured.ignores_batch:
            return "Its vectors of a text depend on the other texts in the batch."
        return None


class _TwoEncoders:
    """An encoder of passages, and an encoder of questions that agrees with it."""

    def __init__(self, passages: Encoder, questions: QuestionEncoder, cosine: float) -> None:
        self.fingerprint = questions.fingerprint
        self.passages_by = PassagesBy(passages.passages_by.fingerprint, cosine)
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
