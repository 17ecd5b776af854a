"""Measures what each part of the ranking is worth: changes one part at a time.

    python -m scripts.ablation.measure SET… [--write docs/quality.md]

Prints a table in Markdown, or writes it between its markers in a page. Sets are found as by
`wherein evaluate`. Indexes are kept below the instance folder.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scripts.ablation.names import names_without_accents
from scripts.ablation.searchers import VariantSearchers, query_for
from scripts.ablation.table import Column, format_table, join_columns, split_page
from scripts.ablation.variants import FOLDING, ROWS, SHIPPED, Row, Variant
from wherein.index.arrays import Scores
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.search.cli.main import run
from wherein.search.cli.models import loaded_model
from wherein.search.cli.parser import positive_integer
from wherein.search.cli.progress import track
from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.evaluate import DEPTH
from wherein.search.evaluation.metrics import compute_metrics, judge_hits
from wherein.search.evaluation.question_cache import CACHE, CachedQuestionEncoder
from wherein.search.evaluation.question_sets import Question, QuestionSet, read_set
from wherein.search.ranking.hits import make_hits
from wherein.search.searcher import Searcher
from wherein.search.settings import Settings, SettingsError

METRIC = "nDCG@10"


def measure_questions(
    searcher: Searcher, variant: Variant, questions: Sequence[Question]
) -> Scores:
    """Compute the metric of each question, judged as by `wherein evaluate`.

    Args:
        searcher: The searcher of the variant.
        variant: The ranking.
        questions: Answerable questions.

    Returns:
        nDCG@10 of each question: shape (questions,).
    """
    judged = {}
    for question in questions:
        ranking = searcher.rank(query_for(variant, question.text))
        hits = make_hits(ranking, searcher.duplicates, 0, DEPTH)
        judged[question.id] = judge_hits(question, hits)
    metrics = compute_metrics(judged)
    return np.array([metrics[question.id][METRIC] for question in questions])


def ablate(settings: Settings, flags: argparse.Namespace) -> int:
    """Rank the questions of each set by each variant, and print or write the table."""
    sets = [read_set(name, settings.eval).sample(flags.limit) for name in flags.sets]
    if unknown := {*flags.names, *flags.together} - {questions.name for questions in sets}:
        raise SettingsError(f"The set {min(unknown)} is not among the sets to measure.")
    if flags.write:
        split_page(flags.write)
    # Variants of the encoding run the compiled model.
    model = loaded_model(replace(settings, device="cpu"))
    columns: dict[str, Column] = {}
    with closing(CachedQuestionEncoder(model.encoder, settings.instance / CACHE)) as encoder:
        for questions in sets:
            is_slow_allowed = flags.alone is None or questions.name in flags.alone
            rows = [row for row in ROWS if is_slow_allowed or not row.variant.encoding.is_slow]
            names = questions.name in flags.names
            columns |= _measure_set(questions, rows, model, encoder, settings, names=names)
    if flags.together:
        columns["together"] = join_columns([columns[name] for name in flags.together])
    _publish(format_table(columns), flags.write)
    return 0


def _measure_set(
    questions: QuestionSet,
    rows: Sequence[Row],
    model: LoadedModel,
    encoder: QuestionEncoder,
    settings: Settings,
    *,
    names: bool,
) -> dict[str, Column]:
    """Measure a set, and the names in it if they are asked for."""
    answerable = [question for question in questions.questions if question.wanted]
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        searchers = VariantSearchers(questions, model, settings.instance, Path(scratch), track)
        if not (answerable and any(entry.passages for entry in searchers.entries)):
            raise QuestionSetError(f"{questions.path} has no question that a passage could answer.")
        columns = {questions.name: _column(questions.name, answerable, rows, searchers, encoder)}
        if names:
            typed = names_without_accents(searchers.entries)
            title = f"{len(typed):,} names of {questions.name}, typed without accents"
            column = _column(title, typed, [FOLDING], searchers, encoder)
            columns[title] = replace(column, is_partial=True)
    return columns


def _column(
    name: str,
    questions: Sequence[Question],
    rows: Sequence[Row],
    searchers: VariantSearchers,
    encoder: QuestionEncoder,
) -> Column:
    shipped, *changed = [
        measure_questions(searchers.searcher(row.variant, encoder), row.variant, questions)
        for row in track((SHIPPED, *rows), f"Ranking {name}")
    ]
    return Column(shipped, dict(zip(rows, changed, strict=True)))


def _publish(table: str, page: Path | None) -> None:
    if page is None:
        print(table, end="")
        return
    before, after = split_page(page)
    page.write_text(before + table + after, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=ablate.__doc__)
    parser.set_defaults(run=ablate)
    parser.add_argument("sets", nargs="+", metavar="SET", help="a path, or below WHEREIN_EVAL")
    parser.add_argument(
        "--alone",
        nargs="*",
        metavar="SET",
        help="sets to encode each sentence of by itself, which doubles the time; default: all",
    )
    parser.add_argument(
        "--names",
        nargs="*",
        default=[],
        metavar="SET",
        help="sets whose names with accents are also searched for without accents",
    )
    parser.add_argument(
        "--together", nargs="*", default=[], metavar="SET", help="sets to measure as one as well"
    )
    parser.add_argument(
        "--limit", type=positive_integer, metavar="N", help="ask N questions, evenly spaced"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between markers")
    parser.add_argument("--instance", metavar="DIR", help="the folder of the index: instance")
    parser.add_argument("--model", help="a folder, or a name in the local cache")
    return run(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
