"""A real server, as processes of their own, that tests ask over HTTP."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.conftest import ROOT
from tests.waiting import wait_until

PROGRAM = ("-m", "wherein.search.cli")
"""What Python runs: the command `wherein`."""


class RunningServer:
    """The command `wherein serve` over an instance.

    Attributes:
        process: The process that was started; the supervisor if there are several processes.
        address: The address that the server printed.
    """

    def __init__(
        self, instance: Path, processes: int = 1, program: Sequence[str] = PROGRAM
    ) -> None:
        self.environment = {**os.environ, "WHEREIN_INSTANCE": str(instance)}
        self.process = subprocess.Popen(
            [
                *(sys.executable, *program, "serve", "--port", "0"),
                *("--processes", str(processes)),
            ],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that a signal can be sent to all of its processes
        )
        assert self.process.stdout
        assert self.process.stderr
        self.address = self.process.stdout.readline().split()[-1]
        self.read_message: Callable[[], str] = self.process.stderr.readline

    def get(self, path: str, timeout: float = 60) -> tuple[int, dict[str, object]]:
        """Return the status and the JSON of an address."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def first_file(self, question: str) -> str | None:
        """Return the file of the best hit."""
        _, answer = self.get(f"/api/search?q={quote(question)}&limit=1")
        hits = answer["hits"]
        assert isinstance(hits, list)
        return hits[0]["source"]["path"] if hits else None

    def wait_until_ready(self) -> None:
        """Wait until the server has an index to search."""
        wait_until(lambda: self.get("/readyz")[0] == 200, "the server is ready")

    def reindex(self, folder: Path) -> str:
        """Run the command `reindex` on the instance, and return its report."""
        done = subprocess.run(
            [sys.executable, "scripts/reindex.py", str(folder)],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        return done.stdout

    def workers(self) -> list[int]:
        """Return the worker processes that the supervisor has."""
        supervisor = self.process.pid
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text()
        return [int(child) for child in children.split()]

    def serving(self) -> list[int]:
        """Return the processes that answer: the workers, or the only process."""
        return self.workers() or [self.process.pid]

    def connect(self) -> socket.socket:
        """Open a connection that is kept, and get an answer over it."""
        parts = urlsplit(self.address)
        connection = socket.create_connection((parts.hostname, parts.port), timeout=60)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        return connection

    def count_accepted(self, connections: Iterable[socket.socket]) -> Counter[int]:
        """Count by processes which of them accepted how many of these connections."""
        # Each line has "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode".
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        sockets = {(row[1], row[2]): f"socket:[{row[9]}]" for row in rows}
        processes = {
            opened: process for process in self.serving() for opened in _open_files(process)
        }
        ends = [
            (_as_hex(connection.getpeername()), _as_hex(connection.getsockname()))
            for connection in connections
        ]
        return Counter(processes[sockets[end]] for end in ends)

    def wait_until_all_serve(self, processes: int = 2) -> None:
        """Wait until all processes take connections, also those that are being replaced."""

        def all_serve() -> bool:
            serving = self.serving()
            connections.append(self.connect())
            accepted = self.count_accepted(connections)
            return len(serving) == processes and accepted.keys() >= set(serving)

        connections: list[socket.socket] = []
        try:
            wait_until(all_serve, "all processes take connections")
        finally:
            for connection in connections:
                connection.close()

    def is_listening(self) -> bool:
        """Return whether a process still listens at the address."""
        parts = urlsplit(self.address)
        try:
            socket.create_connection((parts.hostname, parts.port), timeout=60).close()
        except ConnectionError:
            return False
        return True

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Send a signal to all processes, as Ctrl-C does, and return exit code and messages."""
        os.killpg(self.process.pid, number)
        _, messages = self.process.communicate(timeout=120)
        return self.process.returncode, messages

    def kill(self) -> None:
        """End all processes that are left."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=120)


def _open_files(process: int) -> list[str]:
    files = []
    for file in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            files.append(str(file.readlink()))
    return files


def _as_hex(address: tuple[str, int]) -> str:
    """Write an IPv4 address as /proc/net/tcp does."""
    numbers = reversed([int(number) for number in re.split(r"\.", address[0])])
    return f"{bytes(numbers).hex().upper()}:{address[1]:04X}"
