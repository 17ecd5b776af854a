"""Draws the figures of `scripts.bench.scale` over the number of passages.

python -m scripts.docs.growth FIGURES.jsonl docs/growth.svg
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

PANELS: tuple[tuple[str, Callable[[Any], float]], ...] = (
    ("building, µs a passage, without encoding", lambda run: run["µs a passage without encoding"]),
    ("a question over HTTP, ms (median)", lambda run: run["corpus"]["ms p50"]),
    ("a server's anonymous memory, MB", lambda run: run["corpus"]["MB anonymous"]),
)


def main(figures: str, file: str) -> int:
    lines = Path(figures).read_text(encoding="utf-8").splitlines()
    runs: list[Any] = sorted(map(json.loads, lines), key=lambda run: run["passages"])
    picture = Figure(figsize=(11, 3), layout="constrained")
    for place, (title, value) in enumerate(PANELS, 1):
        axis = picture.add_subplot(1, len(PANELS), place)
        axis.plot([run["passages"] for run in runs], [value(run) for run in runs], marker="o")
        axis.set(xlabel="passages", xscale="log", ylim=(0, None))
        axis.set_title(title, fontsize=9)
    with rc_context({"svg.hashsalt": "wherein"}):  # equal figures give equal files
        picture.savefig(file, format="svg", metadata={"Date": None})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
