"""A model is compiled once, checked against its reference, and compiled again where damaged."""

import json
import logging
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import DistilBertModel

from tests.conftest import make_small, pool_by_cls
from tests.index.encoding.conftest import whole
from wherein.index.encoding import compiler as compiler_module
from wherein.index.encoding.agreement import (
    CHECK_TEXTS,
    MIN_AGREEMENT,
    encode_check_texts,
    equal_within_rounding,
    min_cosine,
)
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_export import PRECISIONS
from wherein.index.encoding.onnx_model import CHECK, GRAPH, MANIFEST, read_manifest
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.sentence import SentenceEncoder
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.errors import ModelError


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def cls_model(model_folder: Path) -> LocalModel:
    """A model that cannot be compiled, which takes the least time to find out."""
    pool_by_cls(model_folder)
    return find_model(str(model_folder))


def test_the_compiled_model_agrees_with_the_reference_on_every_check_text(
    compiled_model: Compiler, real_encoder: Encoder, reference_encoder: Encoder
) -> None:
    manifest = read_manifest(compiled_model.folder)
    expected = encode_check_texts(reference_encoder)
    assert manifest.precision is not None
    # Which of these a processor takes depends on its instructions.
    assert manifest.precision.name in ("int8", "int8 of 7 bits")
    measured = min_cosine(real_encoder, expected)
    assert manifest.precision.agreement == pytest.approx(measured, abs=1e-6)
    assert manifest.precision.agreement >= MIN_AGREEMENT
    stored = np.load(compiled_model.folder / CHECK, allow_pickle=False)
    assert equal_within_rounding(stored, expected)


def test_a_compiled_model_is_not_compiled_again(
    compiled_model: Compiler, real_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler_module, "load_reference", lambda _: pytest.fail("loaded"))
    assert compiled_model.prepare().full_name == real_encoder.fingerprint


@pytest.mark.usefixtures("quick_export")
def test_the_weights_stay_in_fp32_where_int8_does_not_agree(
    small_source: LocalModel, small_reference: Reference, models: Path
) -> None:
    compiler = Compiler(small_source, models, min_agreement=0.99999)
    prepared = compiler.prepare()
    manifest = read_manifest(compiler.folder)
    assert manifest.precision is not None
    assert list(PRECISIONS)[-1] == manifest.precision.name == "fp32"
    assert "|fp32|" in prepared.full_name
    encoder, reference = prepared.load(), small_reference.encoder()
    assert encoder.fingerprint == prepared.full_name
    for text in CHECK_TEXTS:
        ours, theirs = encoder.encode_question(text), reference.encode_question(text)
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    # The graph names no file of this machine, and there are no files but those of the manifest.
    assert b"site-packages" not in (compiler.folder / GRAPH).read_bytes()
    names = {path.name for path in compiler.folder.iterdir()}
    assert names == {"manifest.json", *manifest.files}
    assert {path.name for path in models.iterdir()} == {compiler.folder.name, "compiling.lock"}


def test_weights_stored_in_16_bits_are_compiled_like_others(
    model_folder: Path, models: Path
) -> None:
    small = make_small(model_folder)
    model = DistilBertModel.from_pretrained(model_folder, dtype=torch.float16)
    model.save_pretrained(model_folder)
    compiler = Compiler(find_model(str(model_folder)), models)
    compiler.prepare()
    manifest = read_manifest(compiler.folder)
    assert manifest.reason is None
    assert manifest.precision is not None
    assert manifest.precision.agreement >= MIN_AGREEMENT
    assert compiler.source.name != small.name


@pytest.mark.usefixtures("quick_export")
def test_a_model_that_agrees_in_no_precision_is_run_by_pytorch(
    small_source: LocalModel, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = Compiler(small_source, models, precisions={"fp32": None}, min_agreement=1.1)
    prepared = compiler.prepare()
    assert "|sentence-transformers " in prepared.full_name
    with caplog.at_level(logging.WARNING):
        assert prepared.load().fingerprint == prepared.full_name
    assert "the compiled model's vectors have a cosine of 1.000 to the expected" in caplog.text
    assert [path.name for path in compiler.folder.iterdir()] == ["manifest.json"]


def test_a_model_that_does_not_mean_pool_is_run_by_pytorch_with_a_warning(
    cls_model: LocalModel, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prepared = Compiler(cls_model, models).prepare()
    with caplog.at_level(logging.WARNING):
        encoder = prepared.load()
    assert isinstance(encoder, SentenceEncoder)
    assert encoder.fingerprint == prepared.full_name
    assert "PyTorch runs the model model:" in caplog.text
    assert "because a text's vector is not the mean" in caplog.text
    tea = whole("Tea is hot.")
    (vectors,) = encoder.encode_passages([tea])
    assert equal_within_rounding(vectors, encoder.encode_passage(tea))


def test_a_model_that_cannot_be_exported_is_run_by_pytorch_with_a_warning(
    small_source: LocalModel,
    small_reference: Reference,
    models: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("no way to say this in ONNX.\nand so on") from ValueError("at the root")

    monkeypatch.setattr(torch.onnx, "export", failing)
    prepared = Compiler(small_source, models).prepare()
    assert prepared.full_name == small_reference.encoder().fingerprint
    with caplog.at_level(logging.WARNING):
        encoder = prepared.load()
    assert encoder.fingerprint == small_reference.encoder().fingerprint
    assert "because it cannot be exported to ONNX (at the root).\n" in caplog.text


def test_a_damaged_model_is_compiled_again_and_leftovers_are_removed(
    cls_model: LocalModel, models: Path
) -> None:
    compiler = Compiler(cls_model, models)
    compiler.prepare()
    (compiler.folder / "manifest.json").write_text("{")
    (models / ".killed").mkdir()
    (models / ".killed" / GRAPH).write_bytes(b"half of it")
    with pytest.raises(ModelError):
        read_manifest(compiler.folder)
    assert compiler.prepare().load()
    assert {path.name for path in models.iterdir()} == {compiler.folder.name, "compiling.lock"}


def test_a_model_compiled_by_other_libraries_is_removed_and_other_models_stay(
    cls_model: LocalModel, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LocalModel(cls_model.folder, "other:0123")
    for source in (cls_model, other):
        Compiler(source, models).prepare()
    previous = Compiler(cls_model, models).folder
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.versions",
        lambda *names: ", ".join(f"{name} 99" for name in names),
    )
    Compiler(cls_model, models).prepare()
    assert not previous.exists()
    kept = {read_manifest(path).model for path in models.iterdir() if path.is_dir()}
    assert kept == {cls_model.name, other.name}
    assert len(list(models.iterdir())) == 3


def test_a_model_compiled_by_another_version_of_wherein_is_removed_and_unknown_folders_stay(
    cls_model: LocalModel, models: Path
) -> None:
    contents = {"previous": json.dumps({"model": cls_model.name}), "list": "[]", "damaged": "{"}
    for name, manifest in contents.items():
        (models / name).mkdir(parents=True)
        (models / name / MANIFEST).write_text(manifest)
    compiler = Compiler(cls_model, models)
    compiler.prepare()
    kept = {path.name for path in models.iterdir()}
    assert kept == {compiler.folder.name, "list", "damaged", "compiling.lock"}


def test_where_several_compile_at_once_one_does_and_the_others_use_the_result(
    cls_model: LocalModel, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = Compiler(cls_model, models)
    loaded: list[LocalModel] = []

    def load(source: LocalModel) -> Reference:
        loaded.append(source)
        return load_reference(source)

    monkeypatch.setattr(compiler_module, "load_reference", load)
    threads = [threading.Thread(target=compiler.prepare) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1


def test_where_the_folder_cannot_be_written_the_remedy_is_named(
    small_source: LocalModel, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"cannot be compiled into .*WHEREIN_INSTANCE"):
        Compiler(small_source, tmp_path / "file" / "models").prepare()
