"""Tests of fitting the verdict, with a small question set and the fake model."""

import json
from pathlib import Path

import pytest

from scripts.calibration import fit_verdict
from scripts.calibration.asker import Asker
from scripts.calibration.fit import SHARES, draw_folders, fit
from scripts.calibration.regression import FitConfig, calibrate
from scripts.calibration.split import ArticleSplit
from tests.conftest import FakeModel, quiet
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.search.evaluation.evaluate import Answer
from wherein.search.evaluation.metrics import JudgedHits
from wherein.search.evaluation.question_sets import Question, Unanswerable, read_set
from wherein.search.evaluation.relevance import Entries
from wherein.search.ranking.calibration import find_calibration
from wherein.search.ranking.evidence import Evidence, Gaps, Lead, Match
from wherein.search.ranking.verdict import Verdict

WORDS = ("Harbin", "trade", "tea", "rain")


@pytest.fixture
def folder_set(tmp_path: Path) -> Path:
    """Sixteen articles, each about two of the words; a question of each, and some without answer.

    The fake model knows "China" but no article has it; "moon" is near.
    """
    folder = tmp_path / "sets" / "small"
    (folder / "documents").mkdir(parents=True)
    questions = []
    for number in range(16):
        word, name = WORDS[number % 4], f"Place{number:02}"
        text = f"In {name} there was {word} all the year, and much of it for those who came."
        (folder / "documents" / f"{number:02}.txt").write_text(text + "\n")
        questions.append({"question": f"was there {word} in {name}", "source": f"{number:02}.txt"})
        questions.append({"question": f"who had {word} near {name}", "unanswerable": "near"})
    questions += [{"question": f"did {n} go to China", "unanswerable": "absent"} for n in range(6)]
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    (folder / "questions.jsonl").write_text(lines)
    return folder


@pytest.fixture
def split(folder_set: Path) -> ArticleSplit:
    questions = read_set(str(folder_set), None)
    articles = {f"{n:02}.txt": f"{n:02}.txt" for n in range(16)}
    names = sorted(articles)
    return ArticleSplit(questions, articles, frozenset(names[::2]), frozenset(names[1::2]))


def test_every_second_article_is_for_training(
    folder_set: Path, tmp_path: Path, fake_model: FakeModel
) -> None:
    questions = read_set(str(folder_set), None)
    asker = Asker(LoadedModel(fake_model.name, fake_model), tmp_path / "instance", quiet)
    split = ArticleSplit.of(questions, asker.index_all(questions))
    assert sorted(split.training) == [f"{n:02}.txt" for n in range(0, 16, 2)]
    assert sorted(split.held_out) == [f"{n:02}.txt" for n in range(1, 16, 2)]


def test_passages_with_the_same_title_belong_to_one_article(
    tmp_path: Path, fake_model: FakeModel
) -> None:
    folder = tmp_path / "beir"
    folder.mkdir()
    corpus = [("a", "Tea"), ("b", "Tea"), ("c", "Rain"), ("d", "")]
    (folder / "corpus.jsonl").write_text(
        "".join(
            json.dumps({"_id": name, "title": title, "text": f"All of {name}."}) + "\n"
            for name, title in corpus
        )
    )
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "tea"}\n')
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tb\t1\n")
    questions = read_set(str(folder), None)
    asker = Asker(LoadedModel(fake_model.name, fake_model), tmp_path / "instance", quiet)
    split = ArticleSplit.of(questions, asker.index_all(questions))
    assert split.articles == {"a": "Tea", "b": "Tea", "c": "Rain", "d": "d"}
    assert (split.training, split.held_out) == (frozenset(["Tea"]), frozenset())
    assert split.sources(["Tea"]) == {"a", "b"}


def test_a_drawn_folder_has_no_held_out_article(split: ArticleSplit) -> None:
    folders = list(draw_folders(split))
    assert len(folders) >= len(SHARES)
    for folder, asked in folders:
        assert folder <= split.training
        for question in asked:
            place = question.text.split()[-1]
            there = f"{place.removeprefix('Place')}.txt" in folder
            assert (question.wanted is not None) == there
            assert (question.unanswerable is Unanswerable.ABSENT) == (not there)
        assert {question.unanswerable for question in asked} == {None, Unanswerable.ABSENT}


def test_the_same_folders_are_drawn_each_time(split: ArticleSplit) -> None:
    assert list(draw_folders(split)) == list(draw_folders(split))


def answer(cosine: float, *, answerable: bool) -> Answer:
    question = Question(
        "q",
        "who",
        Entries({"a": 1}) if answerable else None,
        None if answerable else Unanswerable.ABSENT,
    )
    evidence = Evidence(Match(cosine, 0, 0), Lead(0, 0), Gaps(0, 0, 0, 0))
    return Answer(question, JudgedHits({}, {}, 1), None, None, evidence)


def test_the_thresholds_admit_the_configured_shares() -> None:
    yes = [answer(0.5 + n / 400, answerable=True) for n in range(200)]
    no = [answer(n / 400, answerable=False) for n in range(240)]
    calibration = calibrate([[*yes, *no]], [])
    judged = [calibration.judge(one.evidence).verdict for one in yes]
    assert judged.count(Verdict.ANSWERED) == 191  # 0.955 of them
    assert judged.count(Verdict.NONE) in (1, 2)
    assert calibration.weights["cosine"] > 0
    assert calibration.weights["words"] == 0


def test_each_folder_weighs_the_same_whatever_the_number_of_questions() -> None:
    one = [answer(0.9, answerable=True), answer(0.1, answerable=False)]
    other = [answer(0.4, answerable=True), answer(0.6, answerable=False)]
    alike = calibrate([one, other], [])
    assert calibrate([one * 9, other], []) == alike
    assert calibrate([one, one, other], []) != alike


def test_near_questions_lower_the_confidence_a_little() -> None:
    folder = [answer(n / 20, answerable=n > 8) for n in range(20)]
    near = [answer(0.9, answerable=False)] * 4
    sure = calibrate([folder], []).judge(near[0].evidence).confidence
    less = calibrate([folder], near).judge(near[0].evidence).confidence
    assert 0.5 < less < sure
    heavy = calibrate([folder], near, FitConfig(near_weight=2))
    assert heavy.judge(near[0].evidence).confidence < 0.5


def test_a_threshold_weighs_folders_and_not_questions() -> None:
    # A folder with many sure answers must not outvote one whose only answer is less sure.
    many = [answer(0.9, answerable=True)] * 99 + [answer(0.1, answerable=False)]
    few = [answer(0.6, answerable=True), answer(0.2, answerable=False)]
    calibration = calibrate([many, few], [])
    assert calibration.judge(few[0].evidence).verdict is Verdict.ANSWERED


def test_answerable_questions_get_a_higher_confidence_than_absent_ones(
    folder_set: Path, tmp_path: Path, fake_model: FakeModel
) -> None:
    asker = Asker(LoadedModel(fake_model.name, fake_model), tmp_path / "instance", quiet)
    fitted = fit([read_set(str(folder_set), None)], [], asker)
    assert fitted.articles == {"small": 8}
    answers = fitted.checks["small"]
    kinds = [a.question.unanswerable for a in answers]
    assert (kinds.count(None), kinds.count(Unanswerable.ABSENT)) == (8, 6)
    assert {a.top.source for a in answers if a.top and a.question.wanted} == {
        f"{n:02}.txt" for n in range(1, 16, 2)
    }
    mean = {
        kind: [
            a.judgement.confidence
            for a in answers
            if a.question.unanswerable is kind and a.judgement
        ]
        for kind in (None, Unanswerable.ABSENT)
    }
    assert min(mean[None]) > max(mean[Unanswerable.ABSENT])


def test_without_absent_questions_half_of_the_held_out_articles_are_left_out(
    folder_set: Path, tmp_path: Path, fake_model: FakeModel
) -> None:
    lines = (folder_set / "questions.jsonl").read_text().splitlines(keepends=True)
    (folder_set / "questions.jsonl").write_text("".join(x for x in lines if "unansw" not in x))
    asker = Asker(LoadedModel(fake_model.name, fake_model), tmp_path / "instance", quiet)
    fitted = fit([read_set(str(folder_set), None)], [], asker)
    asked = {a.question.text[-2:]: a.question.unanswerable for a in fitted.checks["small"]}
    assert asked == {
        f"{n:02}": Unanswerable.ABSENT if n % 4 == 1 else None for n in range(1, 16, 2)
    }


def test_the_command_writes_a_calibration_and_prints_its_metrics(
    folder_set: Path,
    instance: Path,
    fake_model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(
        fit_verdict, "loaded_model", lambda _: LoadedModel(fake_model.name, fake_model)
    )
    diagram = tmp_path / "diagram.svg"
    code = fit_verdict.main(
        [str(folder_set), "--instance", str(instance), "--diagram", str(diagram)]
    )
    out = capsys.readouterr().out
    assert code == 0
    assert out.splitlines()[1].split()[0] == "small"
    assert f"The calibration of {fake_model.name} is in {instance / 'calibration.json'}" in out
    assert find_calibration(fake_model.name, instance)
    assert diagram.read_text().startswith("<?xml")
