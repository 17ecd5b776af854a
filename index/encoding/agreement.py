"""Do two encoders agree? Measured once, and remembered: it takes seconds to load both.

What was measured lies beside the compiled model, trial-<key>.json, by the two encoders'
fingerprints and the texts. Losing it costs measuring again.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from wherein.index.documents.checksums import digest
from wherein.index.encoding.encoder import Encoder, QuestionEncoder
from wherein.index.encoding.onnx_export import CHECKED, agreement
from wherein.index.passages.splitter import Passage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trial:
    """Of an encoder of passages, and one of questions that it is tried with.

    `agreement` is the least cosine of their vectors of the checked texts, and `stands_alone`
    whether passages have the same vectors, bit for bit, alone and in company.
    """

    passages: str
    questions: str
    agreement: float
    stands_alone: bool


def tried(passages: Encoder, questions: QuestionEncoder, folder: Path) -> Trial:
    """What came of trying them, remembered in a folder or, where nothing is, measured now."""
    key = {"passages": passages.fingerprint, "questions": questions.fingerprint}
    file = folder / f"trial-{digest({**key, 'texts': CHECKED})[:16]}.json"
    trial = _read(file)
    if trial is None:
        trial = Trial(
            **key,
            agreement=agreement(passages, questions),
            stands_alone=_stands_alone(passages),
        )
        _write(file, trial)
    return trial


def _stands_alone(encoder: Encoder) -> bool:
    passages = [Passage(None, 0, 0, text, ((0, len(text)),)) for text in CHECKED]
    together = encoder.encode_passages([*passages, *reversed(passages)])
    alone = [encoder.encode_passage(passage) for passage in passages]
    return all(
        np.array_equal(one, other)
        for one, other in zip(together, [*alone, *reversed(alone)], strict=True)
    )


def _read(file: Path) -> Trial | None:
    """None where there is none, or it is not what was written."""
    try:
        fields = json.loads(file.read_bytes())
        return Trial(**fields) if fields.pop("sha256") == digest(fields) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(file: Path, trial: Trial) -> None:
    fields = asdict(trial)
    fields["sha256"] = digest(fields)
    written = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        written.write_text(json.dumps(fields, indent=1), encoding="utf-8")
        written.replace(file)
    except OSError as error:
        log.warning("%s cannot be written, so the next run takes longer: %s", file, error)
