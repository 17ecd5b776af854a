"""The processes of a server: they share the work, are replaced when they die, and end together."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ROOT, FolderMaker, quiet
from tests.search.server.conftest import NEWS, QUESTION
from tests.search.server.running_server import RunningServer
from tests.waiting import wait_until
from wherein.index.build import Model, build

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")

LIMITED_FORKS = """
import errno
import multiprocessing
import os
import sys
from pathlib import Path

from wherein.search.cli.main import main

fork = os.fork


def limited_fork():
    limit = Path(os.environ["WHEREIN_INSTANCE"]) / "limit"
    if limit.exists() and multiprocessing.active_children():
        raise OSError(errno.EAGAIN, "Too many processes")
    return fork()


os.fork = limited_fork
sys.exit(main())
"""
"""The command `wherein`. While the instance has a file `limit`, only one worker can be started."""


@pytest.fixture
def unready(compiled_instance: Path) -> Iterator[RunningServer]:
    """A server with two worker processes and without an index."""
    running = RunningServer(compiled_instance, processes=2)
    running.read_message()  # "Nothing has been indexed yet"
    try:
        yield running
    finally:
        running.kill()


def test_connections_are_shared_out_among_the_workers(two_workers: RunningServer) -> None:
    connections: list[socket.socket] = []

    def both_took_some() -> bool:
        with ThreadPoolExecutor(32) as clients:
            connections.extend(clients.map(lambda _: two_workers.connect(), range(32)))
        accepted = two_workers.count_accepted(connections)
        assert sum(accepted.values()) == len(connections)
        return len(accepted) == 2 and min(accepted.values()) >= 8

    wait_until(both_took_some, "both workers took some of the connections")
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("suspended", [0, 1])
def test_while_one_worker_is_busy_the_other_answers(
    two_workers: RunningServer, suspended: int
) -> None:
    os.kill(two_workers.workers()[suspended], signal.SIGSTOP)
    assert two_workers.first_file(QUESTION) == "ferry.txt"


def test_a_worker_that_dies_is_reported_and_replaced(two_workers: RunningServer) -> None:
    killed, other = two_workers.workers()
    os.kill(killed, signal.SIGKILL)
    assert two_workers.first_file(QUESTION) == "ferry.txt"
    assert two_workers.read_message() == (
        f"Worker process {killed} ended (exit code -9). A new worker process replaces it.\n"
    )
    two_workers.wait_until_all_serve()
    assert other in two_workers.workers()
    assert two_workers.end(signal.SIGTERM) == (0, "")


def test_all_workers_that_die_at_once_are_replaced(two_workers: RunningServer) -> None:
    killed = two_workers.workers()
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    two_workers.wait_until_all_serve()
    assert not set(killed) & set(two_workers.workers())
    assert two_workers.first_file(QUESTION) == "ferry.txt"


def test_a_server_that_cannot_start_all_workers_ends_with_a_message(
    compiled_instance: Path,
) -> None:
    (compiled_instance / "limit").touch()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED_FORKS, "serve", "--port", "0", "--processes", "2"],
        env={**os.environ, "WHEREIN_INSTANCE": str(compiled_instance)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "wherein: Cannot start worker process 2 of 2: Too many processes. "
        "End other programs, or choose fewer processes with --processes.\n"
    )


def test_a_worker_that_cannot_be_replaced_at_once_is_replaced_later(ferry_instance: Path) -> None:
    server = RunningServer(ferry_instance, processes=2, program=("-c", LIMITED_FORKS))
    try:
        server.wait_until_ready()
        server.wait_until_all_serve()
        limit = ferry_instance / "limit"
        limit.touch()
        killed, _ = server.workers()
        os.kill(killed, signal.SIGKILL)
        assert f"Worker process {killed} ended" in server.read_message()
        assert server.read_message() == (
            "Cannot start the new worker process: Too many processes. "
            "Wherein tries again every 1 s.\n"
        )
        assert server.first_file(QUESTION) == "ferry.txt"
        limit.unlink()
        server.wait_until_all_serve()
        assert server.end(signal.SIGTERM) == (0, "")
    finally:
        server.kill()


def read_until(server: RunningServer, text: str) -> None:
    """Read the messages of a server up to the first message that contains a text."""
    while text not in (message := server.read_message()):
        assert message, f"the server ended without the message: {text}"


@pytest.mark.parametrize("first", [0, 1])
def test_workers_that_replace_all_others_say_why_there_is_no_snapshot_to_search(
    two_workers: RunningServer, first: int
) -> None:
    (Path(two_workers.environment["WHEREIN_INSTANCE"]) / "CURRENT").unlink()
    reason = "there is no snapshot"
    killed = two_workers.workers()
    os.kill(killed.pop(first), signal.SIGKILL)
    read_until(two_workers, "A new worker process replaces it")
    if first == 0:
        read_until(two_workers, reason)  # the new worker has found no snapshot
    assert two_workers.get("/readyz")[0] == 200
    os.kill(killed.pop(), signal.SIGKILL)
    assert two_workers.get("/healthz")[0] == 200
    wait_until(
        lambda: reason in str(two_workers.get("/readyz")[1]["detail"]), "the server says why"
    )
    assert two_workers.get("/readyz")[0] == 503


def test_a_worker_answers_nothing_while_the_first_worker_is_not_ready(
    unready: RunningServer,
) -> None:
    with unready.connect() as connection:
        (first,) = unready.count_accepted([connection])
    (other,) = set(unready.workers()) - {first}
    assert unready.get("/readyz")[0] == 503
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        unready.get("/readyz", timeout=1)
    assert Path(f"/proc/{other}/stat").read_text().split()[2] != "Z"


@pytest.mark.parametrize("killed", [0, 1])
def test_a_worker_that_dies_before_there_is_an_index_does_not_hold_up_the_others(
    unready: RunningServer, killed: int, make_folder: FolderMaker, loaded_model: Model
) -> None:
    os.kill(unready.workers()[killed], signal.SIGKILL)
    assert "ended (exit code -9)" in unready.read_message()
    assert unready.get("/readyz")[0] == 503
    instance = Path(unready.environment["WHEREIN_INSTANCE"])
    build(make_folder({"ferry.txt": NEWS}), instance, loaded_model, quiet)
    unready.wait_until_ready()
    unready.wait_until_all_serve()
    assert unready.first_file(QUESTION) == "ferry.txt"


def test_no_worker_outlives_the_supervisor(two_workers: RunningServer) -> None:
    two_workers.process.send_signal(signal.SIGKILL)
    two_workers.process.wait(timeout=60)
    wait_until(lambda: not two_workers.is_listening(), "nobody listens at the address")


def test_a_signal_to_the_supervisor_ends_all_workers_without_a_message(
    two_workers: RunningServer,
) -> None:
    two_workers.process.send_signal(signal.SIGTERM)
    _, messages = two_workers.process.communicate(timeout=120)
    assert (two_workers.process.returncode, messages) == (0, "")
    assert not two_workers.is_listening()


def test_a_signal_to_all_processes_ends_them_without_a_message(
    two_workers: RunningServer,
) -> None:
    assert two_workers.end(signal.SIGTERM) == (0, "")
    assert not two_workers.is_listening()


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("library", ["python", "numpy", "onnxruntime"])
def test_a_server_that_is_told_to_end_while_it_loads_ends_without_a_message(
    ferry_instance: Path, library: str, processes: int
) -> None:
    running = RunningServer(ferry_instance, processes)
    try:
        (process, *_) = running.serving()
        maps = Path(f"/proc/{process}/maps")
        wait_until(lambda: library in maps.read_text(), f"{library} is loaded")
        assert running.end(signal.SIGTERM) == (0, "")
    finally:
        running.kill()
