"""Loads the model that the settings name, for commands and scripts."""

import sys
from typing import TYPE_CHECKING

from wherein.search.settings import Settings

if TYPE_CHECKING:
    from wherein.index.build import Model
    from wherein.index.encoding.loaded_model import LoadedModel


def indexing_model(settings: Settings) -> "Model":
    """Return the model for building an index, on the device of the settings.

    The model is compiled when it is first loaded. A message on standard error says so.
    """
    from wherein.index.encoding.compiler import Compiler
    from wherein.index.encoding.gpu import model_on_device
    from wherein.index.encoding.model_files import find_model
    from wherein.index.encoding.onnx_model import MODELS

    def print_message(message: str) -> None:
        print(message, file=sys.stderr, flush=True)

    compiler = Compiler(find_model(settings.model), settings.instance / MODELS, print_message)
    return model_on_device(compiler, settings.device)


def loaded_model(settings: Settings) -> "LoadedModel":
    """Load the model of the settings with its encoder, for measuring."""
    from wherein.index.encoding.loaded_model import LoadedModel

    model = indexing_model(settings)
    return LoadedModel(model.name, model.prepare().load())
