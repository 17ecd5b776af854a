"""A small question set whose figures can be worked out by hand."""

import json
from collections.abc import Mapping

Lines = list[Mapping[str, object]]

CORPUS: Lines = [
    {"_id": "tea", "title": "", "text": "Tea was late."},
    {"_id": "both", "title": "", "text": "Tea and rain came."},
    {"_id": "rain", "title": "", "text": "Rain came."},
    {"_id": "again", "title": "", "text": "rain  came."},
    {"_id": "trade", "title": "", "text": "Trade grew."},
]
# Ranked for "tea": tea (cosine 1), both (1/√2). For "rain": rain, with again as its repeat, both.
QUESTIONS: dict[str, tuple[str, dict[str, int]]] = {
    "first": ("tea", {"tea": 1}),
    "second": ("tea?", {"both": 1}),
    "never": ("trade", {"tea": 1}),
    "graded": ("tea!", {"tea": 1, "both": 2}),
    "repeat": ("rain", {"again": 1}),
    "repeats": ("rain?", {"again": 1, "rain": 1, "both": 1}),
}


def jsonl(lines: Lines) -> str:
    """Return JSON objects as lines."""
    return "".join(json.dumps(line) + "\n" for line in lines)
