"""Where calibrations are kept and found."""

import json
from pathlib import Path

import pytest

from wherein.index.encoding.model_files import LocalModel
from wherein.search.ranking.calibration import (
    FITTED,
    CalibrationError,
    find_calibration,
    read_calibration,
    write_calibration,
)
from wherein.search.ranking.evidence import FEATURES
from wherein.search.ranking.verdict import Calibration

NO_WEIGHTS = dict.fromkeys(FEATURES, 0.0)
HALF = Calibration(0, NO_WEIGHTS, answered=0.5, weak=0.5)


def test_a_calibration_in_the_instance_takes_precedence_over_the_shipped_one(
    tmp_path: Path, real_model: LocalModel
) -> None:
    shipped = find_calibration(real_model.name, tmp_path)
    assert shipped
    assert shipped != HALF
    write_calibration(tmp_path / FITTED, real_model.name, HALF)
    assert find_calibration(real_model.name, tmp_path) == HALF
    assert find_calibration("another model", tmp_path) is None


def test_writing_one_calibration_keeps_those_of_other_models(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    write_calibration(file, "one", HALF, articles={"squad": 6})
    write_calibration(file, "two", HALF)
    again = Calibration(1, NO_WEIGHTS, 0.7, 0.2)
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
    json.dumps({"m": {"intercept": None, "weights": NO_WEIGHTS, "answered": 1, "weak": 0}}),
    json.dumps({"m": {"intercept": 1e999, "weights": NO_WEIGHTS, "answered": 1, "weak": 0}}),
]


@pytest.mark.parametrize("content", UNUSABLE)
def test_an_unusable_calibration_is_reported_with_the_remedy(content: str, tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(content)
    with pytest.raises(
        CalibrationError, match=r"no usable calibration of m: .*Delete the file, or fit"
    ) as error:
        read_calibration(file, "m")
    assert str(file) in str(error.value)


def test_an_unusable_calibration_in_the_instance_is_ignored_with_a_warning(
    tmp_path: Path, real_model: LocalModel, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = find_calibration(real_model.name, tmp_path)
    (tmp_path / FITTED).write_text(json.dumps({real_model.name: {"intercept": 1}}))
    assert find_calibration(real_model.name, tmp_path) == shipped
    assert f"{tmp_path / FITTED} has no usable calibration" in caplog.text
    caplog.clear()
    (tmp_path / FITTED).write_text(json.dumps({"another": {"intercept": 1}}))
    assert find_calibration(real_model.name, tmp_path) == shipped
    assert not caplog.text
