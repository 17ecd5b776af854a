"""The command `wherein evaluate`."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from wherein.search.cli import models
from wherein.search.cli.parser import add_command as add
from wherein.search.cli.parser import positive_integer
from wherein.search.cli.progress import track
from wherein.search.settings import Settings, SettingsError

if TYPE_CHECKING:
    from wherein.index.encoding.loaded_model import LoadedModel
    from wherein.search.cli.parser import Commands
    from wherein.search.evaluation.evaluate import Evaluation
    from wherein.search.evaluation.question_sets import QuestionSet


def add_command(commands: "Commands") -> None:
    """Add `evaluate` with its flags."""
    command = add(commands, "evaluate", evaluate, ["instance", "model", "device"])
    command.add_argument(
        "sets", nargs="+", metavar="SET", help="a path, or a name in the folder WHEREIN_EVAL"
    )
    command.add_argument(
        "--limit", type=positive_integer, metavar="N", help="ask N questions, evenly spaced"
    )
    command.add_argument(
        "--per-query",
        metavar="FILE",
        default=os.devnull,
        help="write the figures of each question into a file of JSON lines",
    )
    command.add_argument("--json", action="store_true", help="print the figures as JSON")


def evaluate(settings: Settings, flags: argparse.Namespace) -> int:
    """Measure the answers to sets of questions with known answers."""
    from wherein.search.evaluation.question_sets import read_set
    from wherein.search.evaluation.report import (
        make_report,
        question_rows,
        report_json,
        report_tables,
    )

    sets = [read_set(name, settings.eval).sample(flags.limit) for name in flags.sets]
    model = models.loaded_model(settings)
    reports = []
    with _open_for_writing(flags.per_query) as lines:
        for questions in sets:
            evaluation = _evaluate_set(questions, settings, model)
            for row in question_rows(evaluation):
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            reports.append(make_report(evaluation))
    if flags.json:
        print(json.dumps(list(map(report_json, reports)), ensure_ascii=False, indent=2))
    else:
        print(report_tables(reports))
    return 0


def _evaluate_set(
    questions: "QuestionSet", settings: Settings, model: "LoadedModel"
) -> "Evaluation":
    from wherein.search.evaluation.corpus import index_corpus
    from wherein.search.evaluation.evaluate import evaluate_questions
    from wherein.search.evaluation.question_cache import CACHE
    from wherein.search.ranking.calibration import find_calibration

    snapshot, notes = index_corpus(questions, settings.instance, model, track)
    for note in notes:
        print(f"{questions.path}: {note}", file=sys.stderr)
    return evaluate_questions(
        questions.name,
        snapshot,
        model.encoder,
        track(questions.questions, f"Asking {questions.name}"),
        settings.instance / CACHE,
        find_calibration(model.name, settings.instance),
    )


def _open_for_writing(file: str) -> TextIO:
    try:
        return Path(file).open("w", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error
