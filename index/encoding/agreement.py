"""Do two encoders agree? Measures it on a few texts, and keeps the result in a file.

Processors round differently, so vectors are compared with a tolerance and never bit for bit. See
docs/decisions/vectors-across-processors.md.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.documents.checksums import json_checksum
from wherein.index.encoding.protocols import Encoder, QuestionEncoder
from wherein.index.passages.splitter import Passage

log = logging.getLogger(__name__)

MIN_AGREEMENT = 0.997
"""Two encoders may stand in for each other if their vectors of each text have this cosine."""

ROUNDING_TOLERANCE = 2.0**-11
"""The greatest distance between two unit vectors that count as equal on one machine.

An index stores vectors as 16-bit floating-point numbers, with 11 significant bits. Storing a unit
vector x therefore moves it by at most 2^-11 · |x|. A vector y that is no farther away changes a
cosine q · x by at most |q| · |x - y| ≤ 2^-11 (Cauchy-Schwarz), as storing does.
"""

CHECK_TEXTS = (
    "when did Putin visit China",
    "Harbin?",
    "how many people lived in the city before the war",
    "The treaty was signed in Vienna on 9 June 1815, nine days before the battle of Waterloo.",
    "Revenue rose 4.5% to $240.1bn, the company said; its shares fell all the same.",
    "It's not what they'd expected: e-mails, U.S.A., 50 km/h, and no answer at all!",
    "В Харбине шёл дождь. 哈尔滨下雨了。 Es regnete in Harbin. 😀",
    (
        "A chemical element cannot be broken down by ordinary means; its atoms all have as many "
        "protons, which is the element's place in the periodic table."
    ),
    "It rained in Harbin for many days on end, and the river rose over its banks. " * 60,
)
"""The texts that encoders are compared on: from one word to more than any model's window."""

QUICK_CHECKS = (0, 1, 6)
"""The positions of the texts for a check at each start: short texts, one in several scripts."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well an encoder of passages agrees with an encoder of questions.

    Attributes:
        passages: The fingerprint of the encoder of passages.
        questions: The fingerprint of the encoder of questions.
        cosine: The lowest cosine between their vectors of the same text.
        ignores_batch: Whether a passage gets the same vectors alone and in a batch, within
            ROUNDING_TOLERANCE.
    """

    passages: str
    questions: str
    cosine: float
    ignores_batch: bool


def encode_check_texts(encoder: QuestionEncoder) -> Vectors:
    """Encode CHECK_TEXTS as questions: (texts, dimension), float32."""
    return np.stack([encoder.encode_question(text) for text in CHECK_TEXTS])


def min_cosine(
    encoder: QuestionEncoder, expected: Vectors, positions: Iterable[int] | None = None
) -> float:
    """Compare an encoder with the vectors of another encoder.

    Args:
        encoder: The encoder to check. It encodes the texts as questions.
        expected: What `encode_check_texts` returns for the other encoder: (texts, dimension).
        positions: Which of CHECK_TEXTS to compare. None compares all of them.

    Returns:
        The lowest cosine over the texts. It is NaN where a cosine is NaN.
    """
    compared = range(len(CHECK_TEXTS)) if positions is None else positions
    return float(np.min([encoder.encode_question(CHECK_TEXTS[i]) @ expected[i] for i in compared]))


def check_agreement(passages: Encoder, questions: QuestionEncoder, folder: Path) -> Agreement:
    """Measure the agreement of two encoders, or read it where it was measured before.

    Measuring takes seconds, because both encoders must be loaded. The result is kept in the file
    agreement-<key>.json. The key is a digest of both fingerprints and the texts.

    Args:
        passages: The encoder of passages.
        questions: The encoder of questions.
        folder: The folder for the file.

    Returns:
        The agreement.
    """
    key = {"passages": passages.fingerprint, "questions": questions.fingerprint}
    file = folder / f"agreement-{json_checksum({**key, 'texts': CHECK_TEXTS})[:16]}.json"
    measured = _read(file)
    if measured is None:
        measured = Agreement(
            **key,
            cosine=min_cosine(passages, encode_check_texts(questions)),
            ignores_batch=_ignores_batch(passages),
        )
        _write(file, measured)
    return measured


def _ignores_batch(encoder: Encoder) -> bool:
    passages = [Passage(None, 0, 0, text, ((0, len(text)),)) for text in CHECK_TEXTS]
    together = encoder.encode_passages([*passages, *reversed(passages)])
    alone = [encoder.encode_passage(passage) for passage in passages]
    return all(
        equal_within_rounding(vectors, expected)
        for vectors, expected in zip(together, [*alone, *reversed(alone)], strict=True)
    )


def equal_within_rounding(vectors: Vectors, expected: Vectors) -> bool:
    """Return whether each of two arrays' rows is within ROUNDING_TOLERANCE of the other.

    Args:
        vectors: Unit vectors: (n, dimension).
        expected: Unit vectors: (n, dimension).

    Returns:
        True where no row is farther away.
    """
    distances = np.linalg.norm(vectors - expected, axis=-1)
    return bool(np.all(distances <= ROUNDING_TOLERANCE))


def _read(file: Path) -> Agreement | None:
    """Read a result. Return None where the file is missing or damaged."""
    try:
        fields = json.loads(file.read_bytes())
        return Agreement(**fields) if fields.pop("sha256") == json_checksum(fields) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(file: Path, measured: Agreement) -> None:
    fields = asdict(measured)
    fields["sha256"] = json_checksum(fields)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(fields, indent=1), encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        log.warning("%s cannot be written, so the next run takes longer: %s", file, error)
