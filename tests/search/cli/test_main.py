"""Tests of the entry point: exit codes, and messages instead of tracebacks."""

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import FolderMaker
from tests.search.cli.conftest import Command
from tests.search.cli.process import run


def test_version_is_that_of_the_installed_package(command: Command) -> None:
    assert command("--version") == (0, f"wherein {version('wherein')}\n", "")


@pytest.mark.parametrize("arguments", [("search", "who"), ("check",)])
def test_without_an_index_the_message_says_how_to_index(
    arguments: tuple[str, ...], command: Command
) -> None:
    code, _, err = command(*arguments)
    assert code == 1
    assert "Nothing has been indexed yet" in err
    assert "wherein reindex FOLDER" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", ""], "QUESTION is empty"),
        (["search", "a", "--instance", "README.md"], "README.md cannot be read as an index"),
        (["search", "a", "--limit", "0"], "limit is '0'; it takes a whole number from 1 to 100."),
        (["search", "a", "--offset", "-1"], "offset is '-1'; it takes a whole number from 0 to"),
        (["serve", "--port", "http"], "The port 'http' is not valid. Use a number"),
        (["reindex", "--model", "no-such-model"], "There is no model 'no-such-model'"),
    ],
)
def test_a_bad_argument_is_reported_in_a_message(
    arguments: list[str], message: str, command: Command
) -> None:
    code, _, err = command(*arguments)
    assert code in (1, 2)
    assert err.startswith("wherein: ")
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "\udcff"], "QUESTION has bytes that are not UTF-8"),
        (["search", "who", "--source", "\udcff"], "--source is '\\udcff'; it takes a path"),
        (["serve", "--host", "256.1.1.1"], "Cannot serve on 256.1.1.1 port 8000"),
    ],
)
def test_a_process_reports_a_bad_argument_without_a_traceback(
    arguments: list[str], message: str, instance: Path
) -> None:
    done = run(*arguments, instance=instance)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_reindex_is_the_command_reindex(
    instance: Path, make_folder: FolderMaker
) -> None:
    folder = make_folder({"a.txt": b""})
    done = run(str(folder), instance=instance, command=("scripts/reindex.py",))
    assert done.returncode == 2
    assert done.stderr == run("reindex", str(folder), instance=instance).stderr
