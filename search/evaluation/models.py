"""A model that is loaded once, for building the index of a question set and for asking it."""

from dataclasses import dataclass

from wherein.index.encoding.encoder import Encoder, full_name


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model whose encoder is in memory already.

    Attributes:
        name: The name of the model.
        encoder: The encoder.
    """

    name: str
    encoder: Encoder

    def prepare(self) -> str:
        """Return the full name of the encoder. There is nothing to prepare."""
        return full_name(self.encoder)

    def load(self) -> Encoder:
        """Return the encoder."""
        return self.encoder
