"""Where calibrations are kept: the one that is shipped, and those that were fitted here."""

import json
import logging
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from wherein.index.errors import WhereinError
from wherein.search.ranking.verdict import Calibration

SHIPPED = Path(__file__).parent / "calibration.json"
FITTED = "calibration.json"
"""The file in an instance folder with the models that were fitted there. It takes precedence."""

log = logging.getLogger(__name__)


class CalibrationError(WhereinError):
    """A calibration file cannot be used."""


def find_calibration(model: str, instance: Path) -> Calibration | None:
    """Find the calibration of an embedding model.

    A file in the instance folder takes precedence. If it cannot be used, the log says so and the
    shipped one is used: a search works without it.

    Args:
        model: The name of the embedding model.
        instance: The instance folder.

    Returns:
        The calibration, or None if there is none for this model.

    Raises:
        CalibrationError: The shipped file cannot be used.
    """
    try:
        fitted = read_calibration(instance / FITTED, model)
    except CalibrationError as error:
        log.warning("%s The shipped calibration is used instead.", error)
        fitted = None
    return fitted or read_calibration(SHIPPED, model)


def read_calibration(file: Path, model: str) -> Calibration | None:
    """Read the calibration of a model from a file.

    Args:
        file: The calibration file, which may be missing.
        model: The name of the embedding model.

    Returns:
        The calibration, or None if the file or the model's entry is missing.

    Raises:
        CalibrationError: The file or the entry cannot be used.
    """
    try:
        entries = _read(file)
        if model not in entries:
            return None
        entry = entries[model]
        return Calibration(**{field.name: entry[field.name] for field in fields(Calibration)})
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise CalibrationError(
            f"{file} has no usable calibration of {model}: {error}. Delete the file, or fit the "
            "calibration again with python -m scripts.calibration.fit_verdict."
        ) from error


def write_calibration(file: Path, model: str, calibration: Calibration, **about: object) -> None:
    """Write the calibration of a model into a file and keep the entries of other models.

    Args:
        file: The calibration file, which may be missing.
        model: The name of the embedding model.
        calibration: The calibration, which replaces the model's entry.
        **about: Further fields of the entry that say how it was fitted.

    Raises:
        CalibrationError: The file cannot be written, or has no valid JSON.
    """
    try:
        entries = {**_read(file), model: {**asdict(calibration), **about}}
        staged = file.with_name(f".{file.name}")
        staged.write_text(json.dumps(entries, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        staged.replace(file)
    except (OSError, TypeError, ValueError) as error:
        raise CalibrationError(f"{file} cannot be written: {error}.") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        entries = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(entries, dict):
        raise TypeError("it is not a JSON object of models")
    return entries
