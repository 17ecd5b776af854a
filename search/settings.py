"""The settings, and the only reader of the environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from wherein.index.encoding.cores import cores
from wherein.index.errors import WhereinError

DEVICES = ("auto", "cpu", "cuda")
_MOST_PROCESSES = 64


def _default_processes() -> int:
    """Two keep two cores busy, and take twice the memory of one."""
    return min(2, cores()) if sys.platform == "linux" else 1


class SettingsError(WhereinError):
    """A setting has a value that it cannot take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable WHEREIN_<FIELD>; a flag of the command goes first.

    `documents` is the folder to index; None is the one that was indexed last, at first `seeds`.
    `model` is a folder, or a sentence-transformers name that is in the local cache; None is the
    bundled model. `device` is one of DEVICES and encodes passages; `auto` is a GPU where PyTorch
    has one, and the processor elsewhere. `eval` is the folder of question sets, for measuring.
    `processes` is how many serve: see `wherein.search.server.prefork`.
    """

    documents: Path | None = None
    instance: Path = Path("instance")
    model: str | None = None
    device: str = "auto"
    host: str = "127.0.0.1"
    port: int = 8000
    eval: Path | None = None
    processes: int = field(default_factory=_default_processes)

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, object]) -> "Settings":
        """Settings from the flags that are not None, then the environment, then the defaults."""
        values: dict[str, object] = {}
        for name in (setting.name for setting in fields(cls)):
            flag = flags.get(name)
            values[name] = environment.get(f"WHEREIN_{name.upper()}") or None
            if flag not in (None, ""):
                values[name] = flag
        given = {name: value for name, value in values.items() if value is not None}
        for name in given.keys() & {"documents", "instance", "eval"}:
            given[name] = Path(str(given[name]))
        if "port" in given:
            given["port"] = _port(given["port"])
        if "processes" in given:
            given["processes"] = _processes(given["processes"])
        if given.get("device", "auto") not in DEVICES:
            raise SettingsError(f"The device is {given['device']!r}; it takes auto, cpu or cuda.")
        return cls(**given)  # type: ignore[arg-type]


def _port(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise SettingsError(f"The port is {text!r}; it takes a number from 0 to 65535.")
    return int(text)


def _processes(value: object) -> int:
    text = str(value)
    most = _MOST_PROCESSES if hasattr(os, "fork") else 1
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= most):
        raise SettingsError(f"The number of processes is {text!r}; it takes one from 1 to {most}.")
    return int(text)
