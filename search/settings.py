"""The settings, as a table. A flag goes before the environment, and that before the default."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wherein.index.encoding.cores import cores
from wherein.index.errors import WhereinError

DEVICES = ("auto", "cpu", "cuda")
_MAX_PROCESSES = 64


class SettingsError(WhereinError):
    """A setting has a value that it cannot take."""


def _default_processes() -> int:
    """Return 2 where Linux has two cores: two processes take twice the memory of a single one."""
    return min(2, cores()) if sys.platform == "linux" else 1


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server listens, and how many processes answer.

    Attributes:
        host: The name or address to listen on.
        port: The port; 0 lets the system choose a free port.
        processes: The number of server processes.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = field(default_factory=_default_processes)


@dataclass(frozen=True, slots=True)
class Settings:
    """The value of every setting in `SETTINGS`, which says what each of them means.

    Attributes:
        documents: The folder to index; None is the folder that was indexed last.
        instance: The folder that holds the index.
        model: The folder or name of a model; None is the bundled model.
        device: One of DEVICES.
        eval: The folder of question sets, if any.
        server: The settings of the server.
    """

    documents: Path | None = None
    instance: Path = Path("instance")
    model: str | None = None
    device: str = "auto"
    eval: Path | None = None
    server: ServerSettings = field(default_factory=ServerSettings)

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, object]) -> "Settings":
        """Read the settings from flags, then the environment, then the defaults.

        Args:
            environment: The environment variables. An empty variable counts as unset.
            flags: The values of flags by the names of settings. None and "" count as unset.

        Returns:
            The settings, with every value checked.

        Raises:
            SettingsError: A value cannot be used.
        """
        values: dict[str, object] = {}
        for setting in SETTINGS:
            flag = flags.get(setting.name)
            given = environment.get(setting.variable) if flag in (None, "") else flag
            if given not in (None, ""):
                values[setting.name] = setting.parse(str(given))
        of_server = {name: values.pop(name) for name in _SERVER_FIELDS & values.keys()}
        server = ServerSettings(**of_server)  # type: ignore[arg-type]
        return cls(**values, server=server)  # type: ignore[arg-type]


_SERVER_FIELDS = frozenset(ServerSettings.__dataclass_fields__)


def _parse_device(text: str) -> str:
    if text not in DEVICES:
        raise SettingsError(f"The device {text!r} is unknown. Use auto, cpu or cuda.")
    return text


def _parse_port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise SettingsError(f"The port {text!r} is not valid. Use a number from 0 to 65535.")
    return int(text)


def _parse_processes(text: str) -> int:
    most = _MAX_PROCESSES if hasattr(os, "fork") else 1
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= most):
        raise SettingsError(
            f"The number of processes {text!r} is not valid. Use a number from 1 to {most}."
        )
    return int(text)


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table of settings.

    Attributes:
        name: The field of `Settings` or `ServerSettings`.
        flag: The flag or the argument of the command line; None if only the environment has it.
        default: The default, in words.
        meaning: What the setting is for.
        parse: Checks and converts a text. Raises SettingsError.
    """

    name: str
    flag: str | None
    default: str
    meaning: str
    parse: Callable[[str], object]

    @property
    def variable(self) -> str:
        """Return the environment variable."""
        return f"WHEREIN_{self.name.upper()}"


SETTINGS = (
    Setting(
        "documents",
        "reindex FOLDER",
        "the folder that was indexed last, at first `seeds`",
        "the folder of documents",
        Path,
    ),
    Setting("instance", "--instance", "`instance`", "the folder that holds the index", Path),
    Setting(
        "model",
        "--model",
        "the bundled all-MiniLM-L6-v2",
        "a model: its folder, or its sentence-transformers name in the local cache",
        str,
    ),
    Setting(
        "device",
        "--device",
        "`auto`",
        "what encodes passages: `cpu`, `cuda`, or `auto`, a GPU if PyTorch can use one",
        _parse_device,
    ),
    Setting("host", "--host", "`127.0.0.1`", "the address that the server listens on", str),
    Setting("port", "--port", "`8000`", "the port that the server listens on", _parse_port),
    Setting(
        "processes",
        "--processes",
        "2 on Linux with two cores or more, else 1",
        "the number of server processes",
        _parse_processes,
    ),
    Setting("eval", None, "none", "the folder of question sets for `wherein evaluate`", Path),
)
"""Every setting. The documentation has the same table."""


def settings_table() -> str:
    """Format the settings as a Markdown table, as the documentation shows it."""
    rows = [
        ("variable", "flag", "what", "default"),
        ("---",) * 4,
        *(
            (f"`{s.variable}`", f"`{s.flag}`" if s.flag else "", s.meaning, s.default)
            for s in SETTINGS
        ),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
