"""A GPU encodes passages only where it agrees with the compiled model, which encodes questions.

The processor stands for a GPU where there is none.
"""

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers.sentence_transformer.modules import Transformer

from tests.asking import ask
from tests.conftest import FolderMaker, has_compiled, pool_by_cls, quiet
from tests.index.encoding.conftest import make_passage
from wherein.index.arrays import Vectors
from wherein.index.build import build
from wherein.index.dense.float16 import to_float32
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.encoding.agreement import (
    MIN_AGREEMENT,
    ROUNDING_TOLERANCE,
    encode_check_texts,
    equal_within_rounding,
    min_cosine,
)
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.devices import Device, find_gpu
from wherein.index.encoding.gpu import GpuModel, model_on_device
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_model import MODELS, load_tokenizer, read_manifest
from wherein.index.encoding.torch_batches import BatchConfig, BatchedModel, batched_encoder
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.errors import DeviceError
from wherein.index.snapshot.store import VECTORS, Snapshot, Store
from wherein.index.snapshot.verification import verify
from wherein.search.cli.main import main
from wherein.search.searcher import Searcher

BATCHES = BatchConfig(tokens=1024)


@pytest.fixture(scope="module")
def model(device_compiler: Compiler, device: Device) -> GpuModel:
    return GpuModel(device_compiler, device, BATCHES)


@pytest.fixture
def unchecked(small_compiler: Compiler, device: Device, tmp_path: Path) -> GpuModel:
    """The small model on a device that was not checked before."""
    models = shutil.copytree(
        small_compiler.models,
        tmp_path / "unchecked" / MODELS,
        ignore=shutil.ignore_patterns("agreement-*.json"),
    )
    return GpuModel(replace(small_compiler, models=models), device, BATCHES)


def test_the_device_encodes_passages_and_the_compiled_model_encodes_questions(
    model: GpuModel,
) -> None:
    prepared = model.prepare()
    both, compiled = prepared.load(), model.compiler.prepare().load()
    folder = model.compiler.folder
    on_device = batched_encoder(
        model.compiler.source,
        load_tokenizer(folder),
        read_manifest(folder).spec,
        model.device,
        BATCHES,
    )

    assert both.fingerprint == compiled.fingerprint
    assert both.passages_by.fingerprint == on_device.fingerprint
    agreement = min_cosine(on_device, encode_check_texts(compiled))
    assert both.passages_by.agreement == pytest.approx(agreement, abs=1e-6)
    assert MIN_AGREEMENT <= agreement < 1
    assert prepared.full_name == f"{compiled.fingerprint}; passages: {on_device.fingerprint}"
    tea = make_passage("Tea is hot. It rains in Harbin.", "Weather")
    assert equal_within_rounding(both.encode_passage(tea), on_device.encode_passage(tea))
    assert equal_within_rounding(both.encode_question("tea"), compiled.encode_question("tea"))
    assert not equal_within_rounding(both.encode_question("tea"), on_device.encode_question("tea"))


def test_an_index_names_both_encoders_and_the_compiled_model_searches_it(
    instance: Path,
    make_folder: FolderMaker,
    model: GpuModel,
    capsys: pytest.CaptureFixture[str],
) -> None:
    compiled = model.compiler.prepare().load()
    has_compiled(instance, model.compiler)
    folder = make_folder(
        {"a.txt": "The harvest failed, and prices rose.\n", "b.txt": "Tea is hot in China.\n"}
    )
    first = build(folder, instance, model, quiet)
    current = Store(instance).current_folder()
    manifest = verify(current)
    assert manifest.provenance.encoder == compiled.fingerprint
    assert manifest.provenance.passages_by == model.prepare().load().passages_by
    stated = json.loads((current / "manifest.json").read_text())["provenance"]["passages_by"]
    assert stated == {
        "fingerprint": manifest.provenance.passages_by.fingerprint,
        "agreement": manifest.provenance.passages_by.agreement,
    }
    (hit, *_) = ask(Searcher(Snapshot.open(current), compiled), "why did prices rise").hits
    assert hit.passage.source == "a.txt"
    assert main(["check", "--instance", str(instance)]) == 0
    printed = capsys.readouterr().out
    assert (
        f"Passages were encoded by {manifest.provenance.passages_by.fingerprint}, and questions"
        in printed
    )
    assert f"{manifest.provenance.passages_by.agreement:.4f}" in printed

    assert first.encoded == 2
    assert not build(folder, instance, model, quiet).published
    loaded = LoadedModel(model.name, model.prepare().load())
    assert not build(folder, instance, loaded, quiet).published
    make_folder({"b.txt": "Rain fell on Harbin for a week.\n"})
    assert build(folder, instance, model, quiet).encoded == 1
    # The processor encodes everything anew: vectors of the device are not reused for it.
    again = build(folder, instance, model.compiler, quiet)
    assert (again.published, again.encoded) == (True, 2)
    assert verify(Store(instance).current_folder()).provenance.passages_by.agreement is None
    capsys.readouterr()
    assert main(["check", "--instance", str(instance)]) == 0
    assert "Passages were encoded by" not in capsys.readouterr().out


def test_an_incremental_and_a_fresh_build_have_the_same_vectors(
    model: GpuModel, make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    texts = {f"{n}.txt": f"{'Rain fell on the hills. ' * (n + 1)}Day {n}.\n" for n in range(9)}
    folder = make_folder(dict(list(texts.items())[:5]))
    build(folder, instance, model, quiet)
    build(make_folder(texts), instance, model, quiet)
    build(folder, tmp_path / "fresh", model, quiet)
    first, second = (
        VectorIndex(Store(each).current_folder() / VECTORS)
        for each in (instance, tmp_path / "fresh")
    )
    assert len(first) == len(second) > 9
    incremental = to_float32(first.stored_rows(0, len(first)))
    fresh = to_float32(second.stored_rows(0, len(second)))
    # Storing rounds each of the two vectors, after the device rounded them.
    assert np.linalg.norm(incremental - fresh, axis=1).max() <= 3 * ROUNDING_TOLERANCE


@pytest.mark.parametrize("min_agreement", [1.1, np.nan])
def test_a_device_that_does_not_agree_is_not_used_and_a_warning_says_so(
    min_agreement: float, model: GpuModel, caplog: pytest.LogCaptureFixture
) -> None:
    compiled = model.compiler.prepare()
    strict = replace(model, min_agreement=min_agreement)
    with caplog.at_level(logging.WARNING):
        prepared = strict.prepare()
    assert prepared.full_name == compiled.full_name
    assert prepared.load().passages_by.agreement is None
    assert "on the processor and not on the GPU. Its vectors have a cosine of " in caplog.text


def test_a_device_whose_vectors_depend_on_the_batch_is_not_used(
    unchecked: GpuModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = BatchedModel._run

    def mixing(*arguments: Any) -> Vectors:
        vectors = run(*arguments)
        vectors += np.float32(0.01) * vectors.mean(axis=0)
        return vectors

    monkeypatch.setattr(BatchedModel, "_run", mixing)
    for _ in range(2):  # measured, and then read
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert unchecked.prepare().full_name == unchecked.compiler.prepare().full_name
        assert "Its vectors of a text depend on the other texts in the batch." in caplog.text


def test_a_device_is_checked_once_for_each_encoder(
    unchecked: GpuModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = unchecked.prepare()
    (file,) = unchecked.compiler.models.glob("*/agreement-*.json")
    written = file.read_bytes()
    assert json.loads(written)["cosine"] == prepared.load().passages_by.agreement

    loaded: list[LocalModel] = []
    monkeypatch.setattr("wherein.index.encoding.torch_batches.load_reference", _noting(loaded))
    again = unchecked.prepare()
    assert again.full_name == prepared.full_name
    assert again.load().passages_by == prepared.load().passages_by
    assert not loaded

    file.write_bytes(written.replace(b"0.99", b"0.98"))
    repaired = unchecked.prepare()
    assert repaired.full_name == prepared.full_name
    agreement = json.loads(file.read_bytes())["cosine"]
    assert agreement == pytest.approx(json.loads(written)["cosine"], abs=1e-5)
    assert len(loaded) == 1

    replace(unchecked, batches=BatchConfig(tokens=512)).prepare()
    assert (len(list(file.parent.glob("agreement-*.json"))), len(loaded)) == (2, 2)
    assert not list(file.parent.glob(".agreement-*"))


def _noting(loaded: list[LocalModel]) -> Callable[[LocalModel], Reference]:
    def load(source: LocalModel) -> Reference:
        loaded.append(source)
        return load_reference(source)

    return load


def test_a_model_that_cannot_be_compiled_runs_on_the_processor(
    model_folder: Path, tmp_path: Path, device: Device
) -> None:
    pool_by_cls(model_folder)
    compiler = Compiler(find_model(str(model_folder)), tmp_path / "models")
    prepared = GpuModel(compiler, device, BATCHES).prepare()
    assert prepared.full_name == compiler.prepare().full_name
    assert prepared.load().passages_by.agreement is None


def test_a_device_that_fails_its_check_is_an_error_only_where_it_is_required(
    unchecked: GpuModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def too_old(*_: Any) -> object:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device")

    monkeypatch.setattr(Transformer, "forward", too_old)
    optional = replace(unchecked, is_required=False)
    with caplog.at_level(logging.WARNING):
        assert optional.prepare().full_name == unchecked.compiler.prepare().full_name
    assert "Passages are encoded on the processor and not on the GPU. Encoding on the GPU" in (
        caplog.text
    )
    assert "no kernel image" in caplog.text
    with pytest.raises(DeviceError, match="no kernel image"):
        unchecked.prepare()


def test_a_device_that_fails_later_is_an_error_with_the_remedy_and_finished_passages_are_kept(
    model: GpuModel,
    make_folder: FolderMaker,
    instance: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = make_folder({f"{n:03}.txt": f"Tea is hot on day {n} of them.\n" for n in range(80)})
    # One worker and ten passages a batch, so that the sixth batch fails.
    failing = replace(model, batches=BatchConfig(tokens=1024, passages=10, workers=1))
    failing.prepare()
    forward, batches = Transformer.forward, iter(range(99))

    def out_of_memory(*arguments: Any) -> object:
        if next(batches) >= 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nand so on")
        return forward(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Transformer, "forward", out_of_memory)
        with pytest.raises(DeviceError) as raised:
            build(folder, instance, failing, quiet)
    assert str(raised.value) == (
        "Encoding on the GPU failed: CUDA out of memory. Tried to allocate 2 GiB. The passages "
        "encoded so far are kept. Try again when other programs have released the GPU, or encode "
        "on the processor with --device cpu."
    )
    assert Store(instance).current() is None

    report = build(folder, instance, model, quiet)
    assert (report.passages, report.encoded) == (80, 30)


def test_the_processor_is_used_where_it_is_chosen(small_compiler: Compiler) -> None:
    assert model_on_device(small_compiler, "cpu") is small_compiler


def test_a_gpu_is_used_where_there_is_one(small_compiler: Compiler) -> None:
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no GPU on this machine")
    for choice, is_required in (("auto", False), ("cuda", True)):
        expected = GpuModel(small_compiler, find_gpu(), is_required=is_required)
        assert model_on_device(small_compiler, choice) == expected


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_processor_is_used_unless_a_gpu_is_chosen(
    small_compiler: Compiler,
) -> None:
    assert model_on_device(small_compiler, "auto") is small_compiler
    with pytest.raises(DeviceError, match=r"on a GPU: .*\. Encode on the processor with --device"):
        model_on_device(small_compiler, "cuda")


@pytest.mark.usefixtures("no_gpu")
def test_the_command_says_that_there_is_no_gpu_and_names_the_remedy(
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
