"""Passages on a GPU, where PyTorch has one, and questions by the compiled model all the same.

PyTorch, whose import takes seconds, is loaded where a passage must be encoded, and to try a GPU
for the first time.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from wherein.index.arrays import Vectors
from wherein.index.encoding.agreement import tried
from wherein.index.encoding.devices import Device, find_gpu
from wherein.index.encoding.encoder import Encoder, PassagesBy, QuestionEncoder, full_name
from wherein.index.encoding.onnx_export import AGREEMENT, Compiler
from wherein.index.encoding.onnx_model import compiled_folder, load_tokenizer, read_compiled
from wherein.index.encoding.torch_batches import TOKENS, batched_encoder
from wherein.index.errors import DeviceError
from wherein.index.passages.splitter import Passage

log = logging.getLogger(__name__)

_NOT_ON_GPU = "Passages are encoded on the processor and not on the GPU."


def with_device(compiler: Compiler, device: str) -> "Compiler | WithGpu":
    """The model for indexing on a device: `cpu`, `cuda`, or `auto`, which is a GPU if there is one.

    Raises DeviceError where there is none and `cuda` is asked for.
    """
    if device == "cpu":
        return compiler
    try:
        return WithGpu(compiler, find_gpu(), is_asked_for=device == "cuda")
    except DeviceError:
        if device == "cuda":
            raise
        return compiler


@dataclass(frozen=True)
class WithGpu:
    """A model for indexing whose passages a device encodes, and whose questions its compiled form.

    Where it has none, or the two do not agree, it is as if there were no device. So it is where the
    device fails as it is tried, unless it `is_asked_for`.
    """

    compiler: Compiler
    device: Device
    tokens: int = TOKENS
    is_asked_for: bool = True

    @property
    def name(self) -> str:
        return self.compiler.name

    def prepare(self) -> str:
        """Compile the model and try the device, if need be. Raises ModelError and DeviceError."""
        self.compiler.prepare()
        return full_name(self._encoder)

    def load(self) -> Encoder:
        """The encoder. Raises ModelError where `prepare` has not been called."""
        return self._encoder

    @cached_property
    def _encoder(self) -> Encoder:
        source = self.compiler.source
        questions = self.compiler.load()
        folder = compiled_folder(source, self.compiler.models)
        compiled = read_compiled(folder)
        if compiled.why_not:
            return questions
        passages = batched_encoder(
            source, load_tokenizer(folder), compiled.intake, self.device, self.tokens
        )
        try:
            trial = tried(passages, questions, folder)
        except DeviceError as error:
            if self.is_asked_for:
                raise
            log.warning("%s %s", _NOT_ON_GPU, error)
            return questions
        if trial.agreement < AGREEMENT:
            agreed = f"{trial.agreement:.3f}"
            why = f"Its vectors have a cosine of {agreed} to those of the compiled model."
        elif not trial.stands_alone:
            why = "On it the vectors of a text depend on those beside it."
        else:
            return _Both(passages, questions, trial.agreement)
        log.warning("%s %s", _NOT_ON_GPU, why)
        return questions


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
