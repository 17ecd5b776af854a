"""Fits the verdict to an encoder: the weights of its evidence, and the thresholds.

    python scripts/fit_verdict.py SET … [--check SET …]

Half of the articles of each set are fitted on; the figures that are printed are of the other half,
and of all of the sets after --check. Sets are found as by `wherein evaluate`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from scripts.calibration.fit import Asker, fit
from wherein.search.cli.main import loaded_model, run, track
from wherein.search.evaluation.evaluate import judgements
from wherein.search.evaluation.question_sets import KINDS, read_set
from wherein.search.evaluation.reliability import Bin, bins, measure, reliability_table
from wherein.search.evaluation.tables import figure, table
from wherein.search.ranking.verdict import REFITTED, write_calibration
from wherein.search.settings import Settings


def fit_verdict(settings: Settings, flags: argparse.Namespace) -> int:
    """Fit the verdict to the model in use, and check it on articles that were not fitted on."""
    sets, others = (
        [read_set(name, settings.eval) for name in names] for names in (flags.sets, flags.check)
    )
    model = loaded_model(settings)
    asker = Asker(model, settings.instance, track)
    fitted = fit(sets, others, asker)
    output = flags.output or settings.instance / REFITTED
    write_calibration(output, model.name, fitted.calibration, articles=dict(fitted.articles))
    kinds = {
        name: [judgements(answers, kind) for kind in KINDS]
        for name, answers in fitted.checks.items()
    }
    print(reliability_table((name, measure(*judged)) for name, judged in kinds.items()))
    diagrams = {name: bins(yes, absent) for name, (yes, absent, _) in kinds.items()}
    for name, diagram in diagrams.items():
        print(f"\n{name}\n{bins_table(diagram)}")
    if flags.diagram:
        draw_bins(diagrams, flags.diagram)
    print(f"\nThe calibration of {model.name} is in {output}. A server takes it up at its start.")
    return 0


def bins_table(found: Sequence[Bin]) -> str:
    """A reliability diagram in figures."""
    rows = [["confidence", "of all", "answerable"]]
    rows += [[figure(b.confidence), figure(b.share), figure(b.answerable)] for b in found]
    return table(rows)


def draw_bins(sets: Mapping[str, Sequence[Bin]], file: Path) -> None:
    """A reliability diagram of some sets: the nearer to the diagonal, the better."""
    picture = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = picture.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, found in sets.items():
        axes.plot(
            [b.confidence for b in found], [b.answerable for b in found], marker="o", label=name
        )
    axes.set(xlabel="confidence", ylabel="share answerable", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    # Without a date, and with ids that are no chance, so that equal figures give equal files.
    with rc_context({"svg.hashsalt": "wherein"}):
        picture.savefig(file, format="svg", metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description=fit_verdict.__doc__)
    parser.set_defaults(run=fit_verdict)
    parser.add_argument("sets", nargs="+", metavar="SET", help="fitted on half of its articles")
    parser.add_argument("--check", nargs="+", default=[], metavar="SET", help="checked on only")
    parser.add_argument("--model", help="a folder, or a name in the local cache")
    parser.add_argument("--instance", metavar="DIR", help="the index's own folder: instance")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="default: calibration.json in the instance"
    )
    parser.add_argument("--diagram", type=Path, metavar="FILE.svg", help="how reliable it is")
    return run(parser, arguments)


if __name__ == "__main__":
    sys.exit(main())
