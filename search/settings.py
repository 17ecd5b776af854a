"""The settings, and the only reader of the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from index.errors import WhereinError

DEVICES = ("auto", "cpu", "cuda")


class SettingsError(WhereinError):
    """A setting has a value that it cannot take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable WHEREIN_<FIELD>; a flag of the command goes first.

    `documents` is the folder to index; None is the one that was indexed last, at first `seeds`.
    `model` is a folder, or a sentence-transformers name that is in the local cache; None is the
    bundled model. `device` is one of DEVICES and encodes passages; `auto` is a GPU where PyTorch
    has one, and the processor elsewhere. `eval` is the folder of question sets, for measuring.
    """

    documents: Path | None = None
    instance: Path = Path("instance")
    model: str | None = None
    device: str = "auto"
    host: str = "127.0.0.1"
    port: int = 8000
    eval: Path | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, object]) -> "Settings":
        """Settings from the flags that are not None, then the environment, then the defaults."""
        values: dict[str, object] = {}
        for field in fields(cls):
            flag = flags.get(field.name)
            values[field.name] = environment.get(f"WHEREIN_{field.name.upper()}") or None
            if flag not in (None, ""):
                values[field.name] = flag
        given = {name: value for name, value in values.items() if value is not None}
        for name in given.keys() & {"documents", "instance", "eval"}:
            given[name] = Path(str(given[name]))
        if "port" in given:
            given["port"] = _port(given["port"])
        if given.get("device", "auto") not in DEVICES:
            raise SettingsError(f"The device is {given['device']!r}; it takes auto, cpu or cuda.")
        return cls(**given)  # type: ignore[arg-type]


def _port(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise SettingsError(f"The port is {text!r}; it takes a number from 0 to 65535.")
    return int(text)
