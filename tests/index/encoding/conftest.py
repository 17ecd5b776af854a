"""Models for the tests of encoding: a small model that compiles in seconds, and its reference."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.conftest import SEEDS, copy_model, make_small
from wherein.index.encoding import compiler as compiler_module
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import CPU, Device, find_gpu
from wherein.index.encoding.model_files import LocalModel
from wherein.index.encoding.onnx_export import export
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.passages.sentences import split_sentences
from wherein.index.passages.splitter import Passage, cut
from wherein.index.readers.plain_text import read


def make_passage(text: str, title: str | None = None) -> Passage:
    return Passage(title, 0, 0, text, tuple(split_sentences(text)))


def whole(text: str) -> Passage:
    """A passage that is one sentence."""
    return Passage(None, 0, 0, text, ((0, len(text)),))


@pytest.fixture(scope="session")
def small_source(real_model: LocalModel, tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    """A model with random weights and 64 dimensions. Not to be written to."""
    return make_small(copy_model(real_model, tmp_path_factory.mktemp("small") / "model"))


@pytest.fixture(scope="session")
def small_reference(small_source: LocalModel) -> Reference:
    """The small model, loaded with PyTorch."""
    return load_reference(small_source)


@pytest.fixture(scope="session")
def small_export(small_source: LocalModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model, exported to ONNX. Not to be written to."""
    file = tmp_path_factory.mktemp("small_export") / "exported.onnx"
    export(load_reference(small_source), file)
    return file


@pytest.fixture
def quick_export(small_export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies the finished export, which takes most of the time of compiling the small model."""
    monkeypatch.setattr(compiler_module, "export", _copying(small_export))


def _copying(exported: Path) -> Callable[[Reference, Path], object]:
    return lambda _reference, file: shutil.copyfile(exported, file)


@pytest.fixture(scope="session")
def small_compiler(
    small_source: LocalModel, small_export: Path, tmp_path_factory: pytest.TempPathFactory
) -> Compiler:
    """The small model, compiled. Not to be written to."""
    compiler = Compiler(small_source, tmp_path_factory.mktemp("small_compiled") / MODELS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler_module, "export", _copying(small_export))
        compiler.prepare()
    return compiler


@pytest.fixture(scope="session", params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> Device:
    """The processor, which stands for a GPU, and the GPU where there is one."""
    if request.param == "cpu":
        return CPU
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no GPU on this machine")
    return find_gpu()


@pytest.fixture(scope="session")
def device_compiler(device: Device, compiled_model: Compiler, small_compiler: Compiler) -> Compiler:
    """The bundled model for a GPU, and the small model for the processor, which is slower."""
    return small_compiler if device == CPU else compiled_model


@pytest.fixture
def no_gpu() -> None:
    """Skips a test where there is a GPU."""
    if torch.cuda.is_available():
        pytest.skip("PyTorch finds a GPU on this machine")


@pytest.fixture(scope="session")
def seed_passages(real_encoder: Encoder) -> list[Passage]:
    """The passages of the seed articles."""
    return [
        passage
        for file in sorted(SEEDS.iterdir())
        for passage in cut(read(file.name, file.read_bytes()), real_encoder)
    ]
