"""What a running server answers while documents come and go, with one process and with two."""

import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import SEEDS, FolderMaker, quiet
from tests.search.server.conftest import NEWS, QUESTION
from tests.search.server.running_server import RunningServer
from tests.waiting import wait_until
from wherein.index.build import Model, build

PREDICATES = ("when will he visit", "what is the trade with", "who leads", "how far is it to")
PLACES = ("China", "Russia", "Harbin", "Beijing", "Moscow", "the West")


def test_a_running_server_takes_up_added_and_removed_documents(
    server: RunningServer, compiled_instance: Path, make_folder: FolderMaker, loaded_model: Model
) -> None:
    assert "Nothing has been indexed yet" in server.read_message()
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 503
    folder = make_folder({path.name: path.read_bytes() for path in SEEDS.iterdir()})
    build(folder, compiled_instance, loaded_model, quiet)
    server.wait_until_ready()
    assert server.first_file(QUESTION) != "ferry.txt"

    make_folder({"ferry.txt": NEWS})
    report = server.reindex(folder)
    assert "  added    ferry.txt\n1 added, 0 changed, 5 unchanged, 0 removed" in report
    assert "56 passages: 1 encoded, 55 reused" in report
    wait_until(lambda: server.first_file(QUESTION) == "ferry.txt", "the new document is found")

    (folder / "ferry.txt").unlink()
    assert "  removed  ferry.txt\n" in server.reindex(folder)
    wait_until(lambda: server.first_file(QUESTION) != "ferry.txt", "the document is gone")


def test_a_server_without_an_index_says_how_to_make_an_index_and_takes_it_up(
    server: RunningServer, compiled_instance: Path, make_folder: FolderMaker, loaded_model: Model
) -> None:
    message = (
        f"Nothing has been indexed yet: there is no snapshot in {compiled_instance}. "
        "Run `wherein reindex FOLDER` with the folder of your documents."
    )
    assert server.read_message() == f"{message}\n"  # the fixture checks that no other follows
    status, answer = server.get("/readyz")
    assert (status, answer["detail"]) == (503, message)
    build(make_folder({"ferry.txt": NEWS}), compiled_instance, loaded_model, quiet)
    server.wait_until_ready()
    assert server.first_file(QUESTION) == "ferry.txt"


def test_eight_clients_at_once_get_the_answers_that_a_single_client_gets(
    seed_instance: Path, processes: int
) -> None:
    questions = [f"{predicate} {place}?" for predicate in PREDICATES for place in PLACES]
    server = RunningServer(seed_instance, processes)

    def answer(question: str) -> tuple[int, object]:
        status, found = server.get(f"/api/search?q={quote(question)}")
        return status, {name: found[name] for name in ("hits", "timeline", "confidence")}

    try:
        server.wait_until_ready()
        expected = [answer(question) for question in questions]
        with ThreadPoolExecutor(8) as clients:
            assert list(clients.map(answer, questions)) == expected
        assert {status for status, _ in expected} == {200}
    finally:
        server.kill()


def has_mapped(process: int, file: str) -> bool:
    """Return whether a process has mapped a file into its memory, which Linux lists."""
    return file in Path(f"/proc/{process}/maps").read_text()


def test_a_running_server_has_not_loaded_pytorch(ferry_instance: Path, processes: int) -> None:
    if not Path("/proc/self/maps").exists():
        pytest.skip("this system has no /proc")
    server = RunningServer(ferry_instance, processes)
    try:
        server.wait_until_ready()
        assert server.first_file(QUESTION) == "ferry.txt"
        for process in server.serving():
            wait_until(partial(has_mapped, process, "model.weights"), "the weights are mapped")
            assert has_mapped(process, "onnxruntime_pybind11_state")
            assert not has_mapped(process, "libtorch")
    finally:
        server.kill()


HELD_APPLICATION = """
import sys
from types import SimpleNamespace

from wherein.index.encoding.cores import cores
from wherein.search.server import worker
from wherein.search.server.listening import listen
from wherein.search.settings import ServerSettings, Settings
from wherein.search.web.admission import REFUSED


def application(environ, start_response):
    query, refused = environ["QUERY_STRING"], environ.get(REFUSED)
    if query and not refused:
        print(query, flush=True)
        sys.stdin.readline()
    body = b"answer to " + query.encode()
    headers = [("Content-Length", str(len(body)))]
    start_response("503 Service Unavailable" if refused else "200 OK", headers)
    return [body]


sockets = listen("127.0.0.1", 0)
print(sockets[0].getsockname()[1], flush=True)
one_question_at_a_time = Settings(server=ServerSettings(processes=cores()))
worker._load = lambda _: (application, SimpleNamespace(stop=lambda: None))
worker.serve_alone(one_question_at_a_time, sockets)
"""


class HeldServer:
    """A server whose application prints each question and holds it back until it is released."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HELD_APPLICATION],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self._input = self.process.stdin
        self.read_question: Callable[[], str] = self.process.stdout.readline
        self._port = int(self.process.stdout.readline())

    def release(self, questions: int = 1) -> None:
        """Let the application answer some questions."""
        self._input.write("\n" * questions)
        self._input.flush()

    def send(self, *queries: str) -> socket.socket:
        """Send requests over a new connection, which the last of them closes."""
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        for query in queries:
            close = "Connection: close\r\n" if query == queries[-1] else ""
            connection.sendall(f"GET /{query} HTTP/1.1\r\nHost: localhost\r\n{close}\r\n".encode())
        return connection


def read_all(connection: socket.socket) -> str:
    """Read until the server closes the connection."""
    with connection, connection.makefile("rb") as file:
        return file.read().decode()


@pytest.fixture
def held_server() -> Iterator[HeldServer]:
    running = HeldServer()
    yield running
    running.process.kill()
    running.process.communicate()


def test_a_question_in_progress_is_answered_before_the_server_ends(
    held_server: HeldServer,
) -> None:
    connection = held_server.send("?q=1")
    assert held_server.read_question() == "q=1\n"
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        held_server.process.send_signal(number)
    held_server.release()
    answer = read_all(connection)
    assert answer.startswith("HTTP/1.1 200 OK")
    assert answer.endswith("answer to q=1")
    _, messages = held_server.process.communicate(timeout=60)
    assert (held_server.process.returncode, messages) == (0, "")


def test_a_question_that_never_ends_does_not_keep_the_server_from_ending(
    held_server: HeldServer,
) -> None:
    with held_server.send("?q=1"):
        assert held_server.read_question() == "q=1\n"
        held_server.process.send_signal(signal.SIGTERM)
        assert held_server.process.wait(timeout=60) == 0


def test_while_the_queue_is_full_questions_are_refused_and_other_requests_are_answered(
    held_server: HeldServer,
) -> None:
    answered = [held_server.send("?q=0")]
    held_server.read_question()
    waiting_or_refused = [held_server.send(f"?q={number}") for number in range(1, 43)]
    # Of these 42 questions 32 wait, so that 10 are refused. Only refused questions are answered.
    refused: list[str] = []
    while len(refused) < 10:
        readable, _, _ = select.select(waiting_or_refused, [], [], 60)
        assert readable, "fewer than ten questions were refused"
        for connection in readable:
            waiting_or_refused.remove(connection)
            refused.append(read_all(connection))
    assert all(answer.startswith("HTTP/1.1 503 ") for answer in refused)
    for _ in range(20):
        assert read_all(held_server.send("")).startswith("HTTP/1.1 200 OK")
    held_server.release(33)
    answered += waiting_or_refused
    assert len(answered) == 33
    assert all(read_all(connection).startswith("HTTP/1.1 200 OK") for connection in answered)


def test_two_questions_that_a_connection_sends_at_once_are_answered_in_order(
    held_server: HeldServer,
) -> None:
    connection = held_server.send("?q=1", "?q=2")
    held_server.release(2)
    answers = read_all(connection)
    assert answers.count("HTTP/1.1 200 OK") == 2
    assert answers.index("answer to q=1") < answers.index("answer to q=2")
    assert [held_server.read_question() for _ in range(2)] == ["q=1\n", "q=2\n"]


def test_a_request_that_is_not_http_is_a_bad_request(held_server: HeldServer) -> None:
    with held_server.send("?q=1 HTTP/1.1\r\nno header\r\n\r\n") as connection:
        assert b" 400 Bad Request" in connection.makefile("rb").readline()
