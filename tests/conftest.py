"""Shared fixtures: a fake encoder, folders, snapshots, and the real model, which is loaded once."""

import json
import os
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import pytest
from flask.testing import FlaskClient
from tokenizers import Tokenizer

from tests.waiting import wait_until
from wherein.index.arrays import Vectors
from wherein.index.build import Model, build
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.encoding.protocols import Encoder, PassagesBy, PreparedModel
from wherein.index.encoding.torch_reference import load_reference
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.run_report import BuildReport
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.ranking.config import RankingConfig
from wherein.search.searcher import Searcher
from wherein.search.settings import Settings
from wherein.search.web.app import create_app
from wherein.search.web.snapshot_watcher import EXTENSION, NotReady, SnapshotWatcher

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
DATA = ROOT / "tests" / "data"

_WEIGHTS = "model.safetensors"

VOCABULARY = ("putin", "china", "harbin", "trade", "tea", "rain")


def pytest_configure() -> None:
    """Take Ctrl-C again, which a shell ignores for commands in the background.

    The servers that tests start would inherit that, and never end.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def quiet(items: Sequence[T], _doing: str, /) -> Iterable[T]:
    """Track progress without showing it."""
    return items


class FakeModel:
    """A model and its encoder with vectors that a reader can compute.

    Each word of VOCABULARY is a dimension. A sentence's vector counts these words and is scaled to
    length 1: "China, China and tea" is (0, 2, 0, 0, 1, 0) / √5. Titles and other words count
    nothing. A token is a word, and `window` tokens fit into a passage.

    Attributes:
        encoded: The texts of the passages that were encoded, in order.
    """

    dimension = len(VOCABULARY)

    def __init__(self, name: str = "fake", *, window: int = 40) -> None:
        self.name = name
        self.fingerprint = f"{name}|counts of words|{window}"
        self.passages_by = PassagesBy(self.fingerprint)
        self.encoded: list[str] = []
        self._window = window

    def prepare(self) -> PreparedModel:
        return PreparedModel(self.fingerprint, lambda: self)

    def room(self, _title: str | None, /) -> int:
        return self._window

    def count_tokens(self, text: str, /) -> int:
        return len(text.split())

    def encode_question(self, question: str, /) -> Vectors:
        words = ["".join(filter(str.isalpha, word)) for word in question.lower().split()]
        counts = np.array([words.count(word) for word in VOCABULARY], np.float32)
        unit: Vectors = counts / (np.linalg.norm(counts) or np.float32(1))
        return unit

    def encode_passage(self, passage: Passage, /) -> Vectors:
        self.encoded.append(passage.text)
        return np.stack([self.encode_question(passage.text[a:b]) for a, b in passage.sentences])

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        return map(self.encode_passage, passages)


class FolderMaker(Protocol):
    def __call__(self, files: Mapping[str, str | bytes], /) -> Path: ...


class IndexBuilder(Protocol):
    def __call__(self, model: Model | None = None, /) -> BuildReport: ...


@pytest.fixture
def make_folder(tmp_path: Path) -> FolderMaker:
    """Writes files into the test's folder of documents and returns the folder."""

    def make(files: Mapping[str, str | bytes], /) -> Path:
        folder = tmp_path / "documents"
        folder.mkdir(exist_ok=True)
        for source, content in files.items():
            path = folder / source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return make


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The test's instance folder, which does not exist yet."""
    return tmp_path / "instance"


@pytest.fixture
def fake_model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def build_index(make_folder: FolderMaker, instance: Path, fake_model: FakeModel) -> IndexBuilder:
    """Builds the index of the test's folder with the fake model."""

    def run(model: Model | None = None, /) -> BuildReport:
        return build(make_folder({}), instance, model or fake_model, quiet)

    return run


class SearcherOpener(Protocol):
    def __call__(self, config: RankingConfig | None = None, /) -> Searcher: ...


@pytest.fixture
def open_searcher(instance: Path, fake_model: FakeModel) -> SearcherOpener:
    """Opens a searcher over the current snapshot of the test's instance."""

    def open_current(config: RankingConfig | None = None, /) -> Searcher:
        snapshot = Snapshot.open(Store(instance).current_folder())
        return Searcher(snapshot, fake_model, config=config)

    return open_current


@pytest.fixture(scope="session")
def real_model() -> LocalModel:
    """The bundled model."""
    return find_model()


@pytest.fixture(scope="session")
def tokenizer(real_model: LocalModel) -> Tokenizer:
    """The tokenizer of the bundled model, which neither truncates nor pads."""
    tokenizer = Tokenizer.from_file(str(real_model.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@pytest.fixture(scope="session")
def compiled_model(real_model: LocalModel, tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    """The bundled model, compiled once for all tests. It takes a quarter of a minute."""
    compiler = Compiler(real_model, tmp_path_factory.mktemp("compiled") / MODELS)
    compiler.prepare()
    return compiler


@pytest.fixture(scope="session")
def real_encoder(compiled_model: Compiler) -> Encoder:
    """The encoder of the compiled bundled model."""
    return compiled_model.prepare().load()


@pytest.fixture(scope="session")
def reference_encoder(real_model: LocalModel) -> Encoder:
    """The encoder of the bundled model in PyTorch, the reference of the compiled model."""
    return load_reference(real_model).encoder()


@pytest.fixture(scope="session")
def loaded_model(real_model: LocalModel, real_encoder: Encoder) -> LoadedModel:
    """The bundled model with its loaded encoder, for repeated builds."""
    return LoadedModel(real_model.name, real_encoder)


@pytest.fixture
def model_folder(real_model: LocalModel, tmp_path: Path) -> Path:
    """A copy of the bundled model that a test may change. The weights are a link."""
    return copy_model(real_model, tmp_path / "model")


def copy_model(model: LocalModel, folder: Path) -> Path:
    shutil.copytree(model.folder, folder, ignore=shutil.ignore_patterns(_WEIGHTS))
    (folder / _WEIGHTS).symlink_to(model.folder / _WEIGHTS)
    return folder


def make_small(folder: Path) -> LocalModel:
    """Replace a model by a small one with the same vocabulary, which is compiled in a moment."""
    import torch  # which takes seconds, and few tests need it
    from transformers import DistilBertConfig, DistilBertModel

    config = DistilBertConfig(
        dim=64, hidden_dim=96, n_layers=2, n_heads=4, vocab_size=30522, initializer_range=0.2
    )
    torch.manual_seed(7)
    (folder / _WEIGHTS).unlink()
    DistilBertModel(config).save_pretrained(folder)
    pooling = {"word_embedding_dimension": 64, "pooling_mode": "mean"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return find_model(str(folder))


def pool_by_cls(folder: Path) -> None:
    config = {"word_embedding_dimension": 384, "pooling_mode": "cls"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))


def prompt(folder: Path, **prompts: str) -> None:
    file = folder / "config_sentence_transformers.json"
    config = json.loads(file.read_text()) | {"prompts": prompts, "defaultprompt_name": None}
    file.write_text(json.dumps(config))


@pytest.fixture
def compiled_instance(instance: Path, compiled_model: Compiler) -> Path:
    """The test's instance folder with nothing but the compiled bundled model."""
    has_compiled(instance, compiled_model)
    return instance


def has_compiled(instance: Path, model: Compiler) -> None:
    """Put a compiled model into an instance folder."""
    instance.mkdir(parents=True, exist_ok=True)
    (instance / MODELS).symlink_to(model.models)


@pytest.fixture(scope="session")
def seed_instance(
    tmp_path_factory: pytest.TempPathFactory, compiled_model: Compiler, loaded_model: Model
) -> Path:
    """An instance with the seed articles and the bundled model. Tests must not write to it."""
    instance = tmp_path_factory.mktemp("seeds") / "instance"
    has_compiled(instance, compiled_model)
    build(SEEDS, instance, loaded_model, quiet)
    return instance


@pytest.fixture(scope="session")
def seed_client(seed_instance: Path) -> Iterator[FlaskClient]:
    """A client of the application over the seed articles."""
    with client_of(seed_instance) as client:
        yield client


@contextmanager
def client_of(instance: Path) -> Iterator[FlaskClient]:
    """Open a client of the application over an instance, once its snapshot is open."""
    app = create_app(Settings(instance=instance))
    watcher: SnapshotWatcher = app.extensions[EXTENSION]
    wait_until_ready(watcher)
    yield app.test_client()
    watcher.stop()


def wait_until_ready(watcher: SnapshotWatcher) -> Searcher:
    """Return the searcher of a watcher, once the model is loaded and a snapshot is open."""

    def is_ready() -> bool:
        try:
            watcher.searcher()
        except NotReady:
            return False
        return True

    wait_until(is_ready, "a snapshot is open")
    return watcher.searcher()


@pytest.fixture(scope="session")
def eval_sets() -> Path:
    """The folder of question sets."""
    return _named_by("WHEREIN_EVAL", "the folder of question sets")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents."""
    return _named_by("WHEREIN_SAMPLES", "the folder of sample documents")


def _named_by(variable: str, what: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set; it names {what}")
    return Path(value)
