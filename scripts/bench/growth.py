"""Draws how the figures of scale.py grow: python scripts/bench/growth.py FIGURES.jsonl FILE.svg."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

PANELS = (
    ("building, µs a passage, without encoding", lambda one: one["µs a passage without encoding"]),
    ("a question over HTTP, ms (median)", lambda one: one["corpus"]["ms p50"]),
    ("a server's anonymous memory, MB", lambda one: one["corpus"]["MB anonymous"]),
)


def main(figures: str, file: str) -> int:
    lines = Path(figures).read_text(encoding="utf-8").splitlines()
    runs: list[Any] = sorted(map(json.loads, lines), key=lambda run: run["passages"])
    mpl.rcParams["svg.hashsalt"] = "wherein"  # the same figures, the same file
    figure, axes = plt.subplots(1, len(PANELS), figsize=(11, 3), layout="constrained")
    for axis, (title, value) in zip(axes, PANELS, strict=True):
        axis.plot([run["passages"] for run in runs], [value(run) for run in runs], marker="o")
        axis.set(title=title, xlabel="passages", xscale="log", ylim=(0, None))
        axis.title.set_fontsize(9)
    figure.savefig(file, metadata={"Date": None})
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
