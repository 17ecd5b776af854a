"""Fits the verdict to an encoder: the weights of its evidence, and the thresholds.

    python -m scripts.calibration.fit_verdict SET… [--check SET…]

Half of the articles of each set are for training. The printed figures are those of the other half,
and of all sets after --check. Sets are found as by `wherein evaluate`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from scripts.calibration.asker import Asker
from scripts.calibration.fit import fit
from wherein.search.cli.main import run
from wherein.search.cli.models import loaded_model
from wherein.search.cli.progress import track
from wherein.search.evaluation.calibration import (
    Bin,
    calibration_table,
    compute_calibration,
    reliability_bins,
)
from wherein.search.evaluation.evaluate import judgements_of
from wherein.search.evaluation.question_sets import KINDS, read_set
from wherein.search.evaluation.tables import format_figure, format_table
from wherein.search.ranking.calibration import FITTED, write_calibration
from wherein.search.settings import Settings


def fit_verdict(settings: Settings, flags: argparse.Namespace) -> int:
    """Fit the verdict to the model of the settings, and check it on held-out articles."""
    sets, others = (
        [read_set(name, settings.eval) for name in names] for names in (flags.sets, flags.check)
    )
    model = loaded_model(settings)
    fitted = fit(sets, others, Asker(model, settings.instance, track))
    output = flags.output or settings.instance / FITTED
    write_calibration(output, model.name, fitted.calibration, articles=dict(fitted.articles))
    kinds = {
        name: [judgements_of(answers, kind) for kind in KINDS]
        for name, answers in fitted.checks.items()
    }
    print(calibration_table((name, compute_calibration(*kind)) for name, kind in kinds.items()))
    diagrams = {name: reliability_bins(yes, absent) for name, (yes, absent, _) in kinds.items()}
    for name, diagram in diagrams.items():
        print(f"\n{name}\n{bins_table(diagram)}")
    if flags.diagram:
        draw_bins(diagrams, flags.diagram)
    print(f"\nThe calibration of {model.name} is in {output}. A server reads it when it starts.")
    return 0


def bins_table(bins: Sequence[Bin]) -> str:
    """Format a reliability diagram as a table."""
    rows = [["confidence", "of all", "answerable"]]
    rows += [[format_figure(x) for x in (b.confidence, b.share, b.answerable)] for b in bins]
    return format_table(rows)


def draw_bins(sets: Mapping[str, Sequence[Bin]], file: Path) -> None:
    """Draw the reliability diagrams of sets into an SVG file; equal figures give equal files."""
    picture = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = picture.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, found in sets.items():
        axes.plot(
            [b.confidence for b in found], [b.answerable for b in found], marker="o", label=name
        )
    axes.set(xlabel="confidence", ylabel="share answerable", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    # Without a date and with a fixed salt for ids, the file depends on the figures alone.
    with rc_context({"svg.hashsalt": "wherein"}):
        picture.savefig(file, format="svg", metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=fit_verdict.__doc__)
    parser.set_defaults(run=fit_verdict)
    parser.add_argument("sets", nargs="+", metavar="SET", help="fit on half of its articles")
    parser.add_argument("--check", nargs="+", default=[], metavar="SET", help="check only")
    parser.add_argument("--model", help="a folder, or a name in the local cache")
    parser.add_argument("--instance", metavar="DIR", help="the folder of the index: instance")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="default: calibration.json in the instance"
    )
    parser.add_argument("--diagram", type=Path, metavar="FILE.svg", help="a reliability diagram")
    return run(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
