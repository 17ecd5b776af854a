"""The entry point of the command `wherein`."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from wherein.index.errors import FolderError, WhereinError
from wherein.search.cli import check, evaluate, reindex, search, serve
from wherein.search.cli.parser import CommandParser, ShowVersion
from wherein.search.settings import Settings, SettingsError

_COMMANDS = (reindex, serve, search, check, evaluate)

_INTERRUPTED = 130  # 128 + SIGINT, as shells report it
_BROKEN_PIPE = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command of `wherein`.

    Args:
        arguments: The command line without the program's name; None reads `sys.argv`.

    Returns:
        The exit code.
    """
    return run(_parser(), arguments)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run the function that the parser sets as `run`, with the settings and the parsed flags.

    Errors of ours are printed to standard error, without a traceback.

    Args:
        parser: A parser whose default `run` is a function of `Settings` and `Namespace`.
        arguments: The command line without the program's name; None reads `sys.argv`.

    Returns:
        The exit code: 2 for a wrong flag, setting or folder, 1 for any other error of ours.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    flags = parser.parse_args(arguments)
    try:
        settings = Settings.read(os.environ, vars(flags))
        code: int = flags.run(settings, flags)
    except (FolderError, SettingsError) as error:
        print(f"wherein: {error}", file=sys.stderr)
        return 2
    except WhereinError as error:
        print(f"wherein: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("wherein: Interrupted. Passages that are encoded already are kept.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has closed the pipe. Without this, Python would report the
        # error again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="wherein",
        description="Answers a question with the passages of your own documents.",
    )
    parser.add_argument(
        "--version", action=ShowVersion, nargs=0, help="show the program's version and exit"
    )
    # The command is not required: otherwise a mistyped flag in its place would be reported as a
    # missing command.
    commands = parser.add_subparsers(metavar="COMMAND")
    parser.set_defaults(run=lambda *_: parser.error("a COMMAND is missing"))
    for command in _COMMANDS:
        command.add_command(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
