"""Tests of the cache of question vectors."""

import json
from pathlib import Path

import pytest

from tests.conftest import FakeModel
from tests.search.evaluation.conftest import Run, use_model
from tests.search.evaluation.sets import CORPUS, Lines, jsonl
from wherein.index.arrays import Vectors
from wherein.search.evaluation.evaluate import _TIMED_QUESTIONS


class CountingModel(FakeModel):
    """A fake model that keeps the questions it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_question(self, question: str, /) -> Vectors:
        self.asked.append(question)
        return super().encode_question(question)


def test_a_second_run_encodes_only_the_questions_that_are_timed(
    beir_set: Path, run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: Lines = [{"_id": str(n), "text": f"tea {n}"} for n in range(2 * _TIMED_QUESTIONS)]
    (beir_set / "queries.jsonl").write_text(jsonl(questions))
    (beir_set / "qrels.tsv").write_text(
        "".join(f"{n}\ttea\t1\n" for n in range(2 * _TIMED_QUESTIONS))
    )

    first, second = CountingModel(), CountingModel()
    use_model(monkeypatch, first)
    first_report = json.loads(run("tiny", "--json")[1])
    assert len(first.encoded) == len(CORPUS)
    assert len(set(first.asked) - set(first.encoded)) == 2 * _TIMED_QUESTIONS

    use_model(monkeypatch, second)
    second_report = json.loads(run("tiny", "--json")[1])
    assert second.encoded == []
    assert second.asked == [f"tea {n}" for n in range(0, 2 * _TIMED_QUESTIONS, 2)]
    for figures in first_report[0], second_report[0]:
        del figures["median_ms"]
    assert first_report == second_report
    assert not (instance / "CURRENT").exists(), "the user's own index is left alone"


def test_a_damaged_cache_is_reported_with_the_remedy(
    beir_set: Path, run: Run, instance: Path
) -> None:
    cache = instance / "evaluation" / "questions.sqlite"
    cache.parent.mkdir(parents=True)
    cache.write_text("not a database, and long enough to be seen as none" * 9)
    code, _, err = run(str(beir_set))
    assert code == 1
    assert (
        f"{cache} cannot be used: file is not a database. If the file is damaged, delete it" in err
    )
