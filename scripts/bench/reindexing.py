"""Measures `wherein reindex` in a large folder: nothing changed, and one file changed.

    python -m scripts.bench.reindexing SET… [--passages N]

The folder is a synthetic corpus (see `synthetic`) of sets that `wherein evaluate SET` has indexed.
The first index has its synthetic vectors, since encoding would take most of an hour.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from scripts.bench.server import WHEREIN
from scripts.bench.synthetic import Source, SyntheticCorpus
from wherein.index.build import build
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.snapshot.store import Store
from wherein.search.cli.models import indexing_model
from wherein.search.evaluation.question_sets import read_set
from wherein.search.settings import Settings

T = TypeVar("T")


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET", help="a path")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--instance", help="the instance of `wherein evaluate`: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    with tempfile.TemporaryDirectory() as parent:
        folder, instance = Path(parent) / "documents", Path(parent) / "instance"
        instance.mkdir()
        (instance / MODELS).symlink_to((settings.instance / MODELS).resolve())
        sets = [read_set(name, None).instance(settings.instance) for name in flags.sets]
        source = Source.of(Store(own).current_folder() for own in sets)
        model = indexing_model(settings)
        corpus = SyntheticCorpus(source, flags.passages, model.name, model.prepare().full_name)
        files = write_files(corpus, folder)
        started = time.perf_counter()
        report = build(folder, instance, corpus, _without_progress)
        print(
            f"{files:,} files, {report.passages:,} passages: the first index, with synthetic "
            f"vectors, {time.perf_counter() - started:.1f} s"
        )
        print(f"nothing changed: {_reindex(folder, instance)}")
        changed = folder / "0000" / "0000007.txt"
        changed.write_text(changed.read_text() + "\n\nThis paragraph is new in 2026.\n")
        print(f"one file changed: {_reindex(folder, instance)}")
        print(f"nothing changed: {_reindex(folder, instance)}")


def write_files(corpus: SyntheticCorpus, folder: Path) -> int:
    """Write each document of the corpus as a text file, and return the number of files."""
    count = 0
    for entry in corpus.entries():
        file = folder / entry.document.source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(block.text for block in entry.document.blocks) + "\n")
        count += 1
    return count


def _reindex(folder: Path, instance: Path) -> str:
    started = time.perf_counter()
    command = [*WHEREIN, "reindex", str(folder), "--instance", str(instance)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return f"{time.perf_counter() - started:.1f} s; {done.stdout.splitlines()[-1]}"


def _without_progress(items: Sequence[T], _doing: str, /) -> Iterable[T]:
    return items


if __name__ == "__main__":
    main()
