"""Compiles a model when it is first used for indexing, and checks it against its reference."""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock

from wherein.index.arrays import Vectors
from wherein.index.documents.checksums import checksum_files, flush
from wherein.index.encoding.agreement import MIN_AGREEMENT, encode_check_texts, min_cosine
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.onnx_export import PRECISIONS, CannotCompile, export, pack, write_graph
from wherein.index.encoding.onnx_model import (
    CHECK,
    COMPILATION,
    GRAPH,
    MANIFEST,
    TOKENIZER,
    CannotRun,
    Manifest,
    Precision,
    compiled_folder,
    graph_encoder,
    load_checked_graph,
    load_graph,
    read_manifest,
    root_cause,
    warn_of_reference,
    write_manifest,
)
from wherein.index.encoding.pooled import METHOD
from wherein.index.encoding.protocols import Encoder, PreparedModel
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.errors import ModelError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compiler:
    """A model for indexing that is compiled when it is first used.

    Attributes:
        source: The model.
        models: The folder of compiled models.
        notify: Is called with a message before the model is compiled, which takes a while.
        precisions: The precisions to try, and the bits that weights are quantized to. The first one
            that agrees with the reference is taken.
        min_agreement: The lowest cosine to the reference that a compiled model must reach.
    """

    source: LocalModel
    models: Path
    notify: Callable[[str], object] = log.info
    precisions: Mapping[str, int | None] = field(default_factory=lambda: PRECISIONS)
    min_agreement: float = MIN_AGREEMENT

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.source.name

    @property
    def folder(self) -> Path:
        """Return the folder of the compiled model, whether it exists or not."""
        return compiled_folder(self.source, self.models)

    def prepare(self) -> PreparedModel:
        """Compile the model, unless it is compiled and works on this processor.

        One process compiles at a time. Another process waits, and then uses the result.

        Returns:
            The compiled model, ready to load.

        Raises:
            ModelError: The model is damaged, or the folder cannot be written.
        """
        try:
            self.models.mkdir(parents=True, exist_ok=True)
            with FileLock(self.models / "compiling.lock"):
                if not (prepared := self._usable()):
                    self.notify(f"Compiling the model {self.name}. This is done once.")
                    self._compile()
                    prepared = self._prepared(read_manifest(self.folder))
        except OSError as error:
            raise ModelError(
                f"The model cannot be compiled into {self.models}: {error.strerror}. Name another "
                "folder with WHEREIN_INSTANCE."
            ) from error
        return prepared

    def _usable(self) -> PreparedModel | None:
        """Return the compiled model if it is undamaged and agrees with the reference here."""
        manifest = _undamaged(self.folder)
        if manifest is None:
            return None
        if manifest.reason is not None:
            return self._prepared(manifest)
        try:
            encoder = load_checked_graph(self.folder, manifest, self.min_agreement)
        except CannotRun:
            return None  # it was compiled on another type of processor
        return PreparedModel(manifest.fingerprint, lambda: encoder)

    def _prepared(self, manifest: Manifest) -> PreparedModel:
        if manifest.reason is not None:
            return PreparedModel(
                manifest.fingerprint, partial(self._load_reference, manifest.reason)
            )
        return PreparedModel(manifest.fingerprint, partial(load_graph, self.folder, manifest))

    def _load_reference(self, reason: str) -> Encoder:
        warn_of_reference(self.name, f"{reason}.")
        return load_reference(self.source).encoder()

    def _compile(self) -> None:
        """Compile the model into a new folder, which then replaces the old folder in one step.

        What the model was compiled to before is removed, for example by other libraries. The caller
        holds the lock.
        """
        folder = self.folder
        for leftover in self.models.glob(".*"):
            shutil.rmtree(leftover)
        reference = load_reference(self.source)
        staged = Path(tempfile.mkdtemp(prefix=".", dir=self.models))
        try:
            manifest = self._compile_into(reference, staged)
        except CannotCompile as reason:
            for file in staged.iterdir():
                file.unlink()
            manifest = _not_compiled(reference, str(reason))
        write_manifest(staged, manifest)
        staged.chmod(0o755)  # mkdtemp gives access to the owner alone
        flush(staged)
        for previous in set(self.models.iterdir()) - {staged}:
            if previous == folder or _is_of(previous, self.source):
                shutil.rmtree(previous)
        staged.rename(folder)
        flush(self.models)

    def _compile_into(self, reference: Reference, staged: Path) -> Manifest:
        """Compile the model into a folder. Raises CannotCompile."""
        if not reference.mean_pools():
            raise CannotCompile("a text's vector is not the mean of its tokens' vectors")
        expected = encode_check_texts(reference.encoder())
        with tempfile.TemporaryDirectory() as scratch:
            exported = Path(scratch) / "exported.onnx"
            export(reference, exported)
            precision = self._choose_precision(reference, exported, staged / GRAPH, expected)
        reference.tokenizer.save(str(staged / TOKENIZER))
        np.save(staged / CHECK, expected, allow_pickle=False)
        # The digest of the model's name is of the weights that were compiled. The quantized weights
        # are not named: their last bits depend on the processor that measured the activations.
        fingerprint = (
            reference.name,
            f"compiled {COMPILATION}, {versions('onnxruntime', 'tokenizers')}",
            precision.name,
            METHOD,
            str(reference.spec.window),
        )
        return Manifest(
            model=reference.name,
            fingerprint="|".join(fingerprint),
            spec=reference.spec,
            precision=precision,
            reason=None,
            files=checksum_files(staged),
        )

    def _choose_precision(
        self, reference: Reference, exported: Path, graph: Path, expected: Vectors
    ) -> Precision:
        """Write the packed graph in the first precision that agrees. Raises CannotCompile."""
        plain = exported.with_name("plain.onnx")
        problem = "there is no precision to compile it in"
        for name, bits in self.precisions.items():
            write_graph(reference, exported, plain, bits)
            pack(plain, graph)
            try:
                encoder = graph_encoder(graph, reference.tokenizer, reference.spec, name)
                cosine = min_cosine(encoder, expected)
            except CannotRun as error:
                problem = f"ONNX Runtime cannot run the compiled model ({root_cause(error)})"
                continue
            if cosine >= self.min_agreement:
                return Precision(name, cosine)
            problem = (
                f"the compiled model's vectors have a cosine of {cosine:.3f} to the expected "
                "vectors"
            )
        raise CannotCompile(problem)


def _undamaged(folder: Path) -> Manifest | None:
    """Read the manifest of a compiled model, or return None where a file is damaged."""
    try:
        return read_manifest(folder)
    except ModelError:
        return None


def _is_of(folder: Path, source: LocalModel) -> bool:
    """Return whether a folder holds a compilation of a model, by any version of Wherein."""
    try:
        fields = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(fields, dict) and fields.get("model") == source.name


def _not_compiled(reference: Reference, reason: str) -> Manifest:
    return Manifest(
        model=reference.name,
        fingerprint=reference.encoder().fingerprint,
        spec=reference.spec,
        precision=None,
        reason=reason,
        files={},
    )
