"""Where sentences end."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherein.index.passages.sentences import split_sentences


def _sentence_texts(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _without_spaces(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "They met on Oct. 18, 2023 in Beijing. It rained.",
            ["They met on Oct. 18, 2023 in Beijing.", "It rained."],
        ),
        (
            "They lost by 12. Mars 2020 landed in Jezero.",
            ["They lost by 12.", "Mars 2020 landed in Jezero."],
        ),
        (
            "Am 12. August 2025 kam er. Stand: 5. April 2024.",
            ["Am 12. August 2025 kam er.", "Stand: 5. April 2024."],
        ),
        (
            "He lives in the U.S. Senate building. It is old.",
            ["He lives in the U.S. Senate building.", "It is old."],
        ),
        ("Mr. Putin met Dr. Lee. They spoke.", ["Mr. Putin met Dr. Lee.", "They spoke."]),
        (
            "Trade grew to $240.1 billion. Why? No one knows!",
            ["Trade grew to $240.1 billion.", "Why?", "No one knows!"],
        ),
        (
            "Sie kam am 12. Juni 2025 nach Bonn. He left on 4. 6. 1971. They won by 12. It rained.",
            [
                "Sie kam am 12. Juni 2025 nach Bonn.",
                "He left on 4. 6. 1971.",
                "They won by 12.",
                "It rained.",
            ],
        ),
        ("No full stop at the end", ["No full stop at the end"]),
        ("  Spaces around.   And between.  ", ["Spaces around.", "And between."]),
        ("", []),
        (" \t ", []),
        ("…", ["…"]),
    ],
)
def test_sentences_end_where_a_reader_expects(text: str, expected: list[str]) -> None:
    assert _sentence_texts(text) == expected


@pytest.mark.parametrize(
    "title",
    [
        *("Cllr.", "Cllrs.", "Lt.", "Lieut.", "Cmdr.", "Cdr.", "Capt.", "Sgt.", "Maj.", "Gen."),
        *("Col.", "Mme.", "Mlle.", "Sr.", "Sra.", "Dra.", "Ing.", "Dipl.", "Msgr.", "Dott."),
        *("Rev.", "Prof.", "Dr."),
    ],
)
def test_no_sentence_ends_between_a_title_and_a_name(title: str) -> None:
    text = f"The plan was read by {title} Anna Beck on Monday."
    assert _sentence_texts(f"{text} It was good.") == [text, "It was good."]
    assert _sentence_texts(f"{title} Beck read the plan.") == [f"{title} Beck read the plan."]


def test_sentence_boundaries_agree_with_boundaries_marked_by_hand(eval_sets: Path) -> None:
    """Compare each line by itself, as readers deliver text. Measured: F1 0.975, 58 of 59 found."""
    right = wrong = missed = 0
    for row in map(json.loads, (eval_sets / "sentences.jsonl").read_text("utf-8").splitlines()):
        offset = 0
        for line in row["text"].split("\n"):
            marked = {b - offset for b in row["boundaries"] if offset < b < offset + len(line)}
            found = {start for start, _ in split_sentences(line)[1:]}
            right += len(found & marked)
            wrong += len(found - marked)
            missed += len(marked - found)
            offset += len(line) + 1
    assert 2 * right / (2 * right + wrong + missed) >= 0.97


@given(st.text())
def test_sentences_are_ordered_and_disjoint_and_leave_out_only_white_space(text: str) -> None:
    spans = split_sentences(text)

    assert _without_spaces("".join(text[start:end] for start, end in spans)) == _without_spaces(
        text
    )
    assert all(start < end for start, end in spans)
    assert all(previous[1] <= following[0] for previous, following in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
