"""The reference runs a model as sentence-transformers does, offline and without unpickling."""

import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from tests.conftest import pool_by_cls, prompt
from tests.index.encoding.conftest import whole
from wherein.index.encoding.agreement import equal_within_rounding
from wherein.index.encoding.model_files import LocalModel, find_model, versions
from wherein.index.encoding.pooled import PooledEncoder
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.sentence import SentenceEncoder
from wherein.index.encoding.torch_reference import LIBRARIES, Reference, load_reference
from wherein.index.errors import ModelError
from wherein.index.passages.splitter import Passage

WEIGHTS = "model.safetensors"


def test_the_fingerprint_names_weights_libraries_precision_and_pooling(
    real_model: LocalModel, reference_encoder: Encoder
) -> None:
    assert isinstance(reference_encoder, PooledEncoder)
    assert reference_encoder.fingerprint == (
        f"{real_model.name}|{versions(*LIBRARIES)}|fp32|sentences in context 1|256"
    )
    assert "torch 2." in versions(*LIBRARIES)


def test_pickled_weights_are_never_loaded(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(load_file(model_folder / WEIGHTS), model_folder / "pytorch_model.bin")
    (model_folder / WEIGHTS).unlink()
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("unpickled"))
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_reference(LocalModel(model_folder, "model"))


def test_loading_does_not_use_the_network(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[object] = []
    for call in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, call, lambda *where: connections.append(where))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: connections.append(where))

    encoder = load_reference(find_model(str(model_folder))).encoder()

    assert encoder.dimension == 384
    assert connections == []


@pytest.mark.parametrize("size", [0, 7, 1_000_000])
def test_truncated_weights_cannot_be_loaded(model_folder: Path, size: int) -> None:
    weights = (model_folder / WEIGHTS).read_bytes()
    (model_folder / WEIGHTS).unlink()
    (model_folder / WEIGHTS).write_bytes(weights[:size])

    found = find_model(str(model_folder))
    with pytest.raises(ModelError) as raised:
        load_reference(found)
    assert str(raised.value).startswith(f"The model in {model_folder} cannot be loaded: ")
    assert "leave WHEREIN_MODEL unset" in str(raised.value)


@pytest.mark.parametrize("file", ["config.json", "modules.json", "1_Pooling/config.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_configuration_is_an_error_that_names_the_folder(
    model_folder: Path, file: str, text: str
) -> None:
    (model_folder / file).write_text(text)
    with pytest.raises(ModelError, match="cannot be loaded: "):
        load_reference(find_model(str(model_folder))).encoder()


def test_a_model_that_pools_by_cls_is_encoded_a_sentence_at_a_time(model_folder: Path) -> None:
    pool_by_cls(model_folder)
    prompt(model_folder, query="query: ", document="passage: ")
    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)
    text = "Putin flew to Harbin. He arrived on Monday."

    encoder = load_reference(find_model(str(model_folder))).encoder()
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
    again = encoder.encode_passage(whole(text))
    assert equal_within_rounding(again, encoder.encode_passage(whole(text)))


def test_a_sentence_that_fills_the_window_is_encoded_to_its_end(model_folder: Path) -> None:
    pool_by_cls(model_folder)
    prompt(model_folder, document="passage: ")
    encoder = load_reference(find_model(str(model_folder))).encoder()

    # Of 256 tokens [CLS], [SEP], "passage" and ":" take four.
    assert encoder.room("A title") == encoder.room(None) == 252
    full = "tea " * 251 + "tea"
    assert encoder.count_tokens(full) == 252
    other = "tea " * 251 + "rain"
    assert not equal_within_rounding(
        encoder.encode_passage(whole(full)), encoder.encode_passage(whole(other))
    )


def test_the_prompts_of_a_model_that_mean_pools_are_used(
    model_folder: Path, reference_encoder: Encoder
) -> None:
    prompt(model_folder, query="query: ", passage="passage: ")
    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)

    encoder = load_reference(find_model(str(model_folder))).encoder()

    assert isinstance(encoder, PooledEncoder)
    np.testing.assert_allclose(
        encoder.encode_question("When?"), reference.encode("When?", prompt="query: "), atol=1e-6
    )
    assert encoder.room(None) == reference_encoder.room(None) - 2
    tea = whole("Tea is hot.")
    assert not equal_within_rounding(
        encoder.encode_passage(tea), reference_encoder.encode_passage(tea)
    )


def test_an_encoder_may_stand_in_under_another_fingerprint(small_reference: Reference) -> None:
    assert small_reference.encoder("compiled").fingerprint == "compiled"
    assert small_reference.encoder("compiled").passages_by.fingerprint == "compiled"
