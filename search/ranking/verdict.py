"""Whether the documents answer a question: evidence, a calibrated probability, a verdict.

A logistic model with a few readable features. `scripts/fit_verdict.py` fits it for an encoder;
`calibration.json` has the bundled one's.
"""

import json
import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from wherein.index.arrays import Numbers
from wherein.index.catalog.reader import StoredPassage
from wherein.index.errors import WhereinError
from wherein.index.lexical.text_index import LexicalIndex
from wherein.index.passages.splitter import Span
from wherein.search.query.intent import asks_when
from wherein.search.ranking.scoring import FLOOR

SHIPPED = Path(__file__).parent / "calibration.json"
REFITTED = "calibration.json"
"""In the instance folder: what `scripts/fit_verdict.py` fitted there. It goes first."""

log = logging.getLogger(__name__)

_WORD = re.compile(r"\w+")
_NEGATION = re.compile(
    r"\b(?:no|not|nor|never|none|neither|cannot|without)\b|n[’']t\b", re.IGNORECASE
)


class CalibrationError(WhereinError):
    """A file of calibrations cannot be used."""


class Verdict(StrEnum):
    """What can be said of the first hit: it answers, it may, or nothing does."""

    ANSWERED = "answered"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit, or against it.

    `words` and `sentence_words` are the shares of the question's words, each weighing its idf,
    that its passage under its title has, and its best sentence. `over_second` and `over_tenth`
    are what its score has over theirs, or over the floor where there is none. The rest are 0
    or 1: whether a name of the question, a negation, a date where it asks when, or a date of the
    time that it names is lacking.
    """

    cosine: float
    words: float
    sentence_words: float
    over_second: float
    over_tenth: float
    lacks_name: float
    lacks_negation: float
    lacks_date: float
    lacks_time: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the probability that it stands for: that the first hit answers."""

    confidence: float
    verdict: Verdict


FEATURES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model: the log-odds are intercept + the sum of weight × feature.

    From the confidence `answered` on a question counts as answered; below `weak` as not at all.
    """

    intercept: float
    weights: Mapping[str, float]
    answered: float
    weak: float

    def __post_init__(self) -> None:
        if set(self.weights) != set(FEATURES):
            raise ValueError(f"a calibration weighs {sorted(FEATURES)}, not {sorted(self.weights)}")
        if not all(math.isfinite(number) for number in (self.intercept, *self.weights.values())):
            raise ValueError("its numbers must be finite")
        if not 0 <= self.weak <= self.answered <= 1:
            raise ValueError(f"the thresholds are out of order: {self.weak}, {self.answered}")

    def judge(self, evidence: Evidence | None) -> Judgement:
        """What the evidence comes to. Where there is no hit at all, nothing answers."""
        confidence = 0.0 if evidence is None else self._probability(evidence)
        if confidence >= self.answered:
            return Judgement(confidence, Verdict.ANSWERED)
        return Judgement(confidence, Verdict.WEAK if confidence >= self.weak else Verdict.NONE)

    def _probability(self, evidence: Evidence) -> float:
        given = asdict(evidence)
        odds = self.intercept + sum(self.weights[name] * given[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-500.0, odds)))


def weigh(
    question: str,
    times: Numbers,
    lexical: LexicalIndex,
    first: StoredPassage,
    sentence: Span,
    cosine: float,
    scores: Sequence[float],
) -> Evidence:
    """The evidence of a first hit with its best sentence, and the best scores, at least one.

    `times` are those that the question names.
    """
    terms = lexical.terms(question)
    weights = dict(zip(terms, lexical.idf(terms).tolist(), strict=True))
    start, end = sentence
    passage = set(lexical.words(f"{first.title or ''}\n{first.text}"))
    answer = first.text[start:end]
    dated = any(start <= date.start < end for date in first.dates)
    return Evidence(
        cosine=cosine,
        words=_share(weights, passage),
        sentence_words=_share(weights, set(lexical.words(answer))),
        over_second=scores[0] - (scores[1] if len(scores) > 1 else FLOOR),
        over_tenth=scores[0] - (scores[9] if len(scores) > 9 else FLOOR),
        lacks_name=float(not passage.issuperset(_names(question, lexical))),
        lacks_negation=float(_negates(question) and not _negates(answer)),
        lacks_date=float(asks_when(question) and not dated),
        lacks_time=float(len(times) and not any(date.shares_day(times) for date in first.dates)),
    )


def _share(weights: Mapping[str, float], words: set[str]) -> float:
    total = sum(weights.values())
    return sum(weights[word] for word in weights if word in words) / total if total else 0.0


def _names(question: str, lexical: LexicalIndex) -> set[str]:
    """The words with a capital, but for the first, which has one anyway, and "I"."""
    words = _WORD.findall(question)[1:]
    names = [word for word in words if word[0].isupper() and len(word) > 1]
    return set(lexical.terms(" ".join(names)))


def _negates(text: str) -> bool:
    return _NEGATION.search(text) is not None


def find_calibration(model: str, instance: Path) -> Calibration | None:
    """The calibration of a model by its name: the one fitted here, else the one shipped.

    None where there is neither. One that was fitted here and cannot be used is passed over, and
    the log says so: a verdict less is no reason not to search.
    """
    try:
        fitted = read_calibration(instance / REFITTED, model)
    except CalibrationError as error:
        log.warning("%s The shipped one is used.", error)
        fitted = None
    return fitted or read_calibration(SHIPPED, model)


def read_calibration(file: Path, model: str) -> Calibration | None:
    """The calibration of a model in a file; None where it is not there, or the file is not.

    Raises CalibrationError where it is and cannot be used.
    """
    try:
        known = _read(file)
        if model not in known:
            return None
        fitted = known[model]
        return Calibration(**{field.name: fitted[field.name] for field in fields(Calibration)})
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise CalibrationError(
            f"{file} has no calibration of {model} that can be used: {error}. Fit it again with "
            "scripts/fit_verdict.py, or delete the file."
        ) from error


def write_calibration(file: Path, model: str, calibration: Calibration, **about: object) -> None:
    """Put a model's calibration in the place of the one it had; the others in the file stay."""
    try:
        known = {**_read(file), model: {**asdict(calibration), **about}}
        written = file.with_name(f".{file.name}")
        written.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        written.replace(file)
    except (OSError, TypeError, ValueError) as error:
        raise CalibrationError(f"{file} cannot be written: {error}.") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        known = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(known, dict):
        raise TypeError("it is no object of models")
    return known
