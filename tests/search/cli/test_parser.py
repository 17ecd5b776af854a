"""Tests of the parser: a mistyped command or flag is reported with the nearest one."""

import pytest

from tests.search.cli.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serch", "who"], "wherein: error: argument COMMAND: there is no 'serch'; did you mean s"),
        (["quantify"], "there is no 'quantify' (choose from reindex, serve, search, check, evalua"),
        (["--verison"], "wherein: error: unrecognized arguments: --verison; did you mean --versio"),
        (["search", "who", "--limt=3"], "wherein search: error: unrecognized arguments: --limt=3"),
        (["search", "who", "--limt", "3"], "--limt 3; did you mean --limit?"),
        (["search", "leak", "-dredge"], "-dredge; put quotes around a question with -dredge"),
        (
            ["search", "leak", "-harbour"],
            "'arbour'; put quotes around a question with a word that begins with -",
        ),
        (["check", "--zzz"], "wherein check: error: unrecognized arguments: --zzz\n"),
        ([], "wherein: error: a COMMAND is missing\n"),
    ],
)
def test_a_mistyped_command_or_flag_is_reported_with_the_nearest_one(
    arguments: list[str], message: str, command: Command
) -> None:
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("number", ["0", "-1", "ten", "٣", "1e3"])
def test_a_number_of_questions_must_be_a_whole_number_from_1(number: str, command: Command) -> None:
    code, _, err = command("evaluate", "any", "--limit", number)
    assert code == 2
    assert "is not a whole number from 1 on" in err


@pytest.mark.parametrize("name", ["reindex", "serve", "search", "check", "evaluate"])
def test_each_command_has_help(name: str, command: Command) -> None:
    code, out, _ = command(name, "--help")
    assert code == 0
    assert out.startswith(f"usage: wherein {name} ")
