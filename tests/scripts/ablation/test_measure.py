"""Tests of the command that measures the ablation and writes its table."""

from pathlib import Path

import pytest

from scripts.ablation import measure
from scripts.ablation.table import BEGIN, END
from scripts.ablation.variants import ROWS
from tests.scripts.ablation.conftest import write_set
from wherein.index.encoding.loaded_model import LoadedModel

ALONE_ROW = "| a vector a sentence | each by itself, out of its context |"


@pytest.fixture
def page(
    instance: Path, tmp_path: Path, model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A page with the markers of the table. The command uses a model that is loaded already."""
    write_set(tmp_path / "sets")
    monkeypatch.setenv("WHEREIN_INSTANCE", str(instance))
    monkeypatch.setenv("WHEREIN_EVAL", str(tmp_path / "sets"))
    monkeypatch.setattr(measure, "loaded_model", lambda _: model)
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{BEGIN}old\n{END}\nafter é\n", encoding="utf-8")
    return page


def test_the_table_is_written_between_its_markers(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measure.main(["hills", "--write", str(page)]) == 0
    written = page.read_text(encoding="utf-8")
    assert measure.main(["hills"]) == 0
    out, _ = capsys.readouterr()
    assert written == f"# Before\n\n{BEGIN}{out}{END}\nafter é\n"
    head, _, shipped, *rows = out.splitlines()
    assert head == "| part | instead | hills | verdict |"
    assert shipped == "| as shipped |  | 1.0000 |  |"
    assert [row.split(" | ")[:2] for row in rows] == [
        [f"| {row.part}", row.instead] for row in ROWS
    ]
    assert f"{ALONE_ROW} 1.0000 0 (0, 0) | no better |" in out


def test_sentences_are_encoded_alone_for_the_named_sets_only(page: Path) -> None:
    assert measure.main(["hills", "--alone", "--write", str(page)]) == 0
    assert f"{ALONE_ROW} – | – |" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("page")
def test_names_without_accents_judge_only_the_folding_of_accents(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flags = ["--names", "hills", "--together", "hills", "--alone"]
    assert measure.main(["hills", *flags]) == 0
    head, _, shipped, *rows = capsys.readouterr().out.splitlines()
    names = "2 names of hills, typed without accents"
    assert head == f"| part | instead | hills | {names} | together | verdict |"
    assert shipped == "| as shipped |  | 1.0000 | 1.0000 | 1.0000 |  |"
    assert "| cosine | BM25 alone | 1.0000 0 (0, 0) |  | 1.0000 0 (0, 0) | drop |" in rows
    (folding,) = (row for row in rows if row.startswith("| ASCII folding"))
    assert folding.split(" | ")[3].startswith("1.0000 ")


def test_a_set_to_join_that_is_not_measured_is_refused(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert page
    assert measure.main(["hills", "--together", "hill"]) == 2
    assert "The set hill is not among the sets to measure" in capsys.readouterr().err


def test_a_page_without_markers_is_refused_before_anything_is_indexed(
    page: Path, capsys: pytest.CaptureFixture[str], instance: Path
) -> None:
    page.write_text("# Nothing here\n")
    assert measure.main(["hills", "--write", str(page)]) == 2
    assert "page.md has no place for the table" in capsys.readouterr().err
    assert not instance.exists()
    page.unlink()
    assert measure.main(["hills", "--write", str(page)]) == 2
    assert "page.md cannot be read" in capsys.readouterr().err


def test_a_set_without_answerable_questions_is_refused(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "sets" / "hills" / "questions.jsonl"
    questions.write_text('{"question": "who wrote in Latin", "unanswerable": "absent"}')
    assert measure.main(["hills", "--write", str(page)]) == 2
    assert "hills has no question that a passage could answer" in capsys.readouterr().err
