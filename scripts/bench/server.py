"""Starts a real server to measure, and asks it over keep-alive connections."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

WHEREIN = (sys.executable, "-m", "wherein.search.cli")


@contextmanager
def server(instance: str) -> Iterator[tuple[int, str]]:
    """Start a server, and yield its process id and its address."""
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


def wait_until_ready(address: str) -> None:
    """Wait until a server answers questions; exit with a message if it never does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/readyz"):
                return
        except urllib.error.HTTPError:
            time.sleep(0.005)
    sys.exit("The server is not ready after a minute. Build an index first: wherein reindex")


class Client:
    """A connection. It does as little work as possible, since it shares the machine."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(self, question: str) -> tuple[int, float]:
        """Return the status of /api/search, and the seconds until the whole answer was received."""
        request = f"GET /api/search?q={quote(question)} HTTP/1.1\r\nHost: {self._host}\r\n\r\n"
        started = time.perf_counter()
        self._socket.sendall(request.encode())
        answer = self._socket.recv(1 << 20)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        length = int(answer[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        left = end + 4 + length - len(answer)
        while left > 0:
            left -= len(self._more())
        return int(answer[9:12]), time.perf_counter() - started

    def _more(self) -> bytes:
        if not (more := self._socket.recv(1 << 20)):
            raise ConnectionError("the server closed the connection")
        return more


def ask_at_once(
    address: str, questions: Sequence[str], clients: int
) -> tuple[list[tuple[int, float]], float]:
    """Status and seconds of each question, asked by so many clients; the seconds all took.

    Each client has a connection and asks whichever question is next.
    """
    remaining, lock = iter(questions), threading.Lock()
    start = threading.Barrier(clients + 1)

    def ask_questions() -> list[tuple[int, float]]:
        answers: list[tuple[int, float]] = []
        with Client(address) as client:
            start.wait()
            while True:
                with lock:
                    question = next(remaining, None)
                if question is None:
                    return answers
                answers.append(client.ask(question))

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(ask_questions) for _ in range(clients)]
        start.wait()
        started = time.perf_counter()
        answers = [answer for client in running for answer in client.result()]
        return answers, time.perf_counter() - started


@contextmanager
def most_memory(process: int) -> Iterator[dict[str, int]]:
    """Watch the memory of a server, and yield its peak in kB: RssAnon, and RssFile at that time.

    The memory of all processes is added up. Shared memory counts once for each process.
    """
    most, done = {"RssAnon": 0, "RssFile": 0}, threading.Event()

    def watch() -> None:
        while not done.is_set():
            now = _memory(process)
            if now["RssAnon"] > most["RssAnon"]:
                most.update(now)
            done.wait(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _memory(process: int) -> dict[str, int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    sums = {"RssAnon": 0, "RssFile": 0}
    for one in [process, *children]:
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        for name in sums:
            sums[name] += int(fields[name].split()[0])
    return sums
