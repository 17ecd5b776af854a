"""How long the server takes to be ready and a search to print, and the memory the server takes.

Over the current index of the instance. Each figure of time is the median of ten; memory is the
most that was resident and no file's (RssAnon) while questions are asked by eight at a time.
"""

import argparse
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

from search.settings import Settings

TIMES = 10
ASKERS = 8
WHEREIN = (sys.executable, "-m", "search.cli")
QUESTIONS = (
    "when did Putin visit China",
    "who signed the treaty",
    "what is the trade between the two countries worth, and how much did it grow in a year",
    "tea",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=str(Settings().instance))
    instance = parser.parse_args().instance
    ready = median(_seconds_until_ready(instance) for _ in range(TIMES))
    print(f"wherein serve: ready {ready:.2f} s after its start")
    print(f"wherein search: {median(_search(instance) for _ in range(TIMES)):.2f} s")
    if Path("/proc/self/status").exists():
        print(f"memory of the server: {_most_memory(instance) / 1024:.0f} MB")


@contextmanager
def _server(instance: str) -> Iterator[tuple[int, str]]:
    """A running server: its process and its address."""
    process = subprocess.Popen(
        [*WHEREIN, "serve", "--port", "0", "--instance", instance],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield process.pid, process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate()


def _seconds_until_ready(instance: str) -> float:
    started = time.perf_counter()
    with _server(instance) as (_, address):
        _wait_until_ready(address)
        return time.perf_counter() - started


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                return
        except urllib.error.HTTPError:
            time.sleep(0.005)
    sys.exit("The server is not ready after a minute. Is there an index? wherein reindex")


def _search(instance: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [*WHEREIN, "search", QUESTIONS[0], "--instance", instance],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _most_memory(instance: str) -> int:
    """In kB, from the first line of the server's output on."""
    with _server(instance) as (process, address):
        done, seen = threading.Event(), [0]

        def watch() -> None:
            while not done.is_set():
                seen.append(_memory(process))
                done.wait(0.002)

        watcher = threading.Thread(target=watch)
        watcher.start()
        _wait_until_ready(address)
        with ThreadPoolExecutor(ASKERS) as askers:
            list(askers.map(lambda n: _ask(address, QUESTIONS[n % len(QUESTIONS)]), range(400)))
        done.set()
        watcher.join()
        return max(seen)


def _memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "RssAnon" in line)


def _ask(address: str, question: str) -> None:
    with urllib.request.urlopen(f"{address}/api/search?q={quote(question)}") as answer:
        answer.read()


if __name__ == "__main__":
    main()
