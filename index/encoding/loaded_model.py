"""A model whose encoder is in memory already, for building several indexes with it."""

from dataclasses import dataclass

from wherein.index.encoding.protocols import Encoder, PreparedModel, full_name


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model whose encoder is in memory already.

    Attributes:
        name: The name of the model.
        encoder: The encoder.
    """

    name: str
    encoder: Encoder

    def prepare(self) -> PreparedModel:
        """Return the model at once: there is nothing to prepare."""
        return PreparedModel(full_name(self.encoder), lambda: self.encoder)
