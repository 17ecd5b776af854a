"""The question set `hills`, and the searchers of variants over it with the bundled model."""

import json
from pathlib import Path

import pytest

from scripts.ablation.searchers import VariantSearchers
from tests.conftest import quiet
from tests.scripts.ablation.sets import FOLDER, QUESTIONS
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.search.evaluation.question_sets import QuestionSet, read_set


def write_set(folder: Path) -> Path:
    """Write the set `hills` into a folder of sets and return its own folder."""
    (folder / "hills" / "documents").mkdir(parents=True)
    for source, text in FOLDER.items():
        (folder / "hills" / "documents" / source).write_text(text, encoding="utf-8")
    questions = [
        {"question": QUESTIONS[0], "source": "tea.txt", "answers": ["1838"]},
        {"question": QUESTIONS[2], "source": "rail.txt", "answers": ["1881"]},
        {"question": "who wrote in Latin", "unanswerable": "absent"},
    ]
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    (folder / "hills" / "questions.jsonl").write_text(lines)
    return folder / "hills"


@pytest.fixture(scope="package")
def hills(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return read_set(str(write_set(tmp_path_factory.mktemp("sets"))), None)


@pytest.fixture(scope="package")
def model(loaded_model: LoadedModel) -> LoadedModel:
    return loaded_model


@pytest.fixture(scope="package")
def searchers(
    hills: QuestionSet, model: LoadedModel, tmp_path_factory: pytest.TempPathFactory
) -> VariantSearchers:
    instance, scratch = (tmp_path_factory.mktemp(name) for name in ("instance", "scratch"))
    return VariantSearchers(hills, model, instance, scratch, quiet)
