"""A model is compiled once, aside, checked against its reference, and replaced where damaged."""

import logging
import threading
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from transformers import DistilBertModel

from tests.conftest import make_small, pool_by_cls
from wherein.index.documents.checksums import digest, record_files
from wherein.index.encoding import onnx_export as compiling
from wherein.index.encoding.encoder import Encoder, SentenceEncoder
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_export import (
    AGREEMENT,
    CHECKED,
    PRECISIONS,
    Compiler,
    export,
    write_graph,
)
from wherein.index.encoding.onnx_model import (
    GRAPH,
    INPUT,
    compiled_folder,
    graph_encoder,
    read_compiled,
)
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.errors import ModelError
from wherein.index.passages.splitter import Passage


def test_it_agrees_with_the_reference_on_every_text_it_is_checked_with(
    compiled_model: Compiler, real_encoder: Encoder, reference_encoder: Encoder
) -> None:
    cosines = [
        float(real_encoder.encode_question(text) @ reference_encoder.encode_question(text))
        for text in CHECKED
    ]
    compiled = read_compiled(compiled_folder(compiled_model.source, compiled_model.models))
    assert compiled.precision == "int8"
    assert compiled.agreement == pytest.approx(min(cosines), abs=1e-6)
    assert compiled.agreement >= AGREEMENT


def test_the_checked_texts_go_from_a_word_to_more_than_the_window(real_encoder: Encoder) -> None:
    sizes = [real_encoder.count_tokens(text) for text in CHECKED]
    assert min(sizes) < 5
    assert max(sizes) > 514


def test_what_is_compiled_is_not_compiled_again(
    compiled_model: Compiler, real_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "load_reference", lambda _: pytest.fail("loaded"))
    assert compiled_model.prepare() == real_encoder.fingerprint


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def small_model(model_folder: Path) -> LocalModel:
    return make_small(model_folder)


def test_the_weights_stay_as_they_are_where_int8_does_not_agree(
    small_model: LocalModel, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "AGREEMENT", 0.99999)
    compiler = Compiler(small_model, models)
    fingerprint = compiler.prepare()
    folder = compiled_folder(small_model, models)
    compiled = read_compiled(folder)
    assert list(PRECISIONS)[-1] == compiled.precision == "fp32"
    assert "|fp32 " in fingerprint
    encoder, reference = compiler.load(), load_reference(small_model).encoder()
    assert encoder.fingerprint == fingerprint
    for text in CHECKED:
        ours, theirs = encoder.encode_question(text), reference.encode_question(text)
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    # Nothing of this machine is in the graph, nor anything beside what the manifest names.
    assert b"site-packages" not in (folder / GRAPH).read_bytes()
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *compiled.files}
    assert {path.name for path in models.iterdir()} == {folder.name, "compiling.lock"}


def test_packed_it_gives_the_same_bits_and_is_named_by_its_plain_weights(
    small_model: LocalModel, models: Path, tmp_path: Path
) -> None:
    compiler = Compiler(small_model, models)
    fingerprint = compiler.prepare()
    assert Compiler(small_model, tmp_path / "again").prepare() == fingerprint
    reference = load_reference(small_model)
    (tmp_path / "plain").mkdir()
    exported, plain = tmp_path / "exported.onnx", tmp_path / "plain" / GRAPH
    export(reference, exported)
    write_graph(reference, exported, plain, 8)
    digests = {name: file.sha256 for name, file in record_files(plain.parent).items()}
    assert f"|int8 {digest(digests)[:16]}|" in fingerprint
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(
        plain,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],
    )
    packed = graph_encoder(
        compiled_folder(small_model, models) / GRAPH, reference.tokenizer, reference.intake, ""
    )
    for text in CHECKED[:-1]:  # the last is longer than the window
        ids = reference.tokenizer.encode(text).ids
        (vectors,) = session.run(None, {INPUT: [ids]})
        mean = vectors[0].sum(axis=0) / np.float32(len(ids))
        assert packed.encode_question(text).tobytes() == (mean / np.linalg.norm(mean)).tobytes()


def test_a_model_whose_weights_are_stored_in_16_bits_is_compiled_like_any_other(
    small_model: LocalModel, model_folder: Path, models: Path
) -> None:
    model = DistilBertModel.from_pretrained(model_folder, dtype=torch.float16)
    model.save_pretrained(model_folder)
    compiler = Compiler(find_model(str(model_folder)), models)
    compiler.prepare()
    compiled = read_compiled(compiled_folder(compiler.source, models))
    assert compiled.why_not is None
    assert compiled.agreement >= AGREEMENT
    assert compiler.source.name != small_model.name


def test_what_agrees_in_no_precision_is_not_compiled(
    small_model: LocalModel,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(compiling, "AGREEMENT", 1.1)
    monkeypatch.setattr(compiling, "PRECISIONS", {"fp32": None})
    compiler = Compiler(small_model, models)
    assert "|sentence-transformers " in compiler.prepare()
    with caplog.at_level(logging.WARNING):
        compiler.load()
    assert "compiled, its vectors have a cosine of 1.000 to what they should be" in caplog.text
    folder = compiled_folder(small_model, models)
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]


def test_a_model_that_does_not_mean_pool_runs_as_it_is_and_a_warning_says_so(
    model_folder: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pool_by_cls(model_folder)
    compiler = Compiler(find_model(str(model_folder)), models)
    fingerprint = compiler.prepare()
    with caplog.at_level(logging.WARNING):
        encoder = compiler.load()
    assert isinstance(encoder, SentenceEncoder)
    assert encoder.fingerprint == fingerprint
    assert "is run by PyTorch, which starts and works more slowly: a text's vector" in caplog.text
    whole = Passage(None, 0, 0, "Tea is hot.", ((0, 11),))
    (vectors,) = encoder.encode_passages([whole])
    assert vectors.tobytes() == encoder.encode_passage(whole).tobytes()


def test_a_model_that_cannot_be_exported_runs_as_it_is_and_a_warning_says_why(
    real_model: LocalModel,
    models: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    reference_encoder: Encoder,
) -> None:
    def failing(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("no way to say this in ONNX.\nand so on") from ValueError("at the root")

    monkeypatch.setattr(torch.onnx, "export", failing)
    compiler = Compiler(real_model, models)
    assert compiler.prepare() == reference_encoder.fingerprint
    with caplog.at_level(logging.WARNING):
        encoder = compiler.load()
    assert encoder.fingerprint == reference_encoder.fingerprint
    assert "more slowly: it cannot be exported to ONNX (at the root).\n" in caplog.text


def test_a_damaged_one_is_compiled_anew_and_leftovers_go(model_folder: Path, models: Path) -> None:
    pool_by_cls(model_folder)  # which takes the least time
    compiler = Compiler(find_model(str(model_folder)), models)
    compiler.prepare()
    folder = compiled_folder(compiler.source, models)
    (folder / "manifest.json").write_text("{")
    (models / ".killed").mkdir()
    (models / ".killed" / GRAPH).write_bytes(b"half of it")
    with pytest.raises(ModelError):
        compiler.load()
    compiler.prepare()
    assert compiler.load()
    assert {path.name for path in models.iterdir()} == {folder.name, "compiling.lock"}


def test_what_other_libraries_compiled_of_the_same_model_goes_and_other_models_stay(
    model_folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_by_cls(model_folder)
    source = find_model(str(model_folder))
    other = LocalModel(model_folder, "other:0123")
    for each in (source, other):
        Compiler(each, models).prepare()
    before = compiled_folder(source, models)
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.versions",
        lambda *names: ", ".join(f"{name} 99" for name in names),
    )
    Compiler(source, models).prepare()
    assert not before.exists()
    kept = {read_compiled(path).model for path in models.iterdir() if path.is_dir()}
    assert kept == {source.name, other.name}
    assert len(list(models.iterdir())) == 3


def test_of_two_that_compile_at_once_one_waits_and_finds_it_done(
    model_folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_by_cls(model_folder)
    compiler = Compiler(find_model(str(model_folder)), models)
    loaded: list[LocalModel] = []

    def load(source: LocalModel) -> Reference:
        loaded.append(source)
        return load_reference(source)

    monkeypatch.setattr(compiling, "load_reference", load)
    threads = [threading.Thread(target=compiler.prepare) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1


def test_where_it_cannot_be_written_the_remedy_is_named(
    real_model: LocalModel, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"cannot be compiled into .*WHEREIN_INSTANCE"):
        Compiler(real_model, tmp_path / "file" / "models").prepare()
