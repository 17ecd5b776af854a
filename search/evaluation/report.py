"""The figures of an evaluation, as tables for the terminal and as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

from wherein.search.evaluation.calibration import (
    CalibrationMetrics,
    calibration_table,
    compute_calibration,
)
from wherein.search.evaluation.evaluate import Answer, Evaluation, judgements_of
from wherein.search.evaluation.metrics import METRICS
from wherein.search.evaluation.question_sets import KINDS
from wherein.search.evaluation.tables import format_figure, format_table


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """The number of questions of each kind."""

    answerable: int
    absent: int
    near: int


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """The figures of a set's ranking.

    Attributes:
        metrics: The mean of each metric; None if no question is answerable.
        marked: How often the highlighted sentence has an accepted answer; None if unknown.
        median_ms: The median time of a page of ten hits, in milliseconds.
    """

    metrics: Mapping[str, float | None]
    marked: float | None
    median_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a set.

    Attributes:
        name: The name of the set.
        snapshot: The id of the snapshot that answered.
        questions: The number of questions.
        ranking: The figures of the ranking.
        calibration: The figures of the verdicts.
    """

    name: str
    snapshot: str
    questions: QuestionCounts
    ranking: RankingFigures
    calibration: CalibrationMetrics


def make_report(evaluation: Evaluation) -> Report:
    """Compute the figures of a set from its answers."""
    answers = evaluation.answers
    counts = Counter(answer.question.unanswerable for answer in answers)
    return Report(
        name=evaluation.name,
        snapshot=evaluation.snapshot,
        questions=QuestionCounts(*(counts[kind] for kind in KINDS)),
        ranking=RankingFigures(_means(evaluation), _share_marked(answers), evaluation.median_ms),
        calibration=compute_calibration(*(judgements_of(answers, kind) for kind in KINDS)),
    )


def report_json(report: Report) -> dict[str, object]:
    """Return a report as `--json` prints it."""
    return {
        "set": report.name,
        "questions": asdict(report.questions),
        "metrics": dict(report.ranking.metrics),
        "marked": report.ranking.marked,
        "verdict": report.calibration.figures(),
        "median_ms": report.ranking.median_ms,
        "snapshot": report.snapshot,
    }


def question_rows(evaluation: Evaluation) -> Iterator[dict[str, object]]:
    """Yield the figures of each question, as `--per-query` writes them."""
    for answer in evaluation.answers:
        question, top = answer.question, answer.top
        yield {
            "set": evaluation.name,
            "id": question.id,
            "question": question.text,
            "unanswerable": question.unanswerable,
            **dict.fromkeys(METRICS),
            **evaluation.metrics.get(question.id, {}),
            "rank": answer.judged.best_rank,
            "marked": answer.marked,
            "verdict": answer.judgement.verdict if answer.judgement else None,
            "confidence": answer.judgement.confidence if answer.judgement else None,
            "top": {"source": top.source, "text": top.text} if top else None,
        }


def report_tables(reports: Sequence[Report]) -> str:
    """Format reports as two tables: the rankings, and below them the verdicts."""
    rows = [["ranking", "questions", *METRICS, "marked", "ms"]]
    for report in reports:
        metrics = (format_figure(report.ranking.metrics[name]) for name in METRICS)
        marked, ms = format_figure(report.ranking.marked), f"{report.ranking.median_ms:.1f}"
        rows.append([report.name, f"{report.questions.answerable:,}", *metrics, marked, ms])
    verdicts = [(report.name, report.calibration) for report in reports]
    return f"{format_table(rows)}\n\n{calibration_table(verdicts)}"


def _means(evaluation: Evaluation) -> dict[str, float | None]:
    figures = evaluation.metrics.values()
    return {name: fmean(row[name] for row in figures) if figures else None for name in METRICS}


def _share_marked(answers: Sequence[Answer]) -> float | None:
    marks = [answer.marked for answer in answers if answer.marked is not None]
    return fmean(marks) if marks else None
