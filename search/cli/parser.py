"""A parser of command lines that suggests the nearest flag or command for a mistyped one."""

import argparse
import difflib
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from wherein.search.settings import SETTINGS, Settings

if TYPE_CHECKING:
    # argparse has no public name for the type of what `add_subparsers` returns.
    Commands = argparse._SubParsersAction["CommandParser"]  # noqa: SLF001

Run = Callable[[Settings, argparse.Namespace], int]
"""A command: returns its exit code."""


class CommandParser(argparse.ArgumentParser):
    """An ArgumentParser whose errors suggest what was probably meant.

    From Python 3.14 on, argparse suggests commands (`suggest_on_error`), but not flags.
    """

    # typeshed has overloads by the kind of namespace; ours is always argparse's own.
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse arguments, and refuse unknown ones, also those of a command."""
        known, others = super().parse_known_args(args, namespace)
        if others:
            self.error(f"unrecognized arguments: {' '.join(others)}{self._suggest_flag(others)}")
        return known, others

    def error(self, message: str) -> NoReturn:
        """Print an error and exit with code 2."""
        # argparse reads "-harbour" as the flag -h with a value, which -h does not take.
        if "ignored explicit argument" in message and self._takes_question():
            message += "; put quotes around a question with a word that begins with -"
        super().error(message)

    def _takes_question(self) -> bool:
        return any(action.dest == "question" for action in self._actions)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            suggestion, listed = _suggest(str(value), choices), ", ".join(choices)
            wrong = f"there is no {value!r}{suggestion} (choose from {listed})"
            raise argparse.ArgumentError(action, wrong)

    def _suggest_flag(self, texts: list[str]) -> str:
        names = [text.partition("=")[0] for text in texts if text.startswith("-")]
        suggestions = (_suggest(name, list(self._option_string_actions)) for name in names)
        return next(filter(None, suggestions), "") or self._suggest_quotes(names)

    def _suggest_quotes(self, names: list[str]) -> str:
        """Explain how to exclude a word, as in `-harbour`, which the shell passes like a flag."""
        words = [name for name in names if not name.startswith("--")]
        if not (words and self._takes_question()):
            return ""
        return f"; put quotes around a question with {words[0]}"


class ShowVersion(argparse.Action):
    """Prints the version of the installed package and exits.

    argparse's own action takes the version as a text. Finding that text would slow every command.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version and exit."""
        from importlib.metadata import version

        sys.stdout.write(f"{parser.prog} {version('wherein')}\n")
        parser.exit()


def add_command(
    commands: "Commands", name: str, run: Run, settings: Sequence[str]
) -> CommandParser:
    """Add a command with the flags of some settings.

    Args:
        commands: The commands of the main parser.
        name: The name of the command.
        run: The function to run. Its docstring is the help of the command.
        settings: The names of the settings that the command has flags for.

    Returns:
        The parser of the command, for further flags.
    """
    command = commands.add_parser(name, help=run.__doc__)
    command.set_defaults(run=run)
    for setting in SETTINGS:
        if setting.name in settings and setting.flag:
            what = f"{setting.meaning}; default: {setting.default}".replace("`", "")
            command.add_argument(setting.flag, dest=setting.name, metavar="VALUE", help=what)
    return command


def positive_integer(text: str) -> int:
    """Parse a whole number from 1 on, for `add_argument(type=...)`."""
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 9 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _suggest(typed: str, known: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(typed, known, n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""
