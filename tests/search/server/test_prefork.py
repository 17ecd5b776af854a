"""A real server as a process of its own, asked over HTTP while documents come and go."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, FolderMaker

SEEDS = ROOT / "seeds"
WHAT = ("when will he visit", "what is the trade with", "who leads", "how far is it to")
WHOM = ("China", "Russia", "Harbin", "Beijing", "Moscow", "the West")
NEWS = "The ferry Aurora Borealis sank off Tromso at dawn, and all ninety aboard were saved.\n"


class Server:
    """A server over an instance. `said` is what it told at its start, where there is no index."""

    def __init__(self, instance: Path, processes: int = 1) -> None:
        self.environment = {**os.environ, "WHEREIN_INSTANCE": str(instance)}
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "wherein.search.cli.main", "serve", "--port", "0"),
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
        indexed = (instance / "CURRENT").exists()
        self.said = "" if indexed else self.process.stderr.readline()

    def get(self, path: str, timeout: float = 10) -> tuple[int, dict[str, object]]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def first_file(self, question: str) -> str | None:
        _, answer = self.get(f"/api/search?q={quote(question)}&limit=1")
        hits = answer["hits"]
        assert isinstance(hits, list)
        return hits[0]["source"]["path"] if hits else None

    def kill(self) -> None:
        """End what is left of its processes."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=10)

    def beside(self) -> list[int]:
        """The processes that serve beside the first."""
        first = self.process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text()
        return [int(child) for child in children.split()]

    def wait_until_refused(self, seconds: float) -> None:
        """Until nobody listens at the address any more."""
        host, port = self.address.removeprefix("http://").split(":")
        deadline = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except ConnectionRefusedError:
                return
            assert time.monotonic() < deadline, f"{self.address} still answers"
            time.sleep(0.05)

    def wait_for(self, seconds: float, path: str, status: int) -> None:
        deadline = time.monotonic() + seconds
        while self.get(path)[0] != status:
            assert time.monotonic() < deadline, f"{path} is not {status} after {seconds} s"
            time.sleep(0.05)

    def wait_for_answer(
        self, seconds: float, question: str, file: str | None = None, other_than: str | None = None
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            first = self.first_file(question)
            if first == file or (other_than and first != other_than):
                return
            assert time.monotonic() < deadline, f"after {seconds} s the answer is from {first}"
            time.sleep(0.05)

    def reindex(self, folder: Path) -> str:
        done = subprocess.run(
            [sys.executable, "scripts/reindex.py", str(folder)],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout


@pytest.fixture(params=[1, 2] if hasattr(os, "fork") else [1])
def server(compiled_instance: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    running = Server(compiled_instance, request.param)
    yield running
    os.killpg(running.process.pid, signal.SIGINT)  # as Ctrl-C does
    _, said = running.process.communicate(timeout=10)
    assert (running.process.returncode, said) == (0, "")


def test_a_running_server_answers_from_what_was_added_and_not_from_what_was_removed(
    server: Server, make_folder: FolderMaker
) -> None:
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 503
    folder = make_folder({path.name: path.read_bytes() for path in SEEDS.iterdir()})
    server.reindex(folder)
    server.wait_for(60, "/readyz", 200)
    question = "what happened to the Aurora Borealis"
    assert server.first_file(question) != "ferry.txt"

    make_folder({"ferry.txt": NEWS})
    report = server.reindex(folder)
    assert "  added    ferry.txt\n1 added, 0 changed, 5 unchanged, 0 removed" in report
    assert "56 passages: 1 encoded, 55 reused" in report
    server.wait_for_answer(2, question, "ferry.txt")

    (folder / "ferry.txt").unlink()
    assert "  removed  ferry.txt\n" in server.reindex(folder)
    server.wait_for_answer(2, question, other_than="ferry.txt")


def test_a_server_without_an_index_says_so_and_how_to_make_one_and_takes_it_up(
    server: Server, compiled_instance: Path, make_folder: FolderMaker
) -> None:
    says = (
        f"Nothing has been indexed yet: there is no snapshot in {compiled_instance}. "
        "Run `wherein reindex FOLDER` with the folder of your documents."
    )
    assert server.said == f"{says}\n"  # and nothing more, as the fixture asserts in the end
    status, answer = server.get("/readyz")
    assert (status, answer["detail"]) == (503, says)
    server.reindex(make_folder({"ferry.txt": NEWS}))
    server.wait_for(60, "/readyz", 200)
    assert server.first_file("what happened to the Aurora Borealis") == "ferry.txt"


def test_eight_ask_at_once_and_each_gets_what_one_alone_gets(
    server: Server, make_folder: FolderMaker
) -> None:
    server.reindex(make_folder({path.name: path.read_bytes() for path in SEEDS.iterdir()}))
    server.wait_for(60, "/readyz", 200)
    questions = [f"{what} {whom}?" for what in WHAT for whom in WHOM]

    def answer(question: str) -> tuple[int, object]:
        status, found = server.get(f"/api/search?q={quote(question)}")
        return status, {name: found[name] for name in ("hits", "timeline", "confidence")}

    alone = [answer(question) for question in questions]
    with ThreadPoolExecutor(8) as askers:
        assert list(askers.map(answer, questions)) == alone
    assert {status for status, _ in alone} == {200}


def test_a_running_server_has_not_loaded_pytorch(server: Server, make_folder: FolderMaker) -> None:
    """Linux lists the libraries that a process has mapped into its memory."""
    if not Path("/proc/self/maps").exists():
        pytest.skip("this system has no /proc")
    server.reindex(make_folder({"ferry.txt": NEWS}))
    server.wait_for(60, "/readyz", 200)
    assert server.first_file("what happened to the Aurora Borealis") == "ferry.txt"
    for process in (server.process.pid, *server.beside()):
        maps, deadline = Path(f"/proc/{process}/maps"), time.monotonic() + 10
        while "model.weights" not in maps.read_text():
            assert time.monotonic() < deadline, "the weights of the model are not mapped"
            time.sleep(0.05)
        assert "onnxruntime_pybind11_state" in maps.read_text()
        assert "libtorch" not in maps.read_text()


@pytest.fixture
def two(compiled_instance: Path, make_folder: FolderMaker) -> Iterator[Server]:
    """Two processes that serve one document, both of them ready."""
    if not hasattr(os, "fork"):
        pytest.skip("one process serves on this system")
    running = Server(compiled_instance, processes=2)
    running.reindex(make_folder({"ferry.txt": NEWS}))
    running.wait_for(60, "/readyz", 200)
    try:
        yield running
    finally:
        running.kill()


def sockets(process: int) -> int:
    """How many a process has open, which Linux lists."""
    opened = [file.readlink() for file in Path(f"/proc/{process}/fd").iterdir()]
    return sum(str(path).startswith("socket:") for path in opened)


def test_connections_that_come_at_once_are_shared_out_among_the_processes(two: Server) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system has no /proc")
    processes = [two.process.pid, *two.beside()]
    host, port = two.address.removeprefix("http://").split(":")

    def connected(_: object = None) -> socket.socket:
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        return connection

    with ExitStack() as connections, ThreadPoolExecutor(32) as clients:
        before, deadline = sockets(processes[1]), time.monotonic() + 10
        while sockets(processes[1]) == before:  # until the second serves
            assert time.monotonic() < deadline
            connections.enter_context(connected())
        before_all = [sockets(process) for process in processes]
        for connection in clients.map(connected, range(32)):
            connections.enter_context(connection)
        taken = [sockets(one) - was for one, was in zip(processes, before_all, strict=True)]
    assert sum(taken) == 32
    assert min(taken) >= 12


def test_while_one_process_is_busy_the_other_answers(two: Server) -> None:
    time.sleep(1)  # the first has told the other that it is ready
    two.process.send_signal(signal.SIGSTOP)
    assert two.first_file("what happened to the Aurora Borealis") == "ferry.txt"


def test_no_process_outlives_the_first_however_that_ends(two: Server) -> None:
    (beside,) = two.beside()
    os.kill(beside, 0)
    two.process.send_signal(signal.SIGKILL)
    two.process.wait(timeout=10)
    two.wait_until_refused(10)


def test_a_process_beside_the_first_answers_nothing_before_it_is_ready(
    compiled_instance: Path,
) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("one process serves on this system")
    running = Server(compiled_instance, processes=2)
    try:
        assert running.get("/readyz")[0] == 503
        running.process.send_signal(signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            running.get("/readyz", timeout=1.5)
        (beside,) = running.beside()
        assert Path(f"/proc/{beside}/stat").read_text().split()[2] != "Z"
    finally:
        running.kill()


def test_a_process_that_dies_is_told_of_and_the_others_go_on(two: Server) -> None:
    (beside,) = two.beside()
    os.kill(beside, signal.SIGKILL)
    assert two.process.stderr
    assert "A process that served beside this one ended (exit code -9)" in (
        two.process.stderr.readline()
    )
    assert two.first_file("what happened to the Aurora Borealis") == "ferry.txt"


def test_a_signal_to_all_processes_ends_them_without_a_word(two: Server) -> None:
    time.sleep(1)  # the first has told the other that it is ready
    os.killpg(two.process.pid, signal.SIGTERM)
    _, said = two.process.communicate(timeout=10)
    assert (two.process.returncode, said) == (0, "")


def test_a_server_that_is_told_to_end_while_it_loads_ends_in_order(
    compiled_instance: Path, make_folder: FolderMaker
) -> None:
    folder = make_folder({"ferry.txt": NEWS})
    for seconds in (0.2, 0.4, 0.6):
        running = Server(compiled_instance, processes=2 if hasattr(os, "fork") else 1)
        running.reindex(folder) if seconds == 0.2 else time.sleep(seconds)
        running.process.send_signal(signal.SIGTERM)
        _, said = running.process.communicate(timeout=10)
        assert (running.process.returncode, said) == (0, "")
