"""An instance works on another type of processor, where kernels round differently.

The tests run on one processor. They therefore change what the other processor would find: the
digests of the packed weights, or the expected vectors of the check texts.
"""

import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.asking import ask
from tests.conftest import FolderMaker, has_compiled, quiet
from wherein.index.build import build
from wherein.index.documents.checksums import checksum_files
from wherein.index.encoding.agreement import equal_within_rounding
from wherein.index.encoding.compiler import Compiler
from wherein.index.encoding.onnx_model import (
    CHECK,
    GRAPH,
    MANIFEST,
    MODELS,
    Manifest,
    load_graph,
    load_question_encoder,
    read_manifest,
    write_manifest,
)
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.torch_reference import Reference
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.searcher import Searcher

TEXTS = ("tea", "Where did rain fall?", "Ein Zug nach Харбин, 哈尔滨!", "word " * 300)


@pytest.fixture
def moved(small_compiler: Compiler, tmp_path: Path) -> Compiler:
    """The compiled small model, copied to what stands for another machine."""
    models = shutil.copytree(small_compiler.models, tmp_path / "moved" / MODELS)
    return replace(small_compiler, models=models)


def _write_manifest_again(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).unlink()
    write_manifest(folder, replace(manifest, files=checksum_files(folder)))


def _pack_for_another_processor(folder: Path) -> None:
    """Change the digests of the packed weights, so that onnxruntime packs the weights again."""
    manifest = read_manifest(folder)
    model = onnx.load(folder / GRAPH, load_external_data=False)
    packed = [
        entry
        for tensor in model.graph.initializer
        for entry in tensor.external_data
        if entry.key.startswith("prepacked")
    ]
    assert packed
    for entry in packed:  # "MatMul+<digest>|offset;length"
        name, _, place = entry.value.partition("|")
        entry.value = f"{name[:-4]}0000|{place}"
    onnx.save(model, folder / GRAPH)
    _write_manifest_again(folder, manifest)


def _make_disagree(folder: Path, factor: float = -1) -> None:
    """Change the expected vectors, as if this processor computed products differently."""
    manifest = read_manifest(folder)
    expected = np.load(folder / CHECK)
    expected[:, ::2] *= factor
    np.save(folder / CHECK, expected)
    _write_manifest_again(folder, manifest)


def _make_not_a_number(folder: Path) -> None:
    """Change the expected vectors, so that their cosine to any vector is NaN."""
    _make_disagree(folder, np.nan)


def _make_unloadable(folder: Path) -> None:
    """Replace the graph, as if ONNX Runtime had no kernel for it on this processor."""
    manifest = read_manifest(folder)
    (folder / GRAPH).write_bytes(b"not a graph")
    _write_manifest_again(folder, manifest)


def _make_unrunnable(folder: Path) -> None:
    """Replace the graph with a graph that loads and then fails when it runs."""
    manifest = read_manifest(folder)
    value = onnx.helper.make_tensor_value_info("other", onnx.TensorProto.FLOAT, [1])
    output = onnx.helper.make_tensor_value_info("output", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["other"], ["output"])
    graph = onnx.helper.make_graph([node], "graph", [value], [output])
    opsets = [onnx.helper.make_opsetid("", 20)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10)
    onnx.save(model, folder / GRAPH)
    _write_manifest_again(folder, manifest)


FAULTS = [
    (_make_disagree, "it was compiled on another type of processor"),
    (_make_not_a_number, "a cosine of nan"),
    (_make_unloadable, "ONNX Runtime cannot run "),
    (_make_unrunnable, "ONNX Runtime cannot run "),
]
"""What makes a compiled model unusable on a processor, and the reason that the warning gives."""


def test_weights_whose_digests_differ_give_vectors_as_near_as_the_reference(
    compiled_model: Compiler, real_encoder: Encoder, reference_encoder: Encoder, tmp_path: Path
) -> None:
    """ONNX Runtime packs such weights again. See test_onnx_export.py for the tolerance."""
    models = shutil.copytree(compiled_model.models, tmp_path / "models")
    folder = replace(compiled_model, models=models).folder
    _pack_for_another_processor(folder)
    encoder = load_graph(folder, read_manifest(folder))
    for text in TEXTS:
        vector, packed = encoder.encode_question(text), real_encoder.encode_question(text)
        assert vector @ packed >= packed @ reference_encoder.encode_question(text)


def test_where_a_compiled_model_agrees_it_is_used_without_a_warning(
    moved: Compiler, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pack_for_another_processor(moved.folder)
    monkeypatch.setattr(
        "wherein.index.encoding.onnx_model.load_reference", lambda _: pytest.fail("loaded")
    )
    with caplog.at_level(logging.WARNING):
        encoder = load_question_encoder(moved.source, moved.models)
    assert not _warnings(caplog)
    assert encoder.fingerprint == read_manifest(moved.folder).fingerprint


@pytest.mark.parametrize(("damage", "reason"), FAULTS)
def test_where_a_compiled_model_fails_here_pytorch_encodes_questions_under_its_fingerprint(
    damage: Callable[[Path], None],
    reason: str,
    moved: Compiler,
    small_reference: Reference,
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(moved.folder)
    with caplog.at_level(logging.WARNING):
        encoder = load_question_encoder(moved.source, moved.models)
    assert encoder.fingerprint == read_manifest(moved.folder).fingerprint
    expected = small_reference.encoder()
    for text in TEXTS:
        vector = encoder.encode_question(text)
        assert equal_within_rounding(vector, expected.encode_question(text))
    assert reason in caplog.text
    assert "`wherein reindex` compiles it again; then start the server again." in caplog.text


@pytest.mark.usefixtures("quick_export")
@pytest.mark.parametrize("damage", [damage for damage, _ in FAULTS])
def test_where_a_compiled_model_fails_here_the_next_build_compiles_it_again(
    damage: Callable[[Path], None], moved: Compiler, caplog: pytest.LogCaptureFixture
) -> None:
    fingerprint = read_manifest(moved.folder).fingerprint
    damage(moved.folder)
    messages: list[str] = []
    compiler = replace(moved, notify=messages.append)

    prepared = compiler.prepare()

    assert messages == [f"Compiling the model {moved.name}. This is done once."]
    # The model, the libraries and the precision are the same, so the fingerprint is the same.
    assert prepared.full_name == prepared.load().fingerprint == fingerprint
    assert compiler.prepare().full_name == fingerprint
    assert len(messages) == 1
    with caplog.at_level(logging.WARNING):
        load_question_encoder(moved.source, moved.models)
    assert not _warnings(caplog)


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


def _search(instance: Path, compiler: Compiler, question: str) -> list[str]:
    encoder = load_question_encoder(compiler.source, instance / MODELS)
    searcher = Searcher(Snapshot.open(Store(instance).current_folder()), encoder)
    return [hit.passage.source for hit in ask(searcher, question).hits]


def _move(instance: Path, compiler: Compiler, to: Path) -> Path:
    """Copy an instance with its compiled model."""
    shutil.copytree(instance, to, ignore=shutil.ignore_patterns(MODELS))
    shutil.copytree(compiler.models, to / MODELS)
    return to


def test_a_moved_instance_answers_and_encodes_only_what_changed(
    small_compiler: Compiler, make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"a.txt": "Tea is hot in China.\n", "b.txt": "Rain fell on Harbin.\n"})
    has_compiled(instance, small_compiler)
    first = build(folder, instance, small_compiler, quiet)
    moved_to = _move(instance, small_compiler, tmp_path / "elsewhere")
    compiler = replace(small_compiler, models=moved_to / MODELS)
    _pack_for_another_processor(compiler.folder)

    hits = _search(moved_to, compiler, "where did rain fall")
    assert hits == _search(instance, small_compiler, "where did rain fall")
    assert hits[0] == "b.txt"
    report = build(folder, moved_to, compiler, quiet)
    assert (report.snapshot, report.published, report.encoded) == (first.snapshot, False, 0)
    make_folder({"b.txt": "Snow fell on Harbin.\n"})
    assert build(folder, moved_to, compiler, quiet).encoded == 1


@pytest.mark.usefixtures("quick_export")
def test_an_instance_moved_to_a_processor_that_needs_another_precision_answers_at_once(
    small_compiler: Compiler, make_folder: FolderMaker, instance: Path, tmp_path: Path
) -> None:
    folder = make_folder({"a.txt": "Tea is hot in China.\n", "b.txt": "Rain fell on Harbin.\n"})
    has_compiled(instance, small_compiler)
    build(folder, instance, small_compiler, quiet)
    moved_to = _move(instance, small_compiler, tmp_path / "elsewhere")
    compiler = replace(small_compiler, models=moved_to / MODELS, precisions={"fp32": None})
    _make_disagree(compiler.folder)

    # PyTorch encodes the questions until the next build.
    assert _search(moved_to, compiler, "where did rain fall")[0] == "b.txt"
    # The build compiles the model in the other precision, and encodes all passages with it.
    report = build(folder, moved_to, compiler, quiet)
    assert (report.published, report.encoded) == (True, 2)
    manifest = read_manifest(compiler.folder)
    assert "|fp32|" in manifest.fingerprint
    current = Snapshot.open(Store(moved_to).current_folder())
    assert current.manifest.provenance.encoder == manifest.fingerprint
    assert _search(moved_to, compiler, "where did rain fall")[0] == "b.txt"
