"""How long the server takes to be ready and a search to print, and the memory the server takes.

Over the current index of the instance. A time is the median of ten, and the server's processor time
that until it has ended. Memory is the most that was resident and no file's (RssAnon) while
questions are asked by eight at a time. Prints Markdown.
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
from scripts.bench.serving import WHEREIN, ask_at_once, most_memory, server, wait_until_ready
from wherein.index.encoding.onnx_model import MODELS
from wherein.search.settings import Settings

TIMES = 10
ASKERS = 8
QUESTIONS = (
    "when did Putin visit China",
    "who signed the treaty",
    "what is the trade between the two countries worth, and how much did it grow in a year",
    "tea",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=str(Settings().instance))
    parser.add_argument("--documents", type=Path, default=Path("seeds"), help="for the last line")
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
    _tell(f"{100 * len(QUESTIONS)} questions by {ASKERS} at a time", _memory(instance))
    _tell("taking up new snapshots", _memory_taking_up(flags.documents, Path(instance)))


def _tell(what: str, memory: dict[str, int]) -> None:
    anonymous, mapped = memory["RssAnon"] / 1024, memory["RssFile"] / 1024
    print(f"| {what} | {anonymous:.0f} MB | {mapped:.0f} MB |")


def _until_ready(instance: str) -> tuple[float, float]:
    started, before = time.perf_counter(), os.times()
    with server(instance) as (_, address):
        wait_until_ready(address)
        seconds = time.perf_counter() - started
    return seconds, _of_children(before)


def _search(instance: str) -> tuple[float, float]:
    started, before = time.perf_counter(), os.times()
    subprocess.run(
        [*WHEREIN, "search", QUESTIONS[0], "--instance", instance],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started, _of_children(before)


def _of_children(before: os.times_result) -> float:
    """Seconds of processor time of the processes that ended since."""
    now = os.times()
    return now.children_user + now.children_system - before.children_user - before.children_system


def _memory(instance: str) -> dict[str, int]:
    with server(instance) as (process, address), most_memory(process) as memory:
        wait_until_ready(address)
        ask_at_once(address, QUESTIONS * 100, ASKERS)
    return memory


def _memory_taking_up(seeds: Path, instance: Path) -> dict[str, int]:
    """While questions are asked and a folder is indexed twice more, each time with another file."""
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
                ask_at_once(address, QUESTIONS * 100, ASKERS)
        return memory


def _reindex(folder: Path, instance: Path) -> None:
    command = [*WHEREIN, "reindex", str(folder), "--instance", str(instance)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
