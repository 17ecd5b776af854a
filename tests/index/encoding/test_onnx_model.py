"""A compiled model is checked file by file and run without PyTorch. Errors name the remedy."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from tests.conftest import SEEDS
from wherein.index.documents.model import Block, Document, Place
from wherein.index.encoding.agreement import equal_within_rounding
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.model_files import LocalModel
from wherein.index.encoding.onnx_model import (
    CHECK,
    GRAPH,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    compiled_folder,
    load_question_encoder,
    read_manifest,
)
from wherein.index.encoding.pooled import PooledEncoder
from wherein.index.encoding.protocols import Encoder
from wherein.index.errors import ModelError
from wherein.index.passages.splitter import Passage, cut
from wherein.index.readers.plain_text import read

ODD = (
    "",
    " \t\u00a0\u2009",
    "It's e-mails, U.S.A., 50 km/h… “quoted” — and $240.1bn!",
    "В Харбине шёл дождь. 哈尔滨下雨了。 한국어로 쓴 문단이다. اردو עברית",
    "e\u0301 \u00e9 ﬁ ½ ﷺ ẞ İ ǅ \u200b\u200c\ufeff \x00\x07 \U0010ffff 😀👩‍👩‍👧",
    "[CLS] [SEP] [MASK] [PAD] [UNK] ##ing",
    "a" * 300 + " " + "antidisestablishmentarianism" * 9,
    "word " * 400,
)


@pytest.fixture
def models(small_compiler: Compiler, tmp_path: Path) -> Path:
    """A copy of the compiled small model, to damage."""
    return shutil.copytree(small_compiler.models, tmp_path / "models")


def test_tokens_are_counted_as_the_models_own_tokenizer_counts_them(
    real_model: LocalModel, compiled_model: Compiler, real_encoder: Encoder
) -> None:
    own = AutoTokenizer.from_pretrained(str(real_model.folder), local_files_only=True)
    ours = Tokenizer.from_file(str(compiled_model.folder / TOKENIZER))
    for text in (*ODD, *(file.read_text() for file in sorted(SEEDS.iterdir()))):
        expected = own.encode(text, add_special_tokens=False, verbose=False)
        assert ours.encode(text, add_special_tokens=False).ids == expected
        assert real_encoder.count_tokens(text) == len(expected)


def test_passages_are_cut_as_with_the_reference(
    real_encoder: Encoder, reference_encoder: Encoder
) -> None:
    documents = [read(file.name, file.read_bytes()) for file in sorted(SEEDS.iterdir())]
    text = " ".join(ODD[2:4]) * 40
    documents.append(Document("odd.txt", (Block(text, Place((1, 1))),)))
    for document in documents:
        assert list(cut(document, real_encoder)) == list(cut(document, reference_encoder))


def test_the_fingerprint_names_weights_libraries_precision_pooling_and_window(
    real_model: LocalModel, compiled_model: Compiler, real_encoder: Encoder
) -> None:
    manifest = read_manifest(compiled_model.folder)
    assert manifest.precision is not None
    assert real_encoder.fingerprint == manifest.fingerprint
    weights, backend, precision, pooling, window = manifest.fingerprint.split("|")
    assert weights == manifest.model == real_model.name
    assert re.fullmatch(r"compiled 5, onnxruntime 1\.[0-9.]+, tokenizers 0\.[0-9.]+", backend)
    assert precision == manifest.precision.name
    assert pooling == "sentences in context 1"
    assert window == "256"


def test_where_no_model_was_compiled_the_remedy_is_named(
    real_model: LocalModel, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as raised:
        load_question_encoder(real_model, tmp_path)
    assert str(raised.value).startswith(
        "The model has not been compiled for the installed libraries: "
        f"{compiled_folder(real_model, tmp_path)} is missing."
    )
    assert "Run `wherein reindex FOLDER`" in str(raised.value)


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER, CHECK, MANIFEST])
def test_a_file_with_a_changed_byte_is_named(
    name: str, small_source: LocalModel, models: Path
) -> None:
    file = compiled_folder(small_source, models) / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ModelError) as raised:
        load_question_encoder(small_source, models)
    assert str(raised.value).startswith(f"{file} is damaged")
    assert "wherein reindex" in str(raised.value)


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER, CHECK])
def test_a_missing_file_is_named(name: str, small_source: LocalModel, models: Path) -> None:
    file = compiled_folder(small_source, models) / name
    file.unlink()
    with pytest.raises(ModelError, match=r"is missing\. Run `wherein reindex FOLDER`") as raised:
        load_question_encoder(small_source, models)
    assert str(raised.value).startswith(str(file))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sha256": 1}', "\x00"])
def test_a_manifest_of_other_content_is_damaged(
    text: str, small_source: LocalModel, models: Path
) -> None:
    file = compiled_folder(small_source, models) / MANIFEST
    file.write_text(text)
    with pytest.raises(ModelError, match="is damaged: it"):
        load_question_encoder(small_source, models)


def test_another_model_or_another_version_of_a_library_has_another_folder(
    real_model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = compiled_folder(real_model, tmp_path)
    assert compiled_folder(LocalModel(real_model.folder, "other:0123"), tmp_path) != folder
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.versions", lambda *names: ", ".join(names) + " 99"
    )
    assert compiled_folder(real_model, tmp_path) != folder


ENCODE = """
import sys
from pathlib import Path
from wherein.index.encoding.onnx_model import load_question_encoder
from wherein.index.encoding.model_files import find_model
assert load_question_encoder(find_model(), Path(sys.argv[1])).encode_question("tea").shape == (384,)
"""


def test_onnxruntime_writes_no_telemetry_into_the_home_folder(
    compiled_model: Compiler, tmp_path: Path
) -> None:
    """Telemetry starts with an identifier and a queue below the home folder."""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(
        [sys.executable, "-c", ENCODE, str(compiled_model.models)],
        cwd=SEEDS.parent,
        env=environment,
        check=True,
        timeout=300,
    )
    assert list(tmp_path.iterdir()) == []


LOAD = """
import sys
from pathlib import Path
from wherein.index.encoding.onnx_model import *

def anonymous():
    return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])

model = Path(sys.argv[1])
tokenizer, spec = load_tokenizer(model), read_manifest(model).spec
at_first = anonymous()
encoder = graph_encoder(model / GRAPH, tokenizer, spec, "")
encoder.encode_question("where did it rain")
print(anonymous() - at_first)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells of memory")
def test_the_weights_stay_in_shared_memory(compiled_model: Compiler) -> None:
    """The weights have 69 MB, 11 of which are multiplied: a packed copy would be private memory."""
    command = [sys.executable, "-c", LOAD, str(compiled_model.folder)]
    loaded = subprocess.run(command, cwd=SEEDS.parent, check=True, timeout=300, capture_output=True)
    assert int(loaded.stdout) < 6_000


def test_the_manifest_names_files_agreement_and_window(compiled_model: Compiler) -> None:
    fields = json.loads((compiled_model.folder / MANIFEST).read_text())
    assert set(fields["files"]) == {GRAPH, WEIGHTS, TOKENIZER, CHECK}
    assert fields["reason"] is None
    assert 0.97 <= fields["precision"]["agreement"] < 1
    assert fields["spec"]["window"] == 256


def test_a_passage_has_the_same_vectors_alone_in_a_batch_and_in_another_order(
    real_encoder: Encoder,
) -> None:
    assert isinstance(real_encoder, PooledEncoder)
    texts = [
        f"{'Rain fell in Harbin. ' * (n % 23)}It was day {n}, and {'tea ' * (n % 7)}was drunk."
        for n in range(60)
    ]
    passages = [
        Passage("Weather" if n % 2 else None, 0, 0, t, ((0, len(t) // 2), (len(t) // 2, len(t))))
        for n, t in enumerate(texts)
    ]
    alone = [real_encoder.encode_passage(passage) for passage in passages]
    assert len({vectors.tobytes() for vectors in alone}) == len(alone)

    together = list(real_encoder.encode_passages(passages))
    assert all(map(equal_within_rounding, together, alone))
    order = np.random.default_rng(7).permutation(len(passages))
    shuffled = real_encoder.encode_passages(passages[n] for n in order)
    for vectors, n in zip(shuffled, order, strict=True):
        assert equal_within_rounding(vectors, alone[n])
