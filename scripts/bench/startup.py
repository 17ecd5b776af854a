"""Measures how long the server and a search take to start, and the memory of the server.

    wherein reindex seeds && python -m scripts.bench.startup

A time is the median of ten starts. The processor time of the server includes its end. Memory is
the peak of RssAnon while eight clients ask questions. Prints Markdown.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from scripts.bench.machine import description
from scripts.bench.server import WHEREIN, ask_at_once, most_memory, server, wait_until_ready
from wherein.index.encoding.onnx_model import MODELS
from wherein.search.settings import Settings

TIMES = 10
CLIENTS = 8
QUESTIONS = (
    "when did Putin visit China",
    "who signed the treaty",
    "what is the trade between the two countries worth, and how much did it grow in a year",
    "tea",
)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=str(Settings().instance))
    parser.add_argument(
        "--documents", type=Path, default=Path("seeds"), help="the folder for the last line"
    )
    flags = parser.parse_args()
    instance = flags.instance
    print(f"{description()}\n\n| | wall | processor |\n| --- | --- | --- |")
    for name, start in (
        ("`wherein serve` until `/readyz` answers 200", _until_ready),
        (f'`wherein search "{QUESTIONS[0]}"`', _search),
    ):
        wall, processor = zip(*(start(instance) for _ in range(TIMES)), strict=True)
        print(f"| {name} | {median(wall):.2f} s | {median(processor):.2f} s |")
    if not Path("/proc/self/status").exists():
        return
    print("\n| memory of the server, at most | anonymous | of files beside it |")
    print("| --- | --- | --- |")
    _print_memory(f"{100 * len(QUESTIONS)} questions by {CLIENTS} clients", _memory(instance))
    _print_memory("taking up new snapshots", _memory_taking_up(flags.documents, Path(instance)))


def _print_memory(what: str, memory: dict[str, int]) -> None:
    anonymous, mapped = memory["RssAnon"] / 1024, memory["RssFile"] / 1024
    print(f"| {what} | {anonymous:.0f} MB | {mapped:.0f} MB |")


def _until_ready(instance: str) -> tuple[float, float]:
    started, earlier = time.perf_counter(), os.times()
    with server(instance) as (_, address):
        wait_until_ready(address)
        seconds = time.perf_counter() - started
    return seconds, _of_children(earlier)


def _search(instance: str) -> tuple[float, float]:
    started, earlier = time.perf_counter(), os.times()
    subprocess.run(
        [*WHEREIN, "search", QUESTIONS[0], "--instance", instance],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started, _of_children(earlier)


def _of_children(earlier: os.times_result) -> float:
    """Return the processor time of the processes that ended since, in seconds."""
    now = os.times()
    return now.children_user + now.children_system - earlier.children_user - earlier.children_system


def _memory(instance: str) -> dict[str, int]:
    with server(instance) as (process, address), most_memory(process) as memory:
        wait_until_ready(address)
        ask_at_once(address, QUESTIONS * 100, CLIENTS)
    return memory


def _memory_taking_up(seeds: Path, instance: Path) -> dict[str, int]:
    """Measure the memory while a folder is indexed twice more, each time with one more file."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, own = Path(scratch) / "documents", Path(scratch) / "instance"
        shutil.copytree(seeds, folder)
        own.mkdir()
        (own / MODELS).symlink_to((instance / MODELS).resolve())
        _reindex(folder, own)
        with server(str(own)) as (process, address), most_memory(process) as memory:
            wait_until_ready(address)
            for number in range(2):
                (folder / f"{number}.txt").write_text(f"The ferry {number} sank off Tromso.\n")
                _reindex(folder, own)
                ask_at_once(address, QUESTIONS * 100, CLIENTS)
        return memory


def _reindex(folder: Path, instance: Path) -> None:
    command = [*WHEREIN, "reindex", str(folder), "--instance", str(instance)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
