"""How long a reindex takes when nothing changed and when one file did, in a large folder.

The folder is made of the sentences of sets that `wherein evaluate SET` has indexed, and its first
index by an encoder that hands out their vectors mixed; what is timed is `wherein reindex` itself.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from scripts.bench.recombined import Recombined, Source
from wherein.index.build import build
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.snapshot.store import Store
from wherein.search.cli.main import model_for_indexing
from wherein.search.evaluation.question_sets import read_set
from wherein.search.settings import Settings

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET", help="a path")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--instance", help="where `wherein evaluate` had them: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    with tempfile.TemporaryDirectory() as parent:
        folder, instance = Path(parent) / "documents", Path(parent) / "instance"
        instance.mkdir()
        (instance / MODELS).symlink_to((settings.instance / MODELS).resolve())
        sets = [read_set(name, None).instance(settings.instance) for name in flags.sets]
        source = Source.of(Store(own).current_folder() for own in sets)
        model = model_for_indexing(settings)
        corpus = Recombined(source, flags.passages, model.name, model.prepare())
        files = write_files(corpus, folder)
        started = time.perf_counter()
        report = build(folder, instance, corpus, _untracked)
        print(
            f"{files:,} files, {report.passages:,} passages: the first index, with vectors that "
            f"are mixed, {time.perf_counter() - started:.1f} s"
        )
        print(f"nothing changed: {_reindex(folder, instance)}")
        changed = folder / "0000" / "0000007.txt"
        changed.write_text(changed.read_text() + "\n\nThis paragraph is new in 2026.\n")
        print(f"one file changed: {_reindex(folder, instance)}")
        print(f"nothing changed: {_reindex(folder, instance)}")


def write_files(corpus: Recombined, folder: Path) -> int:
    """Write each document of the corpus as a text file; how many there are."""
    count = 0
    for entry in corpus.entries():
        file = folder / entry.document.source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(block.text for block in entry.document.blocks) + "\n")
        count += 1
    return count


def _reindex(folder: Path, instance: Path) -> str:
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "wherein.search.cli.main",
        "reindex",
        str(folder),
        "--instance",
    ]
    done = subprocess.run([*command, str(instance)], check=True, capture_output=True, text=True)
    return f"{time.perf_counter() - started:.1f} s; {done.stdout.splitlines()[-1]}"


def _untracked(items: Sequence[T], _doing: str, /) -> Iterable[T]:
    return items


if __name__ == "__main__":
    main()
