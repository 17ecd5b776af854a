"""Tests of `wherein search`: what it prints of hits, conditions, verdicts and further pages."""

import json
from pathlib import Path

import pytest

from tests.conftest import FolderMaker
from tests.search.cli.conftest import Command


@pytest.fixture
def search(command: Command, seed_instance: Path) -> Command:
    """Searches the seed articles and returns what is printed."""

    def run(*arguments: str) -> tuple[int, str, str]:
        return command("search", "--instance", str(seed_instance), *arguments)

    return run


def test_a_list_item_is_shown_under_the_line_that_leads_to_the_list(
    compiled_instance: Path, make_folder: FolderMaker, command: Command
) -> None:
    assert compiled_instance.exists()
    lead_in = "The Commission recommends:"
    items = ["1. A new wall for the harbour.", "2. A light at the end of the wall."]
    lines = ["The harbour wall broke in the spring of that year.", lead_in, *items]
    folder = make_folder({"report.txt": "\n".join(lines)})
    assert command("reindex", str(folder))[0] == 0

    question = "which light does the Commission recommend"
    best = json.loads(command("search", question, "--json")[1])["hits"][0]
    assert best["text"] == items[1]
    assert best["source"]["section"] == [lead_in]
    _, out, _ = command("search", question)
    assert f"1. report.txt\n   report.txt:4\n   {lead_in}\n   {items[1]}\n" in out

    answer = json.loads(command("search", lead_in, "--json")[1])
    assert answer["hits"][0]["text"] == lead_in
    assert {hit["text"] for hit in answer["hits"]} >= set(items)


@pytest.mark.parametrize(
    ("flags", "where"),
    [((), "in the documents"), (("--source", "00*"), "that meets these conditions")],
)
def test_the_first_line_says_that_nothing_answers(
    flags: tuple[str, ...], where: str, search: Command
) -> None:
    _, out, _ = search("who is the president of France", *flags)
    first, _, second = out.splitlines()[:3]
    assert first == f"Nothing {where} answers this. The closest passages:"
    assert second.startswith("1. ")


def test_conditions_in_the_question_are_applied_and_listed(search: Command) -> None:
    code, out, _ = search("--limit", "20", 'visit "Vladimir Putin" -Kyodo file:00')
    assert code == 0
    conditions, *hits = out.split("\n\n")
    assert conditions == "Understood: exact words “Vladimir Putin”, without “Kyodo”, in file 00."
    assert len(hits) > 3
    assert all("Vladimir Putin" in hit and "Kyodo" not in hit for hit in hits)


def test_a_question_of_conditions_alone_is_refused(search: Command) -> None:
    code, _, err = search("file:00 -Kyodo ")
    assert code == 2
    assert "QUESTION has conditions but no words to search for" in err


def test_an_offset_continues_where_the_first_page_ended(search: Command) -> None:
    def printed(*flags: str) -> str:
        code, out, _ = search("Putin in China", *flags)
        assert code == 0
        return out.rstrip("\n")

    total = json.loads(printed("--json", "--offset", "2"))["total"]
    first, more = printed("--limit", "2").rsplit("\n\n", 1)
    assert more == f"2 of {total} passages; to see more, add --offset 2"
    second, more = printed("--limit", "2", "--offset", "2").rsplit("\n\n", 1)
    assert second.startswith("3. ")
    assert f"{first}\n\n{second}\n\n{more}" == printed("--limit", "4")
    last = printed("--offset", str(total - 1))
    assert last.startswith(f"{total}. ")
    assert "to see more" not in last
    beyond = printed("--offset", str(total))
    assert beyond == f"The offset is too large: there are {total} passages in all."


def test_the_day_of_publication_stands_beside_the_title(search: Command) -> None:
    _, out, _ = search("when does the fifth term of Putin begin", "--limit", "1")
    assert out.startswith("1. Putin says plans to visit China next month, 26 April 2024\n")


def test_an_explanation_adds_up_to_the_score(search: Command) -> None:
    _, out, _ = search("when did Putin visit China", "--limit", "1", "--explain")
    (line,) = (line for line in out.splitlines() if line.startswith("   score "))
    total, parts = line.removeprefix("   score ").split(" = ")
    numbers = [float(part.split(" (")[0].rsplit(" ", 1)[1]) for part in parts.split(" + ")]
    assert len(numbers) == 4
    assert sum(numbers) == pytest.approx(float(total), abs=0.03)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--date-from", "2024-02-31"], "--date-from is '2024-02-31'; it takes a"),
        (["--source", "../a"], "--source is '../a'; it takes a path"),
        (
            ["--published-from", "2024", "--published-to", "2023"],
            "--published-from is after --published-to; it takes a day no later than --published",
        ),
    ],
)
def test_a_bad_filter_is_named_by_its_flag(
    arguments: list[str], message: str, command: Command
) -> None:
    code, _, err = command("search", "who", *arguments)
    assert code == 2
    assert message in err
