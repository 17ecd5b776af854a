"""Tests of evaluation: metrics that can be worked out by hand, for each layout of question sets."""

import json
from math import log2
from pathlib import Path

import pytest

from tests.conftest import FakeModel, FolderMaker, IndexBuilder, quiet
from tests.search.evaluation.conftest import Run
from tests.search.evaluation.sets import CORPUS, Lines, jsonl
from wherein.index.build import build_passages
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.model_files import LocalModel
from wherein.index.encoding.protocols import Encoder
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation.evaluate import evaluate_questions
from wherein.search.evaluation.question_sets import read_set
from wherein.search.evaluation.report import make_report
from wherein.search.query.query import plain_query
from wherein.search.results import find_results
from wherein.search.searcher import Searcher

SECOND = 1 / log2(3)  # what a grade of 1 gains at rank 2
BY_HAND = {  # nDCG@10, hit@1, hit@5, MRR@10, Recall@100, rank
    "first": (1, 1, 1, 1, 1, 1),
    "second": (SECOND, 0, 1, 0.5, 1, 2),
    "never": (0, 0, 0, 0, 0, None),
    "graded": ((1 + 2 * SECOND) / (2 + SECOND), 1, 1, 1, 1, 1),
    "repeat": (1, 1, 1, 1, 1, 1),
    "repeats": (1, 1, 1, 1, 1, 1),  # two of the three are one hit
}
METRICS = ("nDCG@10", "hit@1", "hit@5", "MRR@10", "Recall@100")


def test_every_figure_of_the_beir_layout_is_as_computed_by_hand(
    beir_set: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run("tiny", "--json", "--per-query", str(tmp_path / "why.jsonl"))
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert {row["id"]: (*(row[name] for name in METRICS), row["rank"]) for row in rows} == {
        name: pytest.approx(figures) if None not in figures else figures
        for name, figures in BY_HAND.items()
    }
    assert rows[0] == {
        "set": "tiny",
        "id": "first",
        "question": "tea",
        "unanswerable": None,
        **dict.fromkeys(METRICS, 1.0),
        "rank": 1,
        "marked": None,
        "verdict": None,
        "confidence": None,
        "top": {"source": "tea", "text": "Tea was late."},
    }
    (figures,) = json.loads(out)
    assert figures["metrics"] == {
        name: pytest.approx(sum(float(row[i] or 0) for row in BY_HAND.values()) / len(BY_HAND))
        for i, name in enumerate(METRICS)
    }
    assert figures["questions"] == {"answerable": 6, "absent": 0, "near": 0}
    assert figures["verdict"]["answered"] is None
    assert figures["set"] == beir_set.name
    assert figures["median_ms"] > 0
    assert figures["snapshot"]


def test_only_a_changed_entry_is_encoded_again(
    beir_set: Path, run: Run, fake_model: FakeModel
) -> None:
    run("tiny")
    changed: Lines = [*CORPUS[:-1], {"_id": "trade", "title": "Now", "text": "Trade grew."}]
    (beir_set / "corpus.jsonl").write_text(jsonl(changed))
    fake_model.encoded.clear()
    run("tiny")
    assert fake_model.encoded == ["Trade grew."]


def test_passages_of_a_corpus_are_indexed_without_cutting(
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
    (hit,) = find_results(Searcher(snapshot, fake_model), plain_query("tea")).hits
    assert (hit.passage.source, hit.passage.title, hit.passage.text) == ("a/b?", "T", long)


def test_the_documents_of_the_folder_layout_are_indexed(
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
    assert "1 sources that answer are not in the index: gone.txt" in err


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


def test_the_share_of_highlighted_sentences_with_an_accepted_answer_is_computed(
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


def test_the_bundled_model_finds_most_answers_to_real_questions(
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
    cache = tmp_path / "q.sqlite"
    evaluation = evaluate_questions("small", snapshot, real_encoder, asked, cache, None)
    report = make_report(evaluation)
    assert report.questions.answerable == 20
    assert (report.ranking.metrics["nDCG@10"] or 0) > 0.8
