"""The command `wherein`, run as a process where its exit code and its streams matter."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import ROOT, FolderMaker
from wherein.search.cli.main import main


def surroundings(instance: Path) -> dict[str, str]:
    """The environment, without what the developer has set for Wherein."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("WHEREIN_")}
    return others | {"WHEREIN_INSTANCE": str(instance)}


def run(*arguments: str, instance: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "wherein.search.cli.main", *arguments],
        env=surroundings(instance) | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_missing_folder_is_a_message_with_the_remedy(instance: Path, tmp_path: Path) -> None:
    missing = tmp_path / "nope"
    done = run("reindex", str(missing), instance=instance)
    assert done.returncode == 2
    assert done.stderr.startswith(f"wherein: There is no folder {missing}. Name the folder")
    assert "Traceback" not in done.stderr
    assert not instance.exists()


def test_a_folder_without_documents_is_a_message_that_lists_what_was_skipped(
    instance: Path, make_folder: FolderMaker
) -> None:
    folder = make_folder(
        {"empty.txt": b"", "picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0", "a.xyz": b"a"}
    )
    done = run("reindex", str(folder), instance=instance)
    assert done.returncode == 2
    assert f"{folder} holds no document that can be read." in done.stderr
    for reason in (
        "empty.txt: it is empty",
        "picture.txt: it holds binary data",
        "a.xyz: no reader",
    ):
        assert reason in done.stderr


def test_searching_before_indexing_says_how_to_index(instance: Path) -> None:
    for command in (["search", "who"], ["check"]):
        done = run(*command, instance=instance)
        assert done.returncode == 1
        assert "Nothing has been indexed yet" in done.stderr
        assert "wherein reindex FOLDER" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_document_is_indexed_found_changed_and_gone(
    compiled_instance: Path, make_folder: FolderMaker
) -> None:
    instance = compiled_instance
    folder = make_folder({"a.txt": "The treaty was signed in Vienna by all of them.\n"})
    first = run("reindex", str(folder), instance=instance)
    assert first.returncode == 0, first.stderr
    assert (
        "  added    a.txt\n1 added, 0 changed, 0 unchanged, 0 removed, 0 skipped." in first.stdout
    )
    assert "1 passages: 1 encoded, 0 reused" in first.stdout

    make_folder({"b/c.txt": "The harvest failed in the hills, and prices rose.\n", "bad.txt": b""})
    second = run("reindex", str(folder), instance=instance)
    assert "  added    b/c.txt\n  skipped  bad.txt: it is empty\n" in second.stdout
    assert "2 passages: 1 encoded, 1 reused" in second.stdout

    answer = json.loads(run("search", "--json", "why did prices rise", instance=instance).stdout)
    assert answer["hits"][0]["source"]["path"] == "b/c.txt"
    assert "b/c.txt:1\n" in run("search", "why did prices rise", instance=instance).stdout
    within = ["search", "why did prices rise", "--source"]
    assert "b/c.txt" not in run(*within, "a.*", instance=instance).stdout
    nothing = run(*within, "c", instance=instance)
    assert (nothing.returncode, nothing.stdout) == (0, "No document meets these conditions.\n")

    (folder / "b" / "c.txt").unlink()
    third = run("reindex", str(folder), instance=instance)
    assert "  removed  b/c.txt\n" in third.stdout
    assert "1 passages: 0 encoded, 1 reused" in third.stdout
    gone = json.loads(run("search", "--json", "why did prices rise", instance=instance).stdout)
    assert "b/c.txt" not in {hit["source"]["path"] for hit in gone["hits"]}

    # The folder that was indexed last is the one that is meant where none is named.
    assert "Nothing to do" in run("reindex", instance=instance).stdout


def test_an_item_of_a_list_answers_and_is_shown_under_the_line_that_leads_to_it(
    compiled_instance: Path, make_folder: FolderMaker
) -> None:
    lead_in = "The Commission recommends:"
    items = ["1. A new wall for the harbour.", "2. A light at the end of the wall."]
    lines = ["The harbour wall broke in the spring of that year.", lead_in, *items]
    folder = make_folder({"report.txt": "\n".join(lines)})
    assert run("reindex", str(folder), instance=compiled_instance).returncode == 0

    asked = ("search", "which light does the Commission recommend")
    answer = json.loads(run(*asked, "--json", instance=compiled_instance).stdout)
    best = answer["hits"][0]
    assert best["text"] == items[1]
    assert best["source"]["section"] == [lead_in]
    printed = run(*asked, instance=compiled_instance).stdout
    assert f"1. report.txt\n   report.txt:4\n   {lead_in}\n   {items[1]}\n" in printed

    answer = json.loads(run("search", lead_in, "--json", instance=compiled_instance).stdout)
    assert answer["hits"][0]["text"] == lead_in
    assert {hit["text"] for hit in answer["hits"]} >= set(items)


@pytest.mark.parametrize(
    ("flags", "where"),
    [((), "in the documents"), (("--source", "00*"), "that meets these conditions")],
)
def test_the_command_says_that_nothing_answers(
    flags: tuple[str, ...], where: str, seed_instance: Path
) -> None:
    done = run("search", "who is the president of France", *flags, instance=seed_instance)
    first, _, second = done.stdout.splitlines()[:3]
    assert first == f"Nothing {where} answers this. The closest passages:"
    assert second.startswith("1. ")


def test_the_command_understands_conditions_and_says_so(
    seed_instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["search", "--instance", str(seed_instance), "--limit", "20"]
    assert main([*command, 'visit "Vladimir Putin" -Kyodo file:00']) == 0
    said, *hits = capsys.readouterr().out.split("\n\n")
    assert said == "Understood: exact words “Vladimir Putin”, without “Kyodo”, in file 00."
    assert len(hits) > 3
    assert all("Vladimir Putin" in hit and "Kyodo" not in hit for hit in hits)
    assert main([*command, "file:00 -Kyodo "]) == 2
    assert "QUESTION has conditions and no words to look for" in capsys.readouterr().err


def test_an_offset_goes_on_where_the_first_answer_ended(
    seed_instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["search", "--instance", str(seed_instance), "Putin in China"]

    def printed(*flags: str) -> str:
        assert main([*command, *flags]) == 0
        return capsys.readouterr().out.rstrip("\n")

    total = json.loads(printed("--json", "--offset", "2"))["total"]
    first, more = printed("--limit", "2").rsplit("\n\n", 1)
    assert more == f"2 of {total} passages; go on with --offset 2"
    second, more = printed("--limit", "2", "--offset", "2").rsplit("\n\n", 1)
    assert second.startswith("3. ")
    assert f"{first}\n\n{second}\n\n{more}" == printed("--limit", "4")
    last = printed("--offset", str(total - 1))
    assert last.startswith(f"{total}. ")
    assert "go on with" not in last
    beyond = printed("--offset", str(total))
    assert beyond == f"There are no passages that far down; {total} in all."


def test_the_day_of_publication_stands_beside_the_title(
    seed_instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "when does the fifth term of Putin begin"
    assert main(["search", "--instance", str(seed_instance), question, "--limit", "1"]) == 0
    title = "1. Putin says plans to visit China next month, 26 April 2024\n"
    assert capsys.readouterr().out.startswith(title)


def test_the_version_is_that_of_the_installed_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"wherein {version('wherein')}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serch", "who"], "wherein: error: argument COMMAND: there is no 'serch'; did you mean s"),
        (["quantify"], "there is no 'quantify' (choose from reindex, serve, search, check, evalua"),
        (["--verison"], "wherein: error: unrecognized arguments: --verison; did you mean --versio"),
        (["search", "who", "--limt=3"], "wherein search: error: unrecognized arguments: --limt=3"),
        (["search", "who", "--limt", "3"], "--limt 3; did you mean --limit?"),
        (["search", "leak", "-dredge"], "-dredge; a question with -dredge goes in quotes"),
        (
            ["search", "leak", "-harbour"],
            "'arbour'; a question with a word that begins with - goes in",
        ),
        (["check", "--zzz"], "wherein check: error: unrecognized arguments: --zzz\n"),
        ([], "wherein: error: a COMMAND is missing\n"),
    ],
)
def test_a_mistyped_command_or_flag_is_told_with_the_nearest_one(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_check_names_the_file_that_is_damaged(instance: Path, seed_instance: Path) -> None:
    from shutil import copytree

    copytree(seed_instance, instance)
    assert "is whole: 5 documents" in run("check", instance=instance).stdout
    (file,) = instance.glob("snapshots/*/vectors/stored.faiss")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    done = run("check", instance=instance)
    assert done.returncode == 1
    assert f"{file} is damaged" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", ""], "QUESTION is empty"),
        (["search", "\udcff"], "QUESTION has bytes that are no UTF-8"),
        (["search", "a", "--instance", "README.md"], "README.md cannot be read as an index"),
        (["search", "a", "--limit", "0"], "limit is '0'; it takes a whole number from 1 to 100."),
        (["search", "a", "--offset", "-1"], "offset is '-1'; it takes a whole number from 0 to"),
        (["serve", "--port", "http"], "The port is 'http'; it takes a number"),
        (["serve", "--host", "256.1.1.1"], "Cannot serve on 256.1.1.1 port 8000"),
        (["reindex", "--model", "no-such-model"], "There is no model 'no-such-model'"),
    ],
)
def test_a_bad_argument_is_a_message_and_no_traceback(
    arguments: list[str], says: str, instance: Path
) -> None:
    done = run(*arguments, instance=instance)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--date-from", "2024-02-31"], "--date-from is '2024-02-31'; it takes a"),
        (["--source", "../a"], "--source is '../a'; it takes a path"),
        (["--source", "\udcff"], "--source is '\\udcff'; it takes a path"),
        (
            ["--published-from", "2024", "--published-to", "2023"],
            "--published-from is after --published-to; it takes a day no later than --published",
        ),
    ],
)
def test_a_bad_filter_is_named_by_its_flag(arguments: list[str], says: str, instance: Path) -> None:
    done = run("search", "who", *arguments, instance=instance)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_does_what_the_command_does(instance: Path, make_folder: FolderMaker) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reindex.py", str(make_folder({"a.txt": b""}))],
        env=surroundings(instance),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "holds no document that can be read" in done.stderr
