"""Runs a model with PyTorch, as sentence-transformers does.

A compiled model is compared with this reference. Where a model cannot be compiled, the reference is
its encoder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.encoding.pooled import METHOD, PooledEncoder, TokenSums, one_window_at_a_time
from wherein.index.encoding.protocols import Encoder, ModelSpec
from wherein.index.encoding.sentence import SentenceEncoder
from wherein.index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LIBRARIES = ("sentence-transformers", "tokenizers", "torch", "transformers")
"""The libraries whose versions a fingerprint names."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A model that sentence-transformers has loaded.

    Attributes:
        name: The name of the model.
        model: The model.
        tokenizer: Its tokenizer. It neither truncates nor pads.
        spec: What the model takes in.
    """

    name: str
    model: "SentenceTransformer"
    tokenizer: Tokenizer
    spec: ModelSpec

    def encoder(self, fingerprint: str | None = None) -> Encoder:
        """Make an encoder of the model.

        Args:
            fingerprint: The fingerprint of an encoder that agrees with the reference and that the
                reference stands in for. None takes the reference's own.

        Returns:
            The encoder: of sentences in context where the model averages its tokens, and of single
            sentences where it does not.
        """
        method = METHOD if self.mean_pools() else "a sentence at a time"
        own = f"{self.name}|{versions(*LIBRARIES)}|fp32|{method}|{self.spec.window}"
        if self.mean_pools():
            return PooledEncoder(
                self.tokenizer,
                _token_sums(self.model),
                self.spec,
                fingerprint=fingerprint or own,
            )
        encode = partial(self.model.encode, batch_size=1, show_progress_bar=False)
        prompt = self.tokenizer.encode(self.spec.passage_prompt, add_special_tokens=False)
        return SentenceEncoder(
            self.tokenizer,
            partial(encode, prompt=self.spec.passage_prompt),
            partial(encode, prompt=self.spec.question_prompt),
            window=self.spec.window - len(prompt.ids),
            dimension=self.spec.dimension,
            fingerprint=fingerprint or own,
        )

    def mean_pools(self) -> bool:
        """Return whether a text's vector is the mean of its tokens' vectors, normalized or not."""
        from sentence_transformers.sentence_transformer.modules import (
            Normalize,
            Pooling,
            Transformer,
        )

        modules = list(self.model)
        return (
            len(modules) > 1
            and isinstance(modules[0], Transformer)
            and isinstance(modules[1], Pooling)
            and modules[1].pooling_mode == "mean"
            and modules[1].include_prompt
            and all(isinstance(module, Normalize) for module in modules[2:])
        )


def load_reference(source: LocalModel) -> Reference:
    """Load a model with PyTorch, which takes seconds.

    Args:
        source: The model.

    Returns:
        The loaded model.

    Raises:
        ModelError: The model is damaged, or does not state its window or its dimension.
    """
    model, tokenizer = _load(source.folder)
    window, dimension = model.max_seq_length, model.get_embedding_dimension()
    if window is None or dimension is None:
        raise ModelError(
            f"The model in {source.folder} does not state how many tokens it takes, or how long "
            "its vectors are. Name another model, or leave WHEREIN_MODEL unset for the bundled "
            "model."
        )
    passage_prompt = next(
        (p for n in ("document", "passage", "corpus") if (p := model.prompts.get(n))), ""
    )
    question_prompt = model.prompts.get("query") or ""
    spec = ModelSpec(window, dimension, passage_prompt, question_prompt)
    return Reference(source.name, model, tokenizer, spec)


def _load(folder: Path) -> "tuple[SentenceTransformer, Tokenizer]":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # One thread, because the order of summation depends on the number of threads, and because
    # threads that wait for each other are slow on a busy machine.
    torch.set_num_threads(1)
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
        model.float()  # the stored weights may have another precision
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


def _token_sums(model: "SentenceTransformer") -> TokenSums:
    import torch

    transformer = model[0]

    def token_vectors(ids: Sequence[int]) -> Vectors:
        with torch.inference_mode():
            batch = torch.tensor([ids])
            features = {"input_ids": batch, "attention_mask": torch.ones_like(batch)}
            vectors: Vectors = transformer(features)["token_embeddings"][0].numpy()
        return vectors

    return one_window_at_a_time(token_vectors)
