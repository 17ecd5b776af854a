"""Tests of reports: tables, and figures of each kind of question."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import FakeModel, FolderMaker, IndexBuilder
from tests.search.evaluation.conftest import Run
from wherein.search.evaluation.evaluate import Answer, Evaluation, evaluate_questions
from wherein.search.evaluation.metrics import METRICS, JudgedHits
from wherein.search.evaluation.question_sets import Question, Unanswerable
from wherein.search.evaluation.relevance import Entries
from wherein.search.evaluation.report import make_report, question_rows, report_tables
from wherein.search.ranking.evidence import FEATURES
from wherein.search.ranking.verdict import Calibration, Judgement, Verdict
from wherein.search.searcher import Searcher


def test_the_table_has_a_row_for_each_set(beir_set: Path, run: Run) -> None:
    code, out, _ = run("tiny", str(beir_set), "--limit", "1")
    assert code == 0
    ranking, verdicts = ([line.split() for line in part.splitlines()] for part in out.split("\n\n"))
    assert ranking[0] == ["ranking", "questions", *METRICS, "marked", "ms"]
    assert [row[:-1] for row in ranking[1:]] == [["tiny", "1", *["1.000"] * 5, "–"]] * 2
    assert verdicts[1:] == [["tiny", *["–"] * 7]] * 2


def test_a_set_of_unanswerable_questions_has_no_figures(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "sets" / "none"
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "a.txt").write_text("Tea was late this year in all of the hills.")
    (folder / "questions.jsonl").write_text('{"question": "rain", "unanswerable": "absent"}')
    code, out, _ = run("none")
    assert code == 0
    assert out.splitlines()[1].split()[:-1] == ["none", "0", *["–"] * 6]


def answer(number: int, unanswerable: Unanswerable | None, confidence: float) -> Answer:
    wanted = None if unanswerable else Entries({"a": 1})
    question = Question(str(number), "who", wanted, unanswerable)
    judgement = Judgement(confidence, Verdict.ANSWERED if confidence >= 0.5 else Verdict.WEAK)
    judged = JudgedHits({} if unanswerable else {"a": 1}, {}, 0)
    return Answer(question, judged, None, judgement, None)


def test_the_kinds_of_questions_are_counted_apart() -> None:
    absent, near = Unanswerable.ABSENT, Unanswerable.NEAR
    kinds = [None, None, None, None, absent, absent, near]
    confidences = [0.9, 0.8, 0.7, 0.4, 0.1, 0.6, 0.85]
    answers = tuple(map(answer, range(7), kinds, confidences))
    report = make_report(Evaluation("x", "s", answers, {}, 1.0))
    answered, auroc = report.calibration.answered, report.calibration.auroc
    assert (answered.answerable, answered.absent, answered.near) == (0.75, 0.5, 1)
    # Of the 8 pairs all but 0.4 against 0.6 are in order; of the 4 with the near one, one is.
    assert (auroc.absent, auroc.near) == (7 / 8, 1 / 4)
    assert report_tables([report]).splitlines()[-1].split()[:4] == ["x", "0.750", "0.500", "1.000"]


def test_the_verdict_is_that_of_the_calibration(
    build_index: IndexBuilder,
    make_folder: FolderMaker,
    open_searcher: Callable[[], Searcher],
    fake_model: FakeModel,
    tmp_path: Path,
) -> None:
    make_folder({"a.txt": "Putin went to Harbin in May for the tea.\n"})
    build_index()
    calibration = Calibration(0, dict.fromkeys(FEATURES, 0.0), answered=0.6, weak=0.5)
    evaluation = evaluate_questions(
        "x",
        open_searcher().snapshot,
        fake_model,
        [Question("1", "tea", Entries({"a.txt": 1}))],
        tmp_path / "q.sqlite",
        calibration,
    )
    (row,) = question_rows(evaluation)
    assert (row["verdict"], row["confidence"]) == ("weak", 0.5)
    assert make_report(evaluation).calibration.answered.answerable == 0
