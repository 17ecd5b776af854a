"""Accuracy on labelled sentences."""

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DATA
from tests.index.dates.reading import DAY
from wherein.index.dates.mention import DateMention
from wherein.index.dates.scanner import find_dates


@dataclass(frozen=True)
class Score:
    """The accuracy of date expressions.

    Attributes:
        precision: The share of expressions that overlap a label.
        recall: The share of labels that an expression overlaps.
        values: The share of these expressions with a right value.
        wrong: What is wrong, for the message of a failure.
    """

    precision: float
    recall: float
    values: float
    wrong: tuple[str, ...]


def labelled(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def annotated(file: Path) -> Iterator[dict[str, Any]]:
    """Read lines such as "2024-04-26 | He came on [Tuesday=2024-04-23~2024-04-30].".

    "-" stands for an unknown day or value. "~" separates right values. "?" after them
    marks an optional label.
    """
    for line in file.read_text(encoding="utf-8").splitlines():
        reference, _, rest = line.partition(" | ")
        text, spans = "", []
        for part in re.split(r"(\[[^]=]+=[^]]+\])", rest):
            if not part.startswith("[") or "=" not in part:
                text += part
                continue
            span, _, values = part[1:-1].rpartition("=")
            value, *also = [None if v == "-" else v for v in values.rstrip("?").split("~")]
            spans.append(
                {
                    "start": len(text),
                    "end": len(text) + len(span),
                    "text": span,
                    "value": value,
                    "also_right": also,
                    "optional": values.endswith("?"),
                }
            )
            text += span
        yield {
            "reference": None if reference == "-" else reference,
            "text": text,
            "spans": spans,
        }


def score(rows: Iterable[dict[str, Any]]) -> Score:
    """Score date expressions. Spans match by any overlap. Optional labels do not count."""
    true = false = missed = right = 0
    wrong = []
    for row in rows:
        reference = row["reference"] and date.fromisoformat(row["reference"])
        found = find_dates(row["text"], reference)
        for mention in found:
            spans = [span for span in row["spans"] if overlap(mention, span)]
            asked = [span for span in spans if not span["optional"]]
            true += bool(asked)
            false += not spans
            right += any(has_value(mention, span) for span in asked)
            if not spans or (asked and not any(has_value(mention, span) for span in asked)):
                wrong.append(f"{mention.text} = {mention.interval.edtf} in: {row['text']}")
        for span in row["spans"]:
            if not span["optional"] and not any(overlap(mention, span) for mention in found):
                missed += 1
                wrong.append(f"missed {span['text']} in: {row['text']}")
    labels = true + missed
    return Score(true / (true + false), 1 - missed / labels, right / true, tuple(wrong))


def overlap(mention: DateMention, span: dict[str, Any]) -> bool:
    return bool(mention.start < span["end"] and span["start"] < mention.end)


def has_value(mention: DateMention, span: dict[str, Any]) -> bool:
    """Return whether a value is right. Older labels have no value for an open year."""
    right = (span["value"], *span["also_right"])
    is_open = mention.interval.first is None and "X" in (mention.interval.edtf or "X")
    return mention.interval.edtf in right or (is_open and None in right)


def test_accuracy_on_news_and_wikipedia(eval_sets: Path) -> None:
    result = score(labelled(eval_sets / "dates.jsonl"))
    assert min(result.precision, result.recall) >= 0.97, result.wrong
    assert result.values >= 0.95, result.wrong


def test_accuracy_on_sentences_labelled_before_the_grammar_existed() -> None:
    """The labels follow these rules.

    An expression that places something in the calendar is a date, also in the name of an event. A
    range with both ends is one date, and the members of a list are several. A day or month without
    its year has no value. An expression relative to another event is optional. Lengths of time and
    eras are no dates.
    """
    result = score(labelled(DATA / "labelled_dates.jsonl"))
    assert min(result.precision, result.recall) >= 0.93, result.wrong
    assert result.values >= 0.90, result.wrong


@pytest.mark.parametrize(
    ("file", "precision", "recall", "values"),
    [("annotated_dates.txt", 0.98, 0.98, 0.97), ("annotated_dates_unseen.txt", 0.95, 0.98, 0.95)],
)
def test_accuracy_on_fresh_sentences_of_many_kinds(
    file: str, precision: float, recall: float, values: float
) -> None:
    """News, minutes, law, science, history and sports; a third of the sentences are traps.

    The grammar was corrected on the first file. The second file, labelled by the same person, was
    measured once after that.
    """
    result = score(annotated(DATA / file))
    assert result.precision >= precision, result.wrong
    assert result.recall >= recall, result.wrong
    assert result.values >= values, result.wrong


@pytest.mark.perf
def test_two_thousand_sentences_are_read_in_a_second(eval_sets: Path) -> None:
    lines = (eval_sets / "dates.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines] * 10
    start = time.process_time()
    for text in texts:
        find_dates(text, DAY)
    assert len(texts) / (time.process_time() - start) >= 2000
