"""Measuring: figures that can be worked out by hand, and the command that prints them."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from math import log2
from pathlib import Path

import pytest

from tests.conftest import ROOT, FakeModel, FolderMaker, IndexBuilder, quiet
from wherein.index.arrays import Vectors
from wherein.index.build import build_passages
from wherein.index.encoding.encoder import Encoder
from wherein.index.encoding.model_files import LocalModel
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.cli import main as cli
from wherein.search.evaluation.evaluate import (
    TIMED,
    Answer,
    Evaluation,
    LoadedModel,
    answers_json,
    evaluate,
    report,
    report_tables,
)
from wherein.search.evaluation.question_sets import Entries, Question, Unanswerable, read_set
from wherein.search.ranking.verdict import FEATURES, Calibration, Judgement, Verdict
from wherein.search.searcher import Searcher

Lines = list[Mapping[str, object]]
Run = Callable[..., tuple[int, str, str]]

CORPUS: Lines = [
    {"_id": "tea", "title": "", "text": "Tea was late."},
    {"_id": "both", "title": "", "text": "Tea and rain came."},
    {"_id": "rain", "title": "", "text": "Rain came."},
    {"_id": "again", "title": "", "text": "rain  came."},
    {"_id": "trade", "title": "", "text": "Trade grew."},
]
# Ranked for "tea": tea (cosine 1), both (1/√2). For "rain": rain, with again as its repeat, both.
QUESTIONS: dict[str, tuple[str, dict[str, int]]] = {
    "first": ("tea", {"tea": 1}),
    "second": ("tea?", {"both": 1}),
    "never": ("trade", {"tea": 1}),
    "graded": ("tea!", {"tea": 1, "both": 2}),
    "repeat": ("rain", {"again": 1}),
    "repeats": ("rain?", {"again": 1, "rain": 1, "both": 1}),
}
SECOND = 1 / log2(3)  # what a grade of 1 gains at rank 2
BY_HAND = {  # nDCG@10, hit@1, hit@5, MRR@10, Recall@100, rank
    "first": (1, 1, 1, 1, 1, 1),
    "second": (SECOND, 0, 1, 0.5, 1, 2),
    "never": (0, 0, 0, 0, 0, None),
    "graded": ((1 + 2 * SECOND) / (2 + SECOND), 1, 1, 1, 1, 1),
    "repeat": (1, 1, 1, 1, 1, 1),
    "repeats": (1, 1, 1, 1, 1, 1),  # two of the three are one hit
}
MEASURES = ("nDCG@10", "hit@1", "hit@5", "MRR@10", "Recall@100")


def jsonl(lines: Lines) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


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
    monkeypatch.setattr("wherein.search.cli.main.model_for_indexing", lambda _: fake_model)

    def evaluate(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["evaluate", *arguments])
        return (code, *capsys.readouterr())

    return evaluate


def test_every_figure_of_the_beir_layout_is_as_worked_out_by_hand(
    beir_set: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run("tiny", "--json", "--per-query", str(tmp_path / "why.jsonl"))
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert {row["id"]: (*(row[name] for name in MEASURES), row["rank"]) for row in rows} == {
        name: pytest.approx(figures) if None not in figures else figures
        for name, figures in BY_HAND.items()
    }
    assert rows[0] == {
        "set": "tiny",
        "id": "first",
        "question": "tea",
        "unanswerable": None,
        **dict.fromkeys(MEASURES, 1.0),
        "rank": 1,
        "marked": None,
        "verdict": None,
        "confidence": None,
        "top": {"source": "tea", "text": "Tea was late."},
    }
    (figures,) = json.loads(out)
    assert figures["metrics"] == {
        name: pytest.approx(sum(float(row[i] or 0) for row in BY_HAND.values()) / len(BY_HAND))
        for i, name in enumerate(MEASURES)
    }
    assert figures["questions"] == {"answerable": 6, "absent": 0, "near": 0}
    assert figures["verdict"]["answered"] is None
    assert figures["set"] == beir_set.name
    assert figures["median_ms"] > 0
    assert figures["snapshot"]


def test_the_table_has_a_row_for_each_set(beir_set: Path, run: Run) -> None:
    code, out, _ = run("tiny", str(beir_set), "--limit", "1")
    assert code == 0
    ranking, verdicts = ([line.split() for line in part.splitlines()] for part in out.split("\n\n"))
    assert ranking[0] == ["ranking", "questions", *MEASURES, "marked", "ms"]
    assert [row[:-1] for row in ranking[1:]] == [["tiny", "1", *["1.000"] * 5, "–"]] * 2
    assert verdicts[1:] == [["tiny", *["–"] * 7]] * 2


class CountingModel(FakeModel):
    """A fake model that keeps the questions it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_question(self, question: str, /) -> Vectors:
        self.asked.append(question)
        return super().encode_question(question)


def test_a_second_run_encodes_nothing_but_what_it_takes_the_time_of(
    beir_set: Path, run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: Lines = [{"_id": str(n), "text": f"tea {n}"} for n in range(2 * TIMED)]
    (beir_set / "queries.jsonl").write_text(jsonl(questions))
    (beir_set / "qrels.tsv").write_text("".join(f"{n}\ttea\t1\n" for n in range(2 * TIMED)))

    first, second = CountingModel(), CountingModel()
    monkeypatch.setattr("wherein.search.cli.main.model_for_indexing", lambda _: first)
    before = json.loads(run("tiny", "--json")[1])
    assert len(first.encoded) == len(CORPUS)
    assert len(set(first.asked) - set(first.encoded)) == 2 * TIMED

    monkeypatch.setattr("wherein.search.cli.main.model_for_indexing", lambda _: second)
    after = json.loads(run("tiny", "--json")[1])
    assert second.encoded == []
    assert second.asked == [f"tea {n}" for n in range(0, 2 * TIMED, 2)]
    for figures in before[0], after[0]:
        del figures["median_ms"]
    assert before == after
    assert not (instance / "CURRENT").exists(), "the user's own index is left alone"


def test_one_changed_entry_is_encoded_and_found(
    beir_set: Path, run: Run, fake_model: FakeModel
) -> None:
    run("tiny")
    changed: Lines = [*CORPUS[:-1], {"_id": "trade", "title": "Now", "text": "Trade grew."}]
    (beir_set / "corpus.jsonl").write_text(jsonl(changed))
    fake_model.encoded.clear()
    run("tiny")
    assert fake_model.encoded == ["Trade grew."]


def test_ready_passages_are_indexed_as_they_are(
    beir_set: Path, tmp_path: Path, fake_model: FakeModel
) -> None:
    long = " ".join(["tea"] * 3 * fake_model.room(None))
    (beir_set / "corpus.jsonl").write_text(jsonl([{"_id": "a/b?", "title": "T", "text": long}]))
    (beir_set / "qrels.tsv").write_text("first\ta/b?\t1")
    entries = read_set(str(beir_set), None).corpus
    assert isinstance(entries, tuple)
    built = build_passages(entries, tmp_path / "own", fake_model, quiet)
    assert (built.passages, built.encoded, built.changes.added) == (1, 1, ("a/b?",))
    again = build_passages(entries, tmp_path / "own", fake_model, quiet)
    assert (again.published, again.snapshot) == (False, built.snapshot)
    snapshot = Snapshot.open(Store(tmp_path / "own").current_folder())
    (hit,) = Searcher(snapshot, fake_model).search("tea").hits
    assert (hit.passage.source, hit.passage.title, hit.passage.text) == ("a/b?", "T", long)


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


def test_the_folder_layout_goes_through_ingestion(
    folder_set: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run(str(folder_set), "--json", "--per-query", str(tmp_path / "why.jsonl"))
    assert code == 0
    rows = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert [(row["rank"], row["nDCG@10"]) for row in rows] == [
        (1, 1),
        (2, pytest.approx(SECOND)),
        (2, pytest.approx(SECOND)),
        (None, 0),
        (None, None),
        (None, None),
    ]
    assert rows[1]["top"]["source"] == "other.txt"
    assert rows[4]["top"] is None
    (figures,) = json.loads(out)
    assert figures["questions"] == {"answerable": 4, "absent": 1, "near": 1}
    assert figures["metrics"]["MRR@10"] == pytest.approx((1 + 0.5 + 0.5 + 0) / 4)
    assert "bad.txt is not indexed: it is empty" in err
    assert "1 sources that are wanted are not in the index: gone.txt" in err


def test_a_file_of_questions_is_asked_of_the_current_index(
    make_folder: FolderMaker, build_index: IndexBuilder, tmp_path: Path, run: Run, instance: Path
) -> None:
    make_folder({"a.txt": "Putin went to Harbin in May for the tea.\n"})
    build_index()
    snapshots = list((instance / "snapshots").iterdir())
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"question": "who went to Harbin", "answers": ["Putin"]}\n')
    code, out, err = run(str(mine), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)[0]["metrics"]["hit@1"] == 1
    assert list((instance / "snapshots").iterdir()) == snapshots


def test_how_often_the_marked_sentence_holds_an_accepted_answer_is_measured(
    tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "sets" / "marks"
    (folder / "documents").mkdir(parents=True)
    text = "Tea came from the hills in  May. Rain fell on the wide plains."
    (folder / "documents" / "a.txt").write_text(text)
    known: Lines = [
        {"question": "tea", "source": "a.txt", "quote": text, "answers": ["June", "in may"]},
        {"question": "rain", "source": "a.txt", "quote": text, "answers": ["the hills"]},
        {"question": "rain", "source": "a.txt", "quote": text},
        {"question": "rain", "source": "b.txt", "quote": text, "answers": ["plains"]},
        {"question": "china", "unanswerable": "absent"},
    ]
    (folder / "questions.jsonl").write_text(jsonl(known))
    code, out, _ = run("marks", "--json", "--per-query", str(tmp_path / "why.jsonl"))
    assert code == 0
    rows = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert [row["marked"] for row in rows] == [True, False, None, None, None]
    assert json.loads(out)[0]["marked"] == 0.5


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
    return Answer(question, {} if unanswerable else {"a": 1}, {}, 0, None, judgement, None)


def test_the_kinds_of_questions_are_told_apart() -> None:
    absent, near = Unanswerable.ABSENT, Unanswerable.NEAR
    kinds = [None, None, None, None, absent, absent, near]
    confidences = [0.9, 0.8, 0.7, 0.4, 0.1, 0.6, 0.85]
    answers = tuple(map(answer, range(7), kinds, confidences))
    figures = report(Evaluation("x", "s", answers, {}, 1.0))
    reliability = figures.reliability
    assert (reliability.answered, reliability.false_absent, reliability.false_near) == (
        0.75,
        0.5,
        1,
    )
    # Of the 8 pairs all but 0.4 against 0.6 are in order; of the 4 with the near one, one is.
    assert (reliability.auroc_absent, reliability.auroc_near) == (7 / 8, 1 / 4)
    assert report_tables([figures]).splitlines()[-1].split()[:4] == ["x", "0.750", "0.500", "1.000"]


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
    found = evaluate(
        "x",
        open_searcher().snapshot,
        fake_model,
        [Question("1", "tea", Entries({"a.txt": 1}))],
        tmp_path / "q.sqlite",
        calibration,
    )
    assert [(row["verdict"], row["confidence"]) for row in answers_json(found)] == [("weak", 0.5)]
    assert report(found).reliability.answered == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["huge"], "There is no set of questions huge. WHEREIN_EVAL is "),
        (["tiny", "--per-query", "no/such/folder"], "no/such/folder cannot be written: No such"),
        (["tiny", "broken"], "questions.jsonl:1: this is not JSON"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_encoded(
    arguments: list[str], says: str, beir_set: Path, run: Run, fake_model: FakeModel, instance: Path
) -> None:
    (beir_set.parent / "broken" / "documents").mkdir(parents=True)
    (beir_set.parent / "broken" / "questions.jsonl").write_text("who")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("wherein: ")
    assert says in err
    assert fake_model.encoded == []
    assert not instance.exists()


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "٣", "1e3"])
def test_a_limit_that_is_no_number_of_questions_is_refused(
    limit: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("tiny", "--limit", limit)
    assert "it takes a whole number from 1" in capsys.readouterr().err


def test_a_file_of_questions_without_an_index_says_how_to_index(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.jsonl").write_text('{"question": "who", "answers": ["he"]}')
    code, _, err = run(str(tmp_path / "mine.jsonl"))
    assert code == 1
    assert "Nothing has been indexed yet" in err


def test_a_damaged_memory_of_questions_is_a_message(
    beir_set: Path, run: Run, instance: Path
) -> None:
    memory = instance / "evaluation" / "questions.sqlite"
    memory.parent.mkdir(parents=True)
    memory.write_text("not a database, and long enough to be seen as none" * 9)
    code, _, err = run(str(beir_set))
    assert code == 1
    assert f"{memory} cannot be used: file is not a database. If it is damaged, delete it" in err


def test_a_missing_library_is_named_with_how_to_install_it(
    beir_set: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    monkeypatch.delitem(sys.modules, "wherein.search.evaluation.evaluate")
    code, _, err = run(str(beir_set))
    assert code == 2
    assert "needs ir-measures and scikit-learn. Install them: pip install" in err


def test_the_script_does_what_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "scripts/evaluate.py", "no such set"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wherein: There is no set of questions no such set.")


def test_the_bundled_model_finds_most_of_some_real_answers(
    eval_sets: Path, tmp_path: Path, real_model: LocalModel, real_encoder: Encoder
) -> None:
    real = eval_sets / "squad_paragraphs"
    entries = (real / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    small = tmp_path / "small"
    small.mkdir()
    (small / "corpus.jsonl").write_text("\n".join(entries), encoding="utf-8")
    for name in ("queries.jsonl", "qrels.tsv"):
        (small / name).write_bytes((real / name).read_bytes())
    questions = read_set(str(small), None)
    known = {json.loads(entry)["_id"] for entry in entries}
    asked = [q for q in questions.questions if q.wanted and q.wanted.sources <= known][:60:3]

    loaded = LoadedModel(real_model.name, real_encoder)
    assert isinstance(questions.corpus, tuple)
    build_passages(questions.corpus, tmp_path, loaded, quiet)
    snapshot = Snapshot.open(Store(tmp_path).current_folder())
    found = report(evaluate("small", snapshot, real_encoder, asked, tmp_path / "q.sqlite", None))
    assert found.answerable == 20
    assert (found.metrics["nDCG@10"] or 0) > 0.8
