"""Question sets in both layouts, and `wherein evaluate` with the fake model."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FakeModel
from tests.search.evaluation.sets import CORPUS, QUESTIONS, Lines, jsonl
from wherein.search.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def beir_set(tmp_path: Path) -> Path:
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    queries: Lines = [{"_id": name, "text": text} for name, (text, _) in QUESTIONS.items()]
    judgements = [
        f"{name}\t{entry}\t{grade}\n"
        for name, (_, grades) in QUESTIONS.items()
        for entry, grade in grades.items()
    ]
    (folder / "corpus.jsonl").write_text(jsonl(CORPUS))
    (folder / "queries.jsonl").write_text(jsonl(queries))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judgements))
    return folder


@pytest.fixture
def folder_set(tmp_path: Path) -> Path:
    folder = tmp_path / "sets" / "mine"
    (folder / "documents").mkdir(parents=True)
    news = "Tea was late this year in all of the hills.\n\nRain came to the hills in March.\n"
    (folder / "documents" / "news.txt").write_text(news)
    (folder / "documents" / "other.txt").write_text("Rain came to the plains in May of that year.")
    (folder / "documents" / "bad.txt").write_bytes(b"")
    march = "Rain came to the hills in March."
    questions: Lines = [
        {"id": "1", "question": "tea", "source": "news.txt", "quote": "Tea was late this year"},
        {"id": "2", "question": "rain in May", "source": "news.txt", "quote": march},
        {"id": "3", "question": "rain in March?", "answers": ["the plains"]},
        {"id": "4", "question": "rain", "source": "gone.txt"},
        {"id": "5", "question": "china", "unanswerable": "absent"},
        {"id": "6", "question": "rain in June", "unanswerable": "near"},
    ]
    (folder / "questions.jsonl").write_text(jsonl(questions))
    return folder


@pytest.fixture
def run(
    instance: Path,
    tmp_path: Path,
    fake_model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `wherein evaluate` with the fake model: its exit code, output and messages."""
    monkeypatch.setenv("WHEREIN_INSTANCE", str(instance))
    monkeypatch.setenv("WHEREIN_EVAL", str(tmp_path / "sets"))
    use_model(monkeypatch, fake_model)

    def evaluate(*arguments: str) -> tuple[int, str, str]:
        code = main(["evaluate", *arguments])
        return (code, *capsys.readouterr())

    return evaluate


def use_model(monkeypatch: pytest.MonkeyPatch, model: FakeModel) -> None:
    """Let the commands use a model in place of the one of the settings."""
    monkeypatch.setattr("wherein.search.cli.models.indexing_model", lambda _: model)
