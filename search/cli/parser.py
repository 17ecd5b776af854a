"""The parser of a command line that names the nearest flag or command where one is mistyped."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose complaints name what was probably meant.

    From Python 3.14 on argparse does this for commands, by `suggest_on_error`, but not for flags.
    """

    # typeshed has overloads by the kind of namespace; ours is always argparse's own.
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Each parser, also that of a command, refuses what it does not know."""
        known, others = super().parse_known_args(args, namespace)
        if others:
            self.error(f"unrecognized arguments: {' '.join(others)}{self._flags_meant(others)}")
        return known, others

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed. "-harbour" was read as -h with a value, and -h takes none."""
        if "ignored explicit argument" in message and self._asks():
            message += "; a question with a word that begins with - goes in quotes"
        super().error(message)

    def _asks(self) -> bool:
        return any(action.dest == "question" for action in self._actions)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Raises ArgumentError where the value is none of the choices."""
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            listed = ", ".join(choices)
            wrong = f"there is no {value!r}{_meant(str(value), choices)} (choose from {listed})"
            raise argparse.ArgumentError(action, wrong)

    def _flags_meant(self, texts: list[str]) -> str:
        names = [text.partition("=")[0] for text in texts if text.startswith("-")]
        meant = (_meant(name, list(self._option_string_actions)) for name in names)
        return next(filter(None, meant), "") or self._word_left_out(names)

    def _word_left_out(self, names: list[str]) -> str:
        """What to do where a question leaves out a word, which the shell hands over as a flag."""
        words = [name for name in names if not name.startswith("--")]
        return f"; a question with {words[0]} goes in quotes" if words and self._asks() else ""


class ShowVersion(argparse.Action):
    """Prints the version of the installed package, and ends the process.

    argparse's own action takes the version as text; finding it takes as long as all the rest.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"{parser.prog} {version('wherein')}\n")
        parser.exit()


def _meant(typed: str, known: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(typed, known, n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""
