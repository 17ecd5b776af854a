"""How well a searcher answers a set of questions: asked, judged, measured and reported."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import numpy as np

from index.arrays import Vectors
from index.catalog import StoredPassage
from index.encoding import Encoder, QuestionEncoder
from index.errors import SnapshotError
from index.snapshot import Snapshot
from search.question_sets import Question, QuestionSetError, Unanswerable
from search.searcher import Hit, Searcher

try:
    import ir_measures
    from ir_measures import RR, R, Success, nDCG
except ImportError as missing:
    raise QuestionSetError(
        "Evaluating needs the library ir-measures. Install it: pip install ir-measures."
    ) from missing

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "MRR@10": RR @ 10,
    "Recall@100": R @ 100,
}
_NAMES = {measure: name for name, measure in MEASURES.items()}

DEPTH = 100
"""How many hits are asked for: as many as the server gives at once, and Recall@100 needs."""

TIMED = 50
"""How many questions are asked once more to take the time, with nothing remembered."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is loaded once, for building the index of a set and for asking it."""

    name: str
    encoder: Encoder

    def prepare(self) -> str:
        return self.encoder.fingerprint

    def load(self) -> Encoder:
        return self.encoder


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    `wanted` are the things that it wants with their grades, and `found` the rank at which each
    that was found stands. `verdict` is None where the searcher gives none.
    """

    question: Question
    wanted: Mapping[str, int]
    found: Mapping[str, int]
    hits: int
    top: StoredPassage | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answers to a set. `figures` are each answerable question's measures, by id and name."""

    name: str
    snapshot: str
    answers: tuple[Answer, ...]
    figures: Mapping[str, Mapping[str, float]]
    median_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a set. A figure is None where there is nothing to take it from."""

    name: str
    answerable: int
    absent: int
    near: int
    metrics: Mapping[str, float | None]
    answered: float | None
    false_absent: float | None
    false_near: float | None
    median_ms: float
    snapshot: str


class _Remembered:
    """An encoder that keeps what it encoded in a file, so that no question is encoded twice."""

    def __init__(self, encoder: QuestionEncoder, file: Path) -> None:
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._file = file
        with self._usable():
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, isolation_level=None)
            self._connection.executescript(
                """PRAGMA synchronous = OFF;
                CREATE TABLE IF NOT EXISTS questions (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
                """
            )

    def encode_question(self, question: str, /) -> Vectors:
        key = hashlib.sha256(repr((self.fingerprint, question)).encode()).digest()
        with self._usable():
            row = self._connection.execute(
                "SELECT vector FROM questions WHERE key = ?", (key,)
            ).fetchone()
        if row:
            return np.frombuffer(row[0], np.float32)
        vector = self._encoder.encode_question(question)
        with self._usable():
            self._connection.execute(
                "INSERT OR REPLACE INTO questions VALUES (?, ?)", (key, vector.tobytes())
            )
        return vector

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise SnapshotError(
                f"{self._file} cannot be used: {error}. If it is damaged, delete it: all it does "
                "is spare encoding the questions again."
            ) from error


def evaluate(
    name: str,
    snapshot: Snapshot,
    encoder: QuestionEncoder,
    questions: Iterable[Question],
    memory: Path,
) -> Evaluation:
    """Ask the questions, at least one, as the server does; judge what comes and measure it.

    What the encoder makes of a question is kept in the file `memory`, which need not be there.
    """
    with closing(_Remembered(encoder, memory)) as remembered:
        searcher = Searcher(snapshot, remembered)
        answers = tuple(_answer(searcher, question) for question in questions)
    median_ms = _median_ms(Searcher(snapshot, encoder), [answer.question for answer in answers])
    return Evaluation(name, snapshot.manifest.id, answers, _measure(answers), median_ms)


def _median_ms(searcher: Searcher, questions: Sequence[Question]) -> float:
    """What a page of ten hits takes, by some of the questions, evenly spaced."""
    timed = questions[:: -(-len(questions) // TIMED)]
    return median(searcher.search(question.text).took_ms for question in timed)


def _answer(searcher: Searcher, question: Question) -> Answer:
    results = searcher.search(question.text, limit=DEPTH)
    wanted, found = _judge(question, results.hits)
    return Answer(
        question=question,
        wanted=wanted,
        found=found,
        hits=len(results.hits),
        top=results.hits[0].passage if results.hits else None,
        # There is no verdict yet. Its rates appear as soon as Results has one.
        verdict=getattr(results, "verdict", None),
    )


def _judge(question: Question, hits: Sequence[Hit]) -> tuple[dict[str, int], dict[str, int]]:
    """What is wanted, and the rank of the first hit that is it or has it among its repeats.

    Where one hit has several, because repeats are one hit, the others are not wanted any more.
    """
    if question.wanted is None:
        return {}, {}
    wanted, found = dict(question.wanted.grades), dict[str, int]()
    for hit in hits:
        places = (hit.passage, *hit.also_in)
        matches = {question.wanted.match(place.source, place.text) for place in places}
        new = sorted(name for name in wanted.keys() - found.keys() if name in matches)
        if not new:
            continue
        best = max(new, key=wanted.__getitem__)
        found[best] = hit.rank
        for other in new:
            if other != best:
                del wanted[other]
        if len(found) == len(wanted):
            break
    return wanted, found


def _measure(answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
    answerable = [answer for answer in answers if answer.wanted]
    if not answerable:
        return {}
    judgements = {answer.question.id: dict(answer.wanted) for answer in answerable}
    rankings = {answer.question.id: _ranking(answer) for answer in answerable}
    figures: dict[str, dict[str, float]] = {name: {} for name in judgements}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judgements, rankings):
        figures[metric.query_id][_NAMES[metric.measure]] = metric.value
    return figures


def _ranking(answer: Answer) -> dict[str, float]:
    """The hits by name, what is not wanted by its rank alone.

    Their scores are their ranks too: the library would settle ties by name, and the searcher has
    settled them already.
    """
    names = {rank: name for name, rank in answer.found.items()}
    ranks = range(1, answer.hits + 1)
    return {names.get(rank, f"\n{rank}"): float(-rank) for rank in ranks}


def report(evaluation: Evaluation) -> Report:
    """The figures of a set."""
    answers, figures = evaluation.answers, evaluation.figures.values()
    kinds = {
        kind: [answer for answer in answers if answer.question.unanswerable is kind]
        for kind in (None, *Unanswerable)
    }
    return Report(
        name=evaluation.name,
        answerable=len(kinds[None]),
        absent=len(kinds[Unanswerable.ABSENT]),
        near=len(kinds[Unanswerable.NEAR]),
        metrics={
            name: fmean(values[name] for values in figures) if figures else None
            for name in MEASURES
        },
        answered=_share_answered(kinds[None]),
        false_absent=_share_answered(kinds[Unanswerable.ABSENT]),
        false_near=_share_answered(kinds[Unanswerable.NEAR]),
        median_ms=evaluation.median_ms,
        snapshot=evaluation.snapshot,
    )


def _share_answered(answers: Sequence[Answer]) -> float | None:
    verdicts = [answer.verdict for answer in answers]
    if not verdicts or None in verdicts:
        return None
    return verdicts.count("answered") / len(verdicts)


def report_json(report: Report) -> dict[str, object]:
    """A report as `--json` prints it."""
    return {
        "set": report.name,
        "questions": {
            "answerable": report.answerable,
            "absent": report.absent,
            "near": report.near,
        },
        "metrics": dict(report.metrics),
        "verdict": {
            "answered": report.answered,
            "false_absent": report.false_absent,
            "false_near": report.false_near,
        },
        "median_ms": report.median_ms,
        "snapshot": report.snapshot,
    }


def answers_json(evaluation: Evaluation) -> Iterator[dict[str, object]]:
    """A line for each question of a set, as `--per-query` writes them."""
    for answer in evaluation.answers:
        question, top = answer.question, answer.top
        yield {
            "set": evaluation.name,
            "id": question.id,
            "question": question.text,
            "unanswerable": question.unanswerable,
            **dict.fromkeys(MEASURES),
            **evaluation.figures.get(question.id, {}),
            "rank": min(answer.found.values(), default=None),
            "verdict": answer.verdict,
            "top": {"source": top.source, "text": top.text} if top else None,
        }


def table(reports: Sequence[Report]) -> str:
    """Reports one below the other, to be read."""
    rows = [("set", "questions", *MEASURES, "answered", "false absent", "false near", "ms")]
    rows += [
        (
            report.name,
            f"{report.answerable + report.absent + report.near:,}",
            *(_figure(report.metrics[name]) for name in MEASURES),
            *map(_figure, (report.answered, report.false_absent, report.false_near)),
            f"{report.median_ms:.1f}",
        )
        for report in reports
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
