"""A model as sentence-transformers runs it, with PyTorch: what a compiled one is checked against.

It is also the encoder where a model cannot be compiled.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.encoder import (
    ENCODING,
    Encoder,
    Intake,
    PooledEncoder,
    SentenceEncoder,
    TokenSums,
    one_by_one,
)
from wherein.index.encoding.model_files import LocalModel, versions
from wherein.index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LIBRARIES = ("sentence-transformers", "tokenizers", "torch", "transformers")
"""Their versions decide the last digits of a vector."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A model that sentence-transformers has loaded. `tokenizer` neither cuts nor pads."""

    name: str
    model: "SentenceTransformer"
    tokenizer: Tokenizer
    intake: Intake

    def encoder(self) -> Encoder:
        """The encoder made of it."""
        way = ENCODING if self.mean_pools() else "a sentence at a time"
        window = self.intake.window
        fingerprint = f"{self.name}|{versions(*LIBRARIES)}|fp32|{way}|{window}"
        if self.mean_pools():
            return PooledEncoder(
                self.tokenizer,
                _token_sums(self.model),
                fingerprint=fingerprint,
                **asdict(self.intake),
            )
        encode = partial(self.model.encode, batch_size=1, show_progress_bar=False)
        prompt = self.tokenizer.encode(self.intake.passage_prompt, add_special_tokens=False)
        return SentenceEncoder(
            self.tokenizer,
            partial(encode, prompt=self.intake.passage_prompt),
            partial(encode, prompt=self.intake.question_prompt),
            window=window - len(prompt.ids),
            dimension=self.intake.dimension,
            fingerprint=fingerprint,
        )

    def mean_pools(self) -> bool:
        """Whether a text's vector is the mean of its tokens' vectors, at most normalised after."""
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
    """Load a model, which takes seconds. Raises ModelError where it cannot be loaded."""
    model, tokenizer = _load(source.folder)
    window, dimension = model.max_seq_length, model.get_embedding_dimension()
    if window is None or dimension is None:
        raise ModelError(f"The model in {source.folder} does not say how much text it takes.")
    passage_prompt = next(
        (p for n in ("document", "passage", "corpus") if (p := model.prompts.get(n))), ""
    )
    question_prompt = model.prompts.get("query") or ""
    intake = Intake(window, dimension, passage_prompt, question_prompt)
    return Reference(source.name, model, tokenizer, intake)


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
        model.float()  # whatever precision its weights are stored in
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

    return one_by_one(token_vectors)
