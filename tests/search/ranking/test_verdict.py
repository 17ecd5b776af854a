"""The verdict: a calibrated probability, and what it says of the first hit."""

from math import exp
from pathlib import Path

import pytest

from tests.asking import ask
from tests.conftest import FakeModel, FolderMaker, IndexBuilder, SearcherOpener
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.query.filters import Filters
from wherein.search.ranking.evidence import FEATURES, Evidence, Gaps, Lead, Match
from wherein.search.ranking.verdict import Calibration, Judgement, Verdict
from wherein.search.searcher import Searcher

NO_WEIGHTS = dict.fromkeys(FEATURES, 0.0)
EVIDENCE = Evidence(Match(0.5, 0.25, 0), Lead(1, 2), Gaps(1, 0, 0, 0))
HALF = Calibration(0, NO_WEIGHTS, answered=0.5, weak=0.5)


def test_the_confidence_is_a_logistic_function_of_the_evidence() -> None:
    weights = NO_WEIGHTS | {"cosine": 4, "words": 2, "over_tenth": 0.5, "lacks_name": -1.5}
    odds = -1 + 4 * 0.5 + 2 * 0.25 + 0.5 * 2 - 1.5
    calibration = Calibration(-1, weights, answered=0.9, weak=0.1)
    judgement = calibration.judge(EVIDENCE)
    assert judgement.confidence == pytest.approx(1 / (1 + exp(-odds)))
    assert judgement.verdict is Verdict.WEAK


@pytest.mark.parametrize(
    ("answered", "weak", "verdict"),
    [(0.5, 0.5, "answered"), (0.51, 0.5, "weak"), (0.6, 0.51, "none")],
)
def test_a_confidence_equal_to_a_threshold_reaches_it(
    answered: float, weak: float, verdict: str
) -> None:
    assert Calibration(0, NO_WEIGHTS, answered, weak).judge(EVIDENCE).verdict == verdict


def test_without_a_hit_the_verdict_is_none() -> None:
    assert HALF.judge(None) == Judgement(0.0, Verdict.NONE)


def test_extreme_odds_do_not_overflow() -> None:
    for cosine, confidence in ((-1e9, 0.0), (1e9, 1.0)):
        calibration = Calibration(0, NO_WEIGHTS | {"cosine": cosine}, 0.5, 0.5)
        assert calibration.judge(EVIDENCE).confidence == pytest.approx(confidence)


def test_a_calibration_needs_every_weight_and_ordered_thresholds() -> None:
    with pytest.raises(ValueError, match="a calibration needs the weights"):
        Calibration(0, {"cosine": 1}, 0.5, 0.5)
    with pytest.raises(ValueError, match="out of order"):
        Calibration(0, NO_WEIGHTS, answered=0.4, weak=0.5)


def test_the_judgement_is_on_the_first_hit_whatever_the_page(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({f"{n}.txt": f"The tea was late {n} times." + " rain" * n for n in range(5)})
    build_index()
    calibration = Calibration(-1, NO_WEIGHTS | {"cosine": 1.5}, 0.9, 0.1)
    snapshot = Snapshot.open(Store(instance).current_folder())
    searcher = Searcher(snapshot, fake_model, calibration)
    first, second, past = (ask(searcher, "tea", limit=2, offset=n) for n in (0, 2, 50))
    assert first.judgement == second.judgement == past.judgement
    assert first.judgement
    assert first.judgement.confidence == pytest.approx(1 / (1 + exp(-0.5)))


def test_the_judgement_is_on_the_first_hit_within_the_filters(
    make_folder: FolderMaker, build_index: IndexBuilder, instance: Path, fake_model: FakeModel
) -> None:
    make_folder({"best.txt": "The tea was late.", "other.txt": "The tea met rain."})
    build_index()
    calibration = Calibration(0, NO_WEIGHTS | {"cosine": 1}, 0.9, 0.1)
    searcher = Searcher(Snapshot.open(Store(instance).current_folder()), fake_model, calibration)
    for source, cosine in (("best.txt", 1), ("other.txt", 1 / 2**0.5)):
        judgement = ask(searcher, "tea", filters=Filters(source=source)).judgement
        assert judgement
        # The stored vector is rounded to 16 bits.
        assert judgement.confidence == pytest.approx(1 / (1 + exp(-cosine)), abs=2**-11)
    nothing = ask(searcher, "tea", filters=Filters(source="none.txt")).judgement
    assert nothing == Judgement(0.0, Verdict.NONE)


def test_without_a_calibration_there_is_no_judgement(
    make_folder: FolderMaker, build_index: IndexBuilder, open_searcher: SearcherOpener
) -> None:
    make_folder({"a.txt": "The tea was late.\n"})
    build_index()
    assert ask(open_searcher(), "tea").judgement is None
