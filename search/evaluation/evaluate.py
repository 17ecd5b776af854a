"""How well a searcher answers a set of questions: asked, judged, measured and reported."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.catalog.reader import StoredPassage
from wherein.index.encoding.encoder import Encoder, QuestionEncoder, full_name
from wherein.index.errors import SnapshotError
from wherein.index.snapshot.store import Snapshot
from wherein.search.evaluation.question_sets import (
    KINDS,
    Question,
    QuestionSetError,
    Unanswerable,
    holds_answer,
)
from wherein.search.evaluation.tables import figure, table
from wherein.search.ranking.verdict import Calibration, Evidence, Judgement
from wherein.search.searcher import Hit, Searcher

try:
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    from wherein.search.evaluation.reliability import Reliability, measure, reliability_table
except ImportError as missing:
    raise QuestionSetError(
        "Evaluating needs ir-measures and scikit-learn. Install them: pip install ir-measures "
        "scikit-learn."
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
        return full_name(self.encoder)

    def load(self) -> Encoder:
        return self.encoder


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    `wanted` are the things that it wants with their grades, and `found` the rank at which each
    that was found stands. `marked` says whether the sentence marked in the first that was found
    holds an accepted answer, None where none was found or no answers are known. `verdict` is None
    where the searcher gives none.
    """

    question: Question
    wanted: Mapping[str, int]
    found: Mapping[str, int]
    hits: int
    top: StoredPassage | None
    judgement: Judgement | None
    evidence: Evidence | None
    marked: bool | None = None


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
    marked: float | None
    reliability: Reliability
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
    calibration: Calibration | None,
) -> Evaluation:
    """Ask the questions, at least one, as the server does; judge what comes and measure it.

    What the encoder makes of a question is kept in the file `memory`, which need not be there.
    """
    with closing(_Remembered(encoder, memory)) as remembered:
        searcher = Searcher(snapshot, remembered, calibration)
        answers = tuple(_answer(searcher, question) for question in questions)
    median_ms = _median_ms(
        Searcher(snapshot, encoder, calibration), [answer.question for answer in answers]
    )
    return Evaluation(name, snapshot.manifest.id, answers, rank_figures(answers), median_ms)


def _median_ms(searcher: Searcher, questions: Sequence[Question]) -> float:
    """What a page of ten hits takes, by some of the questions, evenly spaced."""
    timed = questions[:: -(-len(questions) // TIMED)]
    return median(searcher.search(question.text).took_ms for question in timed)


def _answer(searcher: Searcher, question: Question) -> Answer:
    results = searcher.search(question.text, limit=DEPTH)
    wanted, found = judge(question, results.hits)
    return Answer(
        question=question,
        wanted=wanted,
        found=found,
        hits=len(results.hits),
        top=results.hits[0].passage if results.hits else None,
        judgement=results.judgement,
        evidence=results.evidence,
        marked=_marked(question, found, results.hits),
    )


def _marked(question: Question, found: Mapping[str, int], hits: Sequence[Hit]) -> bool | None:
    if not (question.wanted and question.wanted.answers and found):
        return None
    hit = hits[min(found.values()) - 1]
    marked = (hit.passage.text[start:end] for start, end in hit.highlights)
    return any(holds_answer(text, question.wanted.answers) for text in marked)


def judge(question: Question, hits: Sequence[Hit]) -> tuple[dict[str, int], dict[str, int]]:
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


def rank_figures(answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
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
    counts = Counter(answer.question.unanswerable for answer in answers)
    answerable, absent, near = (counts[kind] for kind in KINDS)
    return Report(
        name=evaluation.name,
        answerable=answerable,
        absent=absent,
        near=near,
        metrics={
            name: fmean(values[name] for values in figures) if figures else None
            for name in MEASURES
        },
        marked=fmean(marks)
        if (marks := [a.marked for a in answers if a.marked is not None])
        else None,
        reliability=measure(*(judgements(answers, kind) for kind in KINDS)),
        median_ms=evaluation.median_ms,
        snapshot=evaluation.snapshot,
    )


def judgements(answers: Sequence[Answer], kind: Unanswerable | None) -> list[Judgement]:
    """Those on the questions of one kind, None for the answerable ones."""
    return [
        answer.judgement
        for answer in answers
        if answer.question.unanswerable is kind and answer.judgement
    ]


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
        "marked": report.marked,
        "verdict": asdict(report.reliability),
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
            "marked": answer.marked,
            "verdict": answer.judgement.verdict if answer.judgement else None,
            "confidence": answer.judgement.confidence if answer.judgement else None,
            "top": {"source": top.source, "text": top.text} if top else None,
        }


def report_tables(reports: Sequence[Report]) -> str:
    """Reports to be read: the ranking, and below it the verdicts."""
    rows = [
        ["ranking", "questions", *MEASURES, "marked", "ms"],
        *(
            [
                report.name,
                f"{report.answerable:,}",
                *(figure(report.metrics[name]) for name in MEASURES),
                figure(report.marked),
                f"{report.median_ms:.1f}",
            ]
            for report in reports
        ),
    ]
    verdicts = [(report.name, report.reliability) for report in reports]
    return f"{table(rows)}\n\n{reliability_table(verdicts)}"
