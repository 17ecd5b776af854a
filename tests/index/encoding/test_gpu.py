"""Passages on a GPU: the same in company as alone, named, and in agreement with questions.

The same code runs on the processor where there is no GPU.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers.sentence_transformer.modules import Transformer

from tests.conftest import (
    SEEDS,
    FolderMaker,
    copy_model,
    has_compiled,
    make_small,
    pool_by_cls,
    quiet,
)
from wherein.index.arrays import Vectors
from wherein.index.build import build
from wherein.index.encoding import gpu as cuda
from wherein.index.encoding.devices import CPU, Device, find_gpu
from wherein.index.encoding.encoder import Encoder, PooledEncoder
from wherein.index.encoding.gpu import WithGpu, with_device
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_export import AGREEMENT, CHECKED, Compiler, agreement
from wherein.index.encoding.onnx_model import MODELS, compiled_folder, load_tokenizer, read_compiled
from wherein.index.encoding.torch_batches import LENGTHS, Batches, batched_encoder
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.encoding.windows import Window
from wherein.index.errors import DeviceError
from wherein.index.passages.sentences import split_sentences
from wherein.index.passages.splitter import Passage, cut
from wherein.index.readers.plain_text import read
from wherein.index.snapshot.store import Snapshot, Store, verify
from wherein.search.cli.main import main
from wherein.search.evaluation.models import LoadedModel
from wherein.search.searcher import Searcher

TOKENS = 1024
"""Runs so small that a processor takes a moment for one; no window is longer than a quarter."""

ROOT = SEEDS.parent


@pytest.fixture(scope="module", params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> Device:
    if request.param == "cpu":
        return CPU
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no GPU on this machine")
    return find_gpu()


@pytest.fixture(scope="module")
def compiler(device: Device, compiled_model: Compiler, small_model: Compiler) -> Compiler:
    """The bundled model on a GPU, and one that takes a moment on the processor in its place."""
    return small_model if device == CPU else compiled_model


def _encoder(compiler: Compiler, device: Device) -> PooledEncoder:
    folder = compiled_folder(compiler.source, compiler.models)
    intake = read_compiled(folder).intake
    return batched_encoder(compiler.source, load_tokenizer(folder), intake, device, TOKENS)


@pytest.fixture(scope="module")
def encoder(compiled_model: Compiler, device: Device) -> PooledEncoder:
    return _encoder(compiled_model, device)


@pytest.fixture(scope="module")
def model(compiled_model: Compiler, device: Device) -> WithGpu:
    return WithGpu(compiled_model, device, TOKENS)


@pytest.fixture(scope="module")
def small_model(real_model: LocalModel, tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    """A model that takes a moment to try, compiled."""
    folder = tmp_path_factory.mktemp("small")
    compiler = Compiler(make_small(copy_model(real_model, folder / "model")), folder / MODELS)
    compiler.prepare()
    return compiler


@pytest.fixture
def untried(small_model: Compiler, device: Device, tmp_path: Path) -> WithGpu:
    """The small model, with nothing remembered of it."""
    models = shutil.copytree(small_model.models, tmp_path / "untried")
    return WithGpu(Compiler(small_model.source, models), device, TOKENS)


def _passage(text: str, title: str | None = None) -> Passage:
    return Passage(title, 0, 0, text, tuple(split_sentences(text)))


def _passages() -> list[Passage]:
    """Of one word to the whole window and more, titled and not; several of each length."""
    texts = [
        f"It was day {n}, and tea was drunk. {'Rain fell on the hills of Harbin. ' * (n % 37)}"
        for n in range(60)
    ]
    titled = [_passage(text, "Weather" if n % 2 else None) for n, text in enumerate(texts)]
    return [*titled, _passage("Tea."), Passage(None, 0, 0, "", ((0, 0),)), _passage(CHECKED[-1])]


def test_a_passage_has_the_same_bits_alone_in_company_and_shuffled(
    compiler: Compiler, device: Device
) -> None:
    encoder = _encoder(compiler, device)
    passages = _passages()
    together = [vectors.tobytes() for vectors in encoder.encode_passages(passages)]
    for number in (0, 7, 18, 29, 36, 60, 61, 62):
        assert encoder.encode_passage(passages[number]).tobytes() == together[number]

    order = np.random.default_rng(7).permutation(len(passages))
    shuffled = encoder.encode_passages(passages[n] for n in order)
    assert [vectors.tobytes() for vectors in shuffled] == [together[n] for n in order]


def test_of_the_bundled_model_too_a_passage_has_the_same_bits_alone_and_in_company(
    encoder: PooledEncoder,
) -> None:
    passages = [_passages()[n] for n in (5, 29, 60)]
    together = [vectors.tobytes() for vectors in encoder.encode_passages(passages)]
    assert [encoder.encode_passage(one).tobytes() for one in passages] == together


def test_the_vectors_are_the_reference_s(
    encoder: PooledEncoder, reference_encoder: Encoder
) -> None:
    documents = [read(file.name, file.read_bytes()) for file in sorted(SEEDS.iterdir())[:2]]
    passages = [*_passages()[::9], *(p for one in documents for p in cut(one, encoder))]
    ours = list(encoder.encode_passages(passages))
    for found, expected in zip(ours, reference_encoder.encode_passages(passages), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert encoder.dimension == 384
    assert encoder.room("Tea") == reference_encoder.room("Tea")
    for text in CHECKED:
        expected = reference_encoder.encode_question(text)
        np.testing.assert_allclose(encoder.encode_question(text), expected, atol=1e-5)


def test_runs_have_few_shapes_and_one_row_at_least_that_is_padding(
    real_model: LocalModel,
) -> None:
    batches = Batches(real_model, 256, CPU, TOKENS)
    shapes: list[tuple[int, ...]] = []

    def seen(_module: object, arguments: tuple[dict[str, torch.Tensor]]) -> None:
        (features,) = arguments
        shapes.append(tuple(features["input_ids"].shape))
        assert features["attention_mask"].sum(dim=1).min() == 1

    hook = batches._model[0].register_forward_pre_hook(seen)
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


def test_passages_are_encoded_on_the_device_and_questions_as_before(
    model: WithGpu, encoder: PooledEncoder, real_encoder: Encoder
) -> None:
    prepared = model.prepare()
    both = model.load()

    assert both.fingerprint == real_encoder.fingerprint
    assert both.passages_by.fingerprint == encoder.fingerprint
    assert both.passages_by.agreement == agreement(encoder, real_encoder)
    assert AGREEMENT <= both.passages_by.agreement < 1
    assert prepared == f"{real_encoder.fingerprint}; passages: {encoder.fingerprint}"
    tea = _passage("Tea is hot. It rains in Harbin.", "Weather")
    assert both.encode_passage(tea).tobytes() == encoder.encode_passage(tea).tobytes()
    asked = both.encode_question("tea").tobytes()
    assert asked == real_encoder.encode_question("tea").tobytes()


def test_its_fingerprint_names_weights_libraries_precision_device_and_shapes(
    real_model: LocalModel, encoder: PooledEncoder, device: Device
) -> None:
    weights, libraries, precision, way, window = encoder.fingerprint.split("|")
    assert weights == real_model.name
    assert "torch 2." in libraries
    assert precision == f"fp32 on {device.kind}"
    if device != CPU:
        assert device.kind == f"CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}"
    assert way == f"sentences in context 1, batches 2 of {TOKENS}"
    assert window == "256"


def test_an_index_says_by_what_it_was_made_and_is_asked_by_the_compiled_model(
    compiled_instance: Path,
    make_folder: FolderMaker,
    model: WithGpu,
    compiled_model: Compiler,
    real_encoder: Encoder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    instance = compiled_instance
    folder = make_folder(
        {"a.txt": "The harvest failed, and prices rose.\n", "b.txt": "Tea is hot in China.\n"}
    )
    first = build(folder, instance, model, quiet)
    current = Store(instance).current_folder()
    manifest = verify(current)
    assert manifest.encoder == real_encoder.fingerprint
    assert manifest.passages_by == model.load().passages_by
    stated = json.loads((current / "manifest.json").read_text())["passages_by"]
    assert stated == {
        "fingerprint": manifest.passages_by.fingerprint,
        "agreement": manifest.passages_by.agreement,
    }
    (hit, *_) = Searcher(Snapshot.open(current), real_encoder).search("why did prices rise").hits
    assert hit.passage.source == "a.txt"
    assert main(["check", "--instance", str(instance)]) == 0
    said = capsys.readouterr().out
    assert f"Passages were encoded by {manifest.passages_by.fingerprint}, and questions" in said
    assert f"cosine of {manifest.passages_by.agreement:.4f} at least." in said

    assert first.encoded == 2
    assert not build(folder, instance, model, quiet).published
    for_measuring = LoadedModel(model.name, model.load())
    assert not build(folder, instance, for_measuring, quiet).published
    make_folder({"b.txt": "Rain fell on Harbin for a week.\n"})
    assert build(folder, instance, model, quiet).encoded == 1
    # On the processor all is encoded anew: nothing of the device's is taken for its own.
    again = build(folder, instance, compiled_model, quiet)
    assert (again.published, again.encoded) == (True, 2)
    assert verify(Store(instance).current_folder()).passages_by.agreement is None
    capsys.readouterr()
    assert main(["check", "--instance", str(instance)]) == 0
    assert "Passages were encoded by" not in capsys.readouterr().out


def test_incrementally_and_fresh_the_vectors_are_the_same(
    model: WithGpu, make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    texts = {f"{n}.txt": f"{'Rain fell on the hills. ' * (n + 1)}Day {n}.\n" for n in range(9)}
    folder = make_folder(dict(list(texts.items())[:5]))
    build(folder, instance, model, quiet)
    build(make_folder(texts), instance, model, quiet)
    build(folder, tmp_path / "fresh", model, quiet)
    stored = [
        (Store(each).current_folder() / "vectors" / "stored.faiss").read_bytes()
        for each in (instance, tmp_path / "fresh")
    ]
    assert stored[0] == stored[1]


def test_what_does_not_agree_is_not_used_and_a_warning_says_so(
    model: WithGpu,
    real_encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(cuda, "AGREEMENT", 1.1)
    doubted = WithGpu(model.compiler, model.device, TOKENS)
    with caplog.at_level(logging.WARNING):
        assert doubted.prepare() == real_encoder.fingerprint
    assert doubted.load().passages_by.agreement is None
    assert "on the processor and not on the GPU. Its vectors have a cosine of 0.99" in caplog.text


def test_a_device_whose_vectors_depend_on_their_company_is_not_used(
    untried: WithGpu,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = Batches._run

    def dependent(*arguments: Any) -> Vectors:
        vectors = run(*arguments)
        vectors += np.float32(1e-6) * vectors.mean(axis=0)
        return vectors

    monkeypatch.setattr(Batches, "_run", dependent)
    again = WithGpu(untried.compiler, untried.device, TOKENS)
    for doubted in (untried, again):  # measured, and remembered
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert doubted.prepare() == untried.compiler.prepare()
        assert "On it the vectors of a text depend on those beside it" in caplog.text


def test_what_was_measured_is_remembered_until_it_is_damaged_or_of_another_encoder(
    untried: WithGpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = untried.prepare()
    (file,) = untried.compiler.models.glob("*/trial-*.json")
    written = file.read_bytes()
    assert json.loads(written)["agreement"] == untried.load().passages_by.agreement

    loaded: list[LocalModel] = []
    monkeypatch.setattr("wherein.index.encoding.torch_batches.load_reference", _noting(loaded))
    again = WithGpu(untried.compiler, untried.device, TOKENS)
    assert again.prepare() == prepared
    assert again.load().passages_by == untried.load().passages_by
    assert not loaded

    file.write_bytes(written.replace(b"0.99", b"0.98"))
    mended = WithGpu(untried.compiler, untried.device, TOKENS)
    assert mended.prepare() == prepared
    assert (file.read_bytes(), len(loaded)) == (written, 1)

    WithGpu(untried.compiler, untried.device, TOKENS // 2).prepare()
    assert (len(list(file.parent.glob("trial-*.json"))), len(loaded)) == (2, 2)
    assert not list(file.parent.glob(".trial-*"))


def _noting(loaded: list[LocalModel]) -> Callable[[LocalModel], Reference]:
    def load(source: LocalModel) -> Reference:
        loaded.append(source)
        return load_reference(source)

    return load


def test_a_model_that_cannot_be_compiled_is_run_on_the_processor(
    model_folder: Path, tmp_path: Path, device: Device
) -> None:
    pool_by_cls(model_folder)
    compiler = Compiler(find_model(str(model_folder)), tmp_path / "models")
    model = WithGpu(compiler, device, TOKENS)
    assert model.prepare() == compiler.prepare()
    assert model.load().passages_by.agreement is None


def test_a_device_that_fails_as_it_is_tried_is_an_error_only_where_it_is_asked_for(
    untried: WithGpu,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def too_old(*_: Any) -> object:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device")

    monkeypatch.setattr(Transformer, "forward", too_old)
    unasked = replace(untried, is_asked_for=False)
    with caplog.at_level(logging.WARNING):
        assert unasked.prepare() == untried.compiler.prepare()
    assert "Passages are encoded on the processor and not on the GPU. Encoding on the GPU" in (
        caplog.text
    )
    assert "no kernel image" in caplog.text
    with pytest.raises(DeviceError, match="no kernel image"):
        untried.prepare()


def test_a_device_that_fails_is_an_error_with_the_remedy_and_what_is_encoded_is_kept(
    model: WithGpu,
    make_folder: FolderMaker,
    compiled_instance: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_folder({f"{n:03}.txt": f"Tea is hot on day {n} of them.\n" for n in range(80)})
    monkeypatch.setattr("wherein.index.encoding.torch_batches.AT_ONCE", 10)
    monkeypatch.setattr(
        "wherein.index.encoding.torch_batches.WORKERS", 1
    )  # so that what fails is the sixth ten
    failing = WithGpu(model.compiler, model.device, TOKENS)
    failing.prepare()
    forward, runs = Transformer.forward, iter(range(99))

    def out_of_memory(*arguments: Any) -> object:
        if next(runs) >= 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nand so on")
        return forward(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Transformer, "forward", out_of_memory)
        with pytest.raises(DeviceError) as raised:
            build(folder, compiled_instance, failing, quiet)
    assert str(raised.value) == (
        "Encoding on the GPU failed: CUDA out of memory. Tried to allocate 2 GiB. What was encoded "
        "is kept. Try again when other programs have left the GPU, or encode on the processor with "
        "--device cpu."
    )
    assert Store(compiled_instance).current() is None

    report = build(folder, compiled_instance, model, quiet)
    assert (report.passages, report.encoded) == (80, 30)


def test_the_processor_is_taken_where_it_is_asked_for(compiled_model: Compiler) -> None:
    assert with_device(compiled_model, "cpu") is compiled_model


def test_a_gpu_is_taken_where_there_is_one(compiled_model: Compiler) -> None:
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no GPU on this machine")
    for chosen in ("auto", "cuda"):
        assert with_device(compiled_model, chosen) == WithGpu(compiled_model, find_gpu())


@pytest.fixture
def no_gpu() -> None:
    if torch.cuda.is_available():
        pytest.skip("PyTorch finds a GPU on this machine")


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_processor_is_taken_unless_a_gpu_is_asked_for(
    compiled_model: Compiler,
) -> None:
    assert with_device(compiled_model, "auto") is compiled_model
    with pytest.raises(DeviceError, match=r"on a GPU: .*\. Encode on the processor with --device"):
        with_device(compiled_model, "cuda")


@pytest.mark.usefixtures("no_gpu")
def test_the_command_says_that_there_is_no_gpu_and_how_to_go_on(
    compiled_instance: Path, make_folder: FolderMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder({"a.txt": "Tea is hot in China.\n"})
    command = ["reindex", str(folder), "--instance", str(compiled_instance), "--device"]
    assert main([*command, "cuda"]) == 1
    assert "wherein: Passages cannot be encoded on a GPU: " in capsys.readouterr().err
    assert Store(compiled_instance).current() is None
    assert main([*command, "cpu"]) == 0
    assert main([*command, "auto"]) == 0
    assert "Nothing to do" in capsys.readouterr().out


IMPORTED = """
print()
print(*{name.partition(".")[0] for name in sys.modules})
"""

REINDEX = f"""
import sys
from wherein.search.cli.main import main
main(["reindex", sys.argv[1], "--instance", sys.argv[2]])
{IMPORTED}
"""

BUILD = f"""
import sys
from pathlib import Path
from wherein.index.build import build
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.encoding.onnx_export import Compiler
from wherein.index.encoding.gpu import WithGpu
from wherein.index.encoding.devices import CPU
from wherein.index.encoding.model_files import find_model
instance = Path(sys.argv[2])
model = WithGpu(Compiler(find_model(sys.argv[3]), instance / MODELS), CPU, {TOKENS})
report = build(Path(sys.argv[1]), instance, model, lambda items, _doing: items)
print(report.passages, report.encoded, report.published, model.load().passages_by)
{IMPORTED}
"""

PYTORCH = {"torch", "transformers", "sentence_transformers"}


def _in_a_process(code: str, *arguments: object, **variables: str) -> tuple[str, set[str]]:
    """What it prints, and the packages that it imports."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | variables,
    )
    report, imported = done.stdout.rsplit("\n\n", 1)
    return report, set(imported.split())


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_pytorch_is_not_imported_to_find_that_out(
    compiled_model: Compiler, make_folder: FolderMaker, instance: Path
) -> None:
    has_compiled(instance, compiled_model)
    folder = make_folder({"a.txt": "Tea is hot in China.\n"})
    for said in ("1 passages: 1 encoded", "Nothing to do"):
        report, packages = _in_a_process(REINDEX, folder, instance)
        assert said in report
        assert "onnxruntime" in packages
        assert not packages & PYTORCH


def test_pytorch_is_imported_only_to_encode_and_to_try_a_device_for_the_first_time(
    untried: WithGpu, make_folder: FolderMaker, instance: Path
) -> None:
    if untried.device != CPU:
        pytest.skip("the processor stands for a GPU in the other process")
    has_compiled(instance, untried.compiler)
    folder = make_folder({"a.txt": "Tea is hot in China.\n", "b.txt": "Rain fell.\n"})

    def run() -> tuple[str, bool]:
        report, packages = _in_a_process(BUILD, folder, instance, untried.compiler.source.folder)
        assert "fp32 on cpu|" in report
        assert "agreement=0.99" in report
        return report.partition(" PassagesBy")[0], bool(packages & PYTORCH)

    assert run() == ("2 2 True", True)
    assert run() == ("2 0 False", False)
    (folder / "b.txt").unlink()
    assert run() == ("1 0 True", False)
    make_folder({"b.txt": "Snow fell.\n"})
    assert run() == ("2 1 True", True)


DRIVER = """
#include <string.h>
int cuInit(unsigned flags) { return 0; }
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = 7; return ordinal != 0; }
int cuDeviceGetName(char *name, int size, int device) {
    strncpy(name, "NVIDIA H200", size);
    return device != 7;
}
"""

FIND_GPU = f"""
import sys
from wherein.index.encoding.devices import find_gpu
from wherein.index.errors import DeviceError
try:
    print(find_gpu())
except DeviceError as error:
    print(error)
{IMPORTED}
"""


@pytest.mark.skipif(not (shutil.which("cc") and sys.platform == "linux"), reason="needs Linux, cc")
@pytest.mark.parametrize(
    ("version", "said"),
    [
        (12090, "PyTorch is built for CUDA 13.0, and the NVIDIA driver has CUDA 12. Encode on"),
        (13000, "Device(name='cuda', kind='CUDA 13.0, NVIDIA H200')"),
        (14010, "Device(name='cuda', kind='CUDA 13.0, NVIDIA H200')"),
    ],
)
def test_a_gpu_is_named_by_its_driver_and_pytorch_is_not_imported(
    tmp_path: Path, version: int, said: str
) -> None:
    """By a library that answers as the driver does, and a PyTorch of which one file is read."""
    (tmp_path / "driver.c").write_text(DRIVER)
    command = ["cc", "-shared", "-fPIC", f"-DVERSION={version}", "-o", "libcuda.so.1", "driver.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    torch_folder = tmp_path / "torch"
    torch_folder.mkdir()
    (torch_folder / "__init__.py").write_text("raise AssertionError('imported')")
    (torch_folder / "version.py").write_text("cuda = '13.0'")
    place = str(tmp_path)
    found, _ = _in_a_process(FIND_GPU, LD_LIBRARY_PATH=place, PYTHONPATH=place)
    assert said in found


FORK = """
import os
from wherein.index.encoding.model_files import find_model
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(str(find_model().folder / "tokenizer.json"))
texts = ["tea", "rain"] * 99
tokenizer.encode_batch(texts)
child = os.fork()
if child == 0:
    os._exit(len(tokenizer.encode_batch(texts)))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_after_a_fork_texts_are_still_cut_on_several_threads_without_a_warning() -> None:
    """What tokenizers sees to unless TOKENIZERS_PARALLELISM is set: then the child would hang."""
    environment = {name: it for name, it in os.environ.items() if "PARALLELISM" not in name}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("198\n", "")
