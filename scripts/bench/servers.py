"""Compares our server with other servers that run the same application and the same queue.

    wherein reindex seeds && pip install gunicorn granian hypercorn
    python -m scripts.bench.servers --rounds 5

Each round starts every server once, in turn. Prints the medians of all rounds as Markdown: the
start until /readyz answers 200, the latency of one client and of eight, and the memory (PSS) of all
processes. Then 200 clients ask at once, and a worker process is killed. Needs Linux.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from scripts.bench.machine import description
from scripts.bench.server import WHEREIN, ask_at_once, wait_until_ready
from wherein.search.server.request_queue import MAX_WAITING, RequestQueue
from wherein.search.server.worker import OTHER_THREADS
from wherein.search.settings import Settings
from wherein.search.web.app import create_app

QUESTIONS = [
    f"{predicate} {place} {when}"
    for predicate in ("when will he visit", "what is the trade with", "who leads", "what grew in")
    for place in ("China", "Russia", "Harbin", "Beijing", "Moscow", "the West", "Germany", "Asia")
    for when in ("", "this year", "in May", "last week", "again", "today")
]
THREADS = str(1 + MAX_WAITING + OTHER_THREADS)
_LARGE = 100 << 20
"""A process with more resident memory, in bytes, is a worker: a supervisor loads no model."""

Message = MutableMapping[str, Any]


def application() -> RequestQueue:
    """Return the application as a worker process has it; for gunicorn and granian."""
    return RequestQueue(create_app(Settings.read(os.environ, {})), concurrency=1)


_asgi: list[Any] = []


async def asgi_application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Run the application with as many threads as the other servers have; for hypercorn."""
    from hypercorn.middleware import AsyncioWSGIMiddleware

    if scope["type"] != "lifespan":
        await _asgi[0](scope, receive, send)
        return
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(int(THREADS)))
    _asgi.append(AsyncioWSGIMiddleware(application()))
    for step in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{step}.complete"})


def _commands(port: int) -> dict[str, list[str]]:
    tools, name = Path(sys.executable).parent, "scripts.bench.servers"
    address = f"127.0.0.1:{port}"
    return {
        "wherein serve": [*WHEREIN, "serve", "--processes", "2", "--port", str(port)],
        "gunicorn": [
            *(f"{tools}/gunicorn", "-k", "gthread", "-w", "2", "--threads", THREADS),
            *("--keep-alive", "60", "-b", address, f"{name}:application()"),
        ],
        "granian": [
            *(f"{tools}/granian", "--interface", "wsgi", "--workers", "2", "--port", str(port)),
            *("--blocking-threads", THREADS, "--backpressure", "512"),
            *("--respawn-failed-workers", "--factory", f"{name}:application"),
        ],
        "hypercorn": [f"{tools}/hypercorn", "-w", "2", "-b", address, f"{name}:asgi_application"],
    }


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=str(Settings().instance))
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    os.environ["WHEREIN_INSTANCE"] = flags.instance
    rounds: dict[str, list[dict[str, float]]] = {}
    notes: dict[str, str] = {}
    for number in range(flags.rounds):
        names = list(_commands(0))
        for name in names if number % 2 else reversed(names):
            figures, notes[name] = _measure(name)
            rounds.setdefault(name, []).append(figures)
    columns = list(next(iter(rounds.values()))[0])
    print(
        f"{description()}\n\n| server | {' | '.join(columns)} | 200 at once; a worker is killed |"
    )
    print("| --- |" + " --- |" * (len(columns) + 1))
    for name in _commands(0):
        medians = [median(figures[column] for figures in rounds[name]) for column in columns]
        print(f"| {name} | {' | '.join(f'{value:.3g}' for value in medians)} | {notes[name]} |")


def _measure(name: str) -> tuple[dict[str, float], str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address, started = f"http://127.0.0.1:{port}", time.perf_counter()
    server = subprocess.Popen(
        _commands(port)[name],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while _status(address) == 0:
            time.sleep(0.005)
        wait_until_ready(address)
        ready = time.perf_counter() - started
        time.sleep(1)  # the other worker process gets ready
        ask_at_once(address, [f"warm-up {question}" for question in QUESTIONS], 8)
        alone = [1000 * s for _, s in ask_at_once(address, QUESTIONS, 1)[0]]
        asked = [f"{question} {word}" for word in ("now", "then") for question in QUESTIONS]
        answers, seconds = ask_at_once(address, asked, 8)
        together = [1000 * s for _, s in answers]
        figures = {
            "start (s)": ready,
            "p50 of one (ms)": median(alone),
            "p99 of one (ms)": quantiles(alone, n=100)[98],
            "p50 of eight (ms)": median(together),
            "p99 of eight (ms)": quantiles(together, n=100)[98],
            "answers a second": len(answers) / seconds,
            "memory (MB)": sum(map(_memory, _processes(server.pid))) / 2**20,
        }
        return figures, f"{_ask_200(address)}; {_kill_worker(server, address)}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _ask_200(address: str) -> str:
    questions = [f"{question} at once" for question in (QUESTIONS * 2)[:200]]
    answers, _ = ask_at_once(address, questions, 200)
    slowest = max((seconds for status, seconds in answers if status == 503), default=0)
    counted = sorted(Counter(status for status, _ in answers).items())
    counts = ", ".join(f"{number} × {status}" for status, number in counted)
    return f"{counts}, each 503 within {1000 * slowest:.0f} ms"


def _kill_worker(server: "subprocess.Popen[bytes]", address: str) -> str:
    """Kill a worker process, and say what happens to requests until it is replaced."""
    workers = _workers(server.pid)
    os.kill(workers[-1], signal.SIGKILL)
    killed, failed, asked = time.perf_counter(), 0, 0
    while (now := time.perf_counter()) < killed + 10:
        asked += 1
        failed += _status(address) != 200
        if server.poll() is not None:
            return "the server ends"
        replaced = _workers(server.pid)
        if len(replaced) == len(workers) and workers[-1] not in replaced:
            return f"replaced after {now - killed:.1f} s, {failed} of {asked} requests fail"
        time.sleep(0.02)
    return "not replaced"


def _status(address: str) -> int:
    """Return the status of /readyz, 0 if there is no answer."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _processes(process: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    found = [process]
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        found += [p for child in children.read_text().split() for p in _processes(int(child))]
    return found


def _workers(server: int) -> list[int]:
    return [process for process in _processes(server)[1:] if _memory(process, "Rss") > _LARGE]


def _memory(process: int, kind: str = "Pss") -> int:
    """Return the memory of a process in bytes. PSS splits shared memory among its processes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # the process has ended
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


if __name__ == "__main__":
    main()
