"""The evidence of a first hit, the probability it comes to, and what is said of it."""

import json
from collections.abc import Callable
from math import exp, log
from pathlib import Path

import pytest

from tests.conftest import FakeModel, FolderMaker, IndexBuilder
from wherein.index.encoding.model_files import LocalModel
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.query.filters import Filters
from wherein.search.ranking.scoring import COSINE_WEIGHT, COVERAGE_WEIGHT, FLOOR
from wherein.search.ranking.verdict import (
    FEATURES,
    REFITTED,
    Calibration,
    CalibrationError,
    Evidence,
    Judgement,
    Verdict,
    find_calibration,
    read_calibration,
    write_calibration,
)
from wherein.search.searcher import Searcher

NOTHING = dict.fromkeys(FEATURES, 0.0)
EVIDENCE = Evidence(0.5, 0.25, 0, 1, 2, 1, 0, 0, 0)
HALF = Calibration(0, NOTHING, answered=0.5, weak=0.5)


@pytest.fixture
def ask(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: Callable[[], Searcher]
) -> Callable[..., Evidence]:
    """The evidence of a question asked of a folder of files."""

    def run(question: str, *texts: str) -> Evidence:
        make_folder({f"{number}.txt": text + "\n" for number, text in enumerate(texts)})
        build_index()
        evidence = open_searcher().search(question).evidence
        assert evidence
        return evidence

    return run


def test_the_confidence_is_a_logistic_function_of_the_evidence() -> None:
    weights = NOTHING | {"cosine": 4, "words": 2, "over_tenth": 0.5, "lacks_name": -1.5}
    odds = -1 + 4 * 0.5 + 2 * 0.25 + 0.5 * 2 - 1.5
    calibration = Calibration(-1, weights, answered=0.9, weak=0.1)
    judgement = calibration.judge(EVIDENCE)
    assert judgement.confidence == pytest.approx(1 / (1 + exp(-odds)))
    assert judgement.verdict is Verdict.WEAK


@pytest.mark.parametrize(
    ("answered", "weak", "verdict"),
    [(0.5, 0.5, "answered"), (0.51, 0.5, "weak"), (0.6, 0.51, "none")],
)
def test_a_threshold_is_reached_by_equalling_it(answered: float, weak: float, verdict: str) -> None:
    assert Calibration(0, NOTHING, answered, weak).judge(EVIDENCE).verdict == verdict


def test_without_a_hit_nothing_answers() -> None:
    assert HALF.judge(None) == Judgement(0.0, Verdict.NONE)


def test_odds_beyond_all_bounds_are_certainty() -> None:
    for cosine, confidence in ((-1e9, 0.0), (1e9, 1.0)):
        calibration = Calibration(0, NOTHING | {"cosine": cosine}, 0.5, 0.5)
        assert calibration.judge(EVIDENCE).confidence == pytest.approx(confidence)


def test_a_calibration_weighs_each_feature_and_has_its_thresholds_in_order() -> None:
    with pytest.raises(ValueError, match="a calibration weighs"):
        Calibration(0, {"cosine": 1}, 0.5, 0.5)
    with pytest.raises(ValueError, match="out of order"):
        Calibration(0, NOTHING, answered=0.4, weak=0.5)


def test_a_word_counts_by_its_rarity(ask: Callable[..., Evidence]) -> None:
    # Three passages: "tea" is in two of them, "cup" in one, "saucer" in none.
    tea, cup, saucer = (log(1 + (3 - n + 0.5) / (n + 0.5)) for n in (2, 1, 0))
    evidence = ask(
        "tea in a cup and saucer",
        "The tea was late this year. It was in a cup, as ever, on the hills.",
        "Much tea came from the hills in all of these years.",
        "Nothing came by rail.",
    )
    assert evidence.words == pytest.approx((tea + cup) / (tea + cup + saucer))
    assert evidence.sentence_words == pytest.approx(tea / (tea + cup + saucer))
    assert evidence.cosine == pytest.approx(1)


def test_a_title_has_words_too(ask: Callable[..., Evidence]) -> None:
    evidence = ask(
        "tea in Harbin",
        "Prices rise in Harbin again\n\nThe tea was late this year, and so it was dear to them.",
    )
    assert evidence.words == 1
    assert evidence.sentence_words == pytest.approx(0.5)
    assert evidence.lacks_name == 0


def test_what_stands_alone_is_over_the_floor(ask: Callable[..., Evidence]) -> None:
    evidence = ask("tea", "The tea was late this year.")
    score = COSINE_WEIGHT + COVERAGE_WEIGHT + log(1 + 0.5 / 1.5) / 1.9
    assert evidence.over_second == pytest.approx(score - FLOOR)
    assert evidence.over_tenth == evidence.over_second


def test_the_second_and_the_tenth_are_distances(ask: Callable[..., Evidence]) -> None:
    # Of one length, so that their words count alike; the meanings are apart by the rain.
    texts = ["The tea was late" + " rain" * n + " and so on" * (4 - n) for n in range(4)]
    evidence = ask("tea", *texts, *(f"Tea, tea and {n} cups of rain and rain" for n in range(7)))
    assert evidence.over_second == pytest.approx(COSINE_WEIGHT * (1 - 1 / 2**0.5), abs=0.3)
    assert evidence.over_tenth == pytest.approx(COSINE_WEIGHT * (1 - 1 / 5**0.5), abs=0.6)


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("When did Putin drink tea?", 0),
        ("When did Lavrov drink tea?", 1),
        ("when did lavrov drink tea?", 0),  # without a capital it is a word as others are
        ("Lavrov drank tea", 0),  # the first word has one anyway
        ("Where did I drink tea?", 0),
    ],
)
def test_a_name_that_is_lacking_speaks_against_it(
    question: str, lacks: int, ask: Callable[..., Evidence]
) -> None:
    assert ask(question, "Mr Putin had his tea late this year.").lacks_name == lacks


@pytest.mark.parametrize(
    ("question", "lacks"),
    [("who did not drink tea", 1), ("who didn’t drink tea", 1), ("who drank tea", 0)],
)
def test_a_negation_that_is_lacking_speaks_against_it(
    question: str, lacks: int, ask: Callable[..., Evidence]
) -> None:
    assert ask(question, "Mr Putin had his tea late this year.").lacks_negation == lacks


def test_a_negation_that_is_there_does_not(ask: Callable[..., Evidence]) -> None:
    assert ask("who did not drink tea", "Mr Putin never had his tea.").lacks_negation == 0


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("when was the tea late", "The tea was late on 7 May 2024.", 0),
        ("when was the tea late", "The tea was late again.", 1),
        ("when was the tea late", "The tea was late again. It rained on 7 May 2024.", 1),
        ("why was the tea late", "The tea was late again.", 0),
    ],
)
def test_an_answer_to_when_has_a_date(
    question: str, text: str, lacks: int, ask: Callable[..., Evidence]
) -> None:
    assert ask(question, text).lacks_date == lacks


def test_the_judgement_is_of_the_first_hit_whatever_the_page(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({f"{n}.txt": f"The tea was late {n} times." + " rain" * n for n in range(5)})
    build_index()
    calibration = Calibration(-1, NOTHING | {"cosine": 1.5}, 0.9, 0.1)
    snapshot = Snapshot.open(Store(instance).current_folder())
    searcher = Searcher(snapshot, fake_model, calibration)
    first, second, past = (searcher.search("tea", limit=2, offset=n) for n in (0, 2, 50))
    assert first.judgement == second.judgement == past.judgement
    assert first.judgement
    assert first.judgement.confidence == pytest.approx(1 / (1 + exp(-0.5)))


def test_the_judgement_is_of_the_first_hit_that_the_filters_let_through(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({"best.txt": "The tea was late.", "other.txt": "The tea met rain."})
    build_index()
    calibration = Calibration(0, NOTHING | {"cosine": 1}, 0.9, 0.1)
    searcher = Searcher(Snapshot.open(Store(instance).current_folder()), fake_model, calibration)
    for source, cosine in (("best.txt", 1), ("other.txt", 1 / 2**0.5)):
        judgement = searcher.search("tea", filters=Filters(source=source)).judgement
        assert judgement
        # A cosine of a vector that is stored in 16 bits.
        assert judgement.confidence == pytest.approx(1 / (1 + exp(-cosine)), abs=2**-11)
    nothing = searcher.search("tea", filters=Filters(source="none.txt")).judgement
    assert nothing == Judgement(0.0, Verdict.NONE)


def test_without_a_calibration_nothing_is_said(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: Callable[[], Searcher]
) -> None:
    make_folder({"a.txt": "The tea was late.\n"})
    build_index()
    assert open_searcher().search("tea").judgement is None


def test_what_was_fitted_here_goes_before_what_is_shipped(
    tmp_path: Path, real_model: LocalModel
) -> None:
    shipped = find_calibration(real_model.name, tmp_path)
    assert shipped
    assert shipped != HALF
    write_calibration(tmp_path / REFITTED, real_model.name, HALF)
    assert find_calibration(real_model.name, tmp_path) == HALF
    assert find_calibration("another model", tmp_path) is None


def test_fitting_one_model_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    write_calibration(file, "one", HALF, articles={"squad": 6})
    write_calibration(file, "two", HALF)
    again = Calibration(1, NOTHING, 0.7, 0.2)
    write_calibration(file, "one", again)
    assert (read_calibration(file, "one"), read_calibration(file, "two")) == (again, HALF)
    assert read_calibration(tmp_path / "none.json", "one") is None
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


UNUSABLE = [
    "{",
    "[]",
    '{"m": 1}',
    '{"m": {"intercept": 0}}',
    json.dumps({"m": {"intercept": 0, "weights": {}, "answered": 1, "weak": 0}}),
    json.dumps({"m": {"intercept": None, "weights": NOTHING, "answered": 1, "weak": 0}}),
    json.dumps({"m": {"intercept": 1e999, "weights": NOTHING, "answered": 1, "weak": 0}}),
]


@pytest.mark.parametrize("content", UNUSABLE)
def test_what_cannot_be_used_is_named_with_its_remedy(content: str, tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(content)
    with pytest.raises(CalibrationError, match=r"that can be used: .*[Ff]it it again") as error:
        read_calibration(file, "m")
    assert str(file) in str(error.value)


def test_one_that_cannot_be_used_costs_nothing_but_itself(
    tmp_path: Path, real_model: LocalModel, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = find_calibration(real_model.name, tmp_path)
    (tmp_path / REFITTED).write_text(json.dumps({real_model.name: {"intercept": 1}}))
    assert find_calibration(real_model.name, tmp_path) == shipped
    assert f"{tmp_path / REFITTED} has no calibration" in caplog.text
    caplog.clear()
    (tmp_path / REFITTED).write_text(json.dumps({"another": {"intercept": 1}}))
    assert find_calibration(real_model.name, tmp_path) == shipped
    assert not caplog.text


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("who drank tea in 2023", 0),
        ("who drank tea in May 2023", 0),
        ("who drank tea in 2022", 1),
        ("who drank tea", 0),
    ],
)
def test_a_time_that_the_question_names_may_be_lacking(
    question: str, lacks: int, ask: Callable[..., Evidence]
) -> None:
    evidence = ask(question, "They drank their tea on 7 May 2023, and it was cold.")
    assert evidence.lacks_time == lacks
