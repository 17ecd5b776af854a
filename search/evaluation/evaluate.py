"""Asks the questions of a set, as the server does, and judges the answers."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from wherein.index.catalog.stored import StoredPassage
from wherein.index.encoding.protocols import QuestionEncoder
from wherein.index.snapshot.store import Snapshot
from wherein.search.evaluation.metrics import JudgedHits, compute_metrics, judge_hits
from wherein.search.evaluation.question_cache import CachedQuestionEncoder
from wherein.search.evaluation.question_sets import Question, Unanswerable
from wherein.search.evaluation.relevance import contains_answer
from wherein.search.query.query import plain_query
from wherein.search.ranking.evidence import Evidence
from wherein.search.ranking.hits import Hit
from wherein.search.ranking.verdict import Calibration, Judgement
from wherein.search.results import PageRange, find_results
from wherein.search.searcher import Searcher

DEPTH = 100
"""The number of hits that are asked for: Recall@100 needs them, and the server allows no more."""

_TIMED_QUESTIONS = 50
"""So many questions are asked once more, without a cache, to measure the time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    Attributes:
        question: The question.
        judged: The relevant hits.
        top: The passage of the first hit.
        judgement: The verdict on the first hit; None if the searcher has no calibration.
        evidence: What the verdict rests on; None if there is no hit.
        marked: Whether the highlighted sentence of the first relevant hit has an accepted answer.
            None if there is no relevant hit or no accepted answer is known.
    """

    question: Question
    judged: JudgedHits
    top: StoredPassage | None
    judgement: Judgement | None
    evidence: Evidence | None
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answers to a set of questions.

    Attributes:
        name: The name of the set.
        snapshot: The id of the snapshot that answered.
        answers: The answers, in the order of the questions.
        metrics: The metrics of each answerable question, by id and name.
        median_ms: The median time of a page of ten hits, in milliseconds.
    """

    name: str
    snapshot: str
    answers: tuple[Answer, ...]
    metrics: Mapping[str, Mapping[str, float]]
    median_ms: float


def evaluate_questions(
    name: str,
    snapshot: Snapshot,
    encoder: QuestionEncoder,
    questions: Iterable[Question],
    cache: Path,
    calibration: Calibration | None,
) -> Evaluation:
    """Ask questions of a snapshot, judge the hits, and compute the metrics.

    Args:
        name: The name of the set.
        snapshot: The snapshot of the set's corpus.
        encoder: The encoder of questions.
        questions: The questions, at least one.
        cache: The file that keeps the vectors of questions. It need not exist.
        calibration: The model of the verdict, if any.

    Returns:
        The judged answers and the metrics.
    """
    with closing(CachedQuestionEncoder(encoder, cache)) as cached:
        searcher = Searcher(snapshot, cached, calibration)
        answers = tuple(_answer(searcher, question) for question in questions)
    metrics = compute_metrics({answer.question.id: answer.judged for answer in answers})
    asked = [answer.question for answer in answers]
    median_ms = _median_ms(Searcher(snapshot, encoder, calibration), asked)
    return Evaluation(name, snapshot.manifest.id, answers, metrics, median_ms)


def judgements_of(answers: Sequence[Answer], kind: Unanswerable | None) -> list[Judgement]:
    """Return the judgements of the questions of one kind; None stands for the answerable ones."""
    return [
        answer.judgement
        for answer in answers
        if answer.question.unanswerable is kind and answer.judgement
    ]


def _median_ms(searcher: Searcher, questions: Sequence[Question]) -> float:
    """Measure a page of ten hits, for some of the questions, evenly spaced."""
    timed = questions[:: -(-len(questions) // _TIMED_QUESTIONS)]
    return median(find_results(searcher, plain_query(q.text)).took_ms for q in timed)


def _answer(searcher: Searcher, question: Question) -> Answer:
    results = find_results(searcher, plain_query(question.text), PageRange(limit=DEPTH))
    judged = judge_hits(question, results.hits)
    return Answer(
        question=question,
        judged=judged,
        top=results.hits[0].passage if results.hits else None,
        judgement=results.judgement,
        evidence=results.evidence,
        marked=_marked(question, judged, results.hits),
    )


def _marked(question: Question, judged: JudgedHits, hits: Sequence[Hit]) -> bool | None:
    if not (question.wanted and question.wanted.answers and judged.best_rank):
        return None
    hit = hits[judged.best_rank - 1]
    marked = (hit.passage.text[start:end] for start, end in hit.highlights)
    return any(contains_answer(text, question.wanted.answers) for text in marked)
