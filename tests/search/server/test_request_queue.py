"""A queue of fixed length in front of the search, on a server that is really asked."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from waitress import create_server

from tests.conftest import wait_until_ready
from wherein.search.searcher import Results, Searcher
from wherein.search.server.request_queue import Turns
from wherein.search.settings import Settings
from wherein.search.web.app import create_app
from wherein.search.web.snapshot_watcher import EXTENSION

QUESTION = "?q=when+did+Putin+visit+China"


@pytest.fixture(scope="module")
def app(seed_instance: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=seed_instance))
    wait_until_ready(app.extensions[EXTENSION])
    yield app
    app.extensions[EXTENSION].stop()


class Held:
    """Questions that wait in the midst of the search until they are let go, in their order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.at_once = self.most_at_once = 0
        self.go = threading.Event()
        self._counting = threading.Lock()

    def search(self, searcher: Searcher, question: str, **how: Any) -> Results:
        with self._counting:
            self.begun.append(question)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.go.wait(30)
        with self._counting:
            self.at_once -= 1
        return _SEARCH(searcher, question, **how)

    def wait_for(self, begun: int) -> None:
        deadline = time.monotonic() + 10
        while len(self.begun) < begun:
            assert time.monotonic() < deadline, f"{len(self.begun)} of {begun} have begun"
            time.sleep(0.002)


_SEARCH = Searcher.search


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    holding = Held()
    monkeypatch.setattr(Searcher, "search", lambda *asked, **how: holding.search(*asked, **how))
    yield holding
    holding.go.set()


@dataclass(frozen=True)
class Get:
    """Asks a server for an address: status, headers and text."""

    port: int

    def __call__(self, path: str) -> tuple[int, Message, str]:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=30
            ) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()


@contextmanager
def server(app: Flask, turns: Turns) -> Iterator[Get]:
    """A server that has questions take turns."""
    running = create_server(app, port=0, _dispatcher=turns)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield Get(running.effective_port)
    finally:
        turns.shutdown()
        # The server's loop ends once its sockets are closed, which is for its own thread to do.
        running.trigger.pull_trigger(running.close)
        thread.join(timeout=10)
        assert not thread.is_alive()


def later(get: Get, path: str) -> int:
    """The status of an address once there is a turn: an answer is there before the turn is over."""
    deadline = time.monotonic() + 10
    while (status := get(path)[0]) == 503 and time.monotonic() < deadline:
        time.sleep(0.01)
    return status


@pytest.fixture
def get(app: Flask, held: Held) -> Iterator[Get]:
    """Asks a server that answers one question at once, and has none wait."""
    with server(app, Turns(at_once=1, waiting=0)) as get, ThreadPoolExecutor(1) as asker:
        asked = asker.submit(get, f"/api/search{QUESTION}")
        held.wait_for(1)
        yield get
        held.go.set()
        assert asked.result()[0] == 200


def test_past_the_queue_the_api_says_503_and_when_to_try_again(get: Get, held: Held) -> None:
    status, headers, text = get(f"/api/search{QUESTION}")
    assert (status, headers["Retry-After"]) == (503, "1")
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(text)
    assert (problem["status"], problem["title"]) == (503, "Too busy")
    assert "Try again in a moment." in problem["detail"]
    held.go.set()
    assert later(get, f"/api/search{QUESTION}") == 200


@pytest.mark.parametrize("path", ["/", "/documents/002_3fc8f732380e3445.txt"])
def test_past_the_queue_the_page_says_so_in_words(path: str, get: Get) -> None:
    status, headers, text = get(path + QUESTION)
    assert (status, headers["Retry-After"]) == (503, "1")
    assert headers["Content-Type"].startswith("text/html")
    assert "Too many questions are being asked at once. Try again in a moment." in text
    assert "when did Putin visit China" in text


def test_however_its_name_is_written_a_question_waits_for_the_others(get: Get) -> None:
    assert get("/api/search?limit=3&%71=when")[0] == 503
    assert get("/api/search?limit=3&q")[0] == 503


def test_what_asks_no_question_waits_for_none(get: Get) -> None:
    for path in ("/", "/documents?offset=0", "/documents/002_3fc8f732380e3445.txt", "/readyz"):
        assert get(path)[0] == 200, path
    assert get("/api/search?question=when")[0] == 400


def test_those_in_the_queue_are_answered_in_the_order_in_which_they_came(
    app: Flask, held: Held
) -> None:
    turns = Turns(at_once=1, waiting=6)
    with server(app, turns) as get, ThreadPoolExecutor(7) as askers:
        asked: list[Future[tuple[int, Message, str]]] = []
        for number in range(7):
            asked.append(askers.submit(get, f"/api/search?q={number}"))
            held.wait_for(1)
            while len(turns._questions.queue) < number:
                time.sleep(0.002)
        assert wait(asked, timeout=0.3).done == set()
        assert held.begun == ["0"]
        held.go.set()
        assert [one.result()[0] for one in asked] == [200] * 7
    assert held.begun == [str(number) for number in range(7)]
    assert held.most_at_once == 1


def test_a_question_that_is_refused_as_such_leaves_its_turn_to_the_next(app: Flask) -> None:
    with server(app, Turns(at_once=1, waiting=0)) as get:
        assert [later(get, "/api/search?q=") for _ in range(3)] == [400] * 3


def test_no_more_are_let_in_at_once_than_may_and_no_more_wait(app: Flask, held: Held) -> None:
    with server(app, Turns(at_once=2, waiting=3)) as get, ThreadPoolExecutor(9) as askers:
        first = [askers.submit(get, f"/api/search?q={number}") for number in range(2)]
        held.wait_for(2)
        asked = [askers.submit(get, f"/api/search?q={quote(f'later {n}')}") for n in range(7)]
        # Of seven more three wait, so that four are refused.
        deadline = time.monotonic() + 10
        while len(done := wait(asked, timeout=0.05).done) < 4 and time.monotonic() < deadline:
            pass
        assert [one.result()[0] for one in done] == [503] * 4
        assert len(held.begun) == held.at_once == 2
        held.go.set()
        assert sorted(one.result()[0] for one in [*first, *asked]) == [200] * 5 + [503] * 4
    assert held.most_at_once == 2


def test_two_questions_that_one_connection_sends_at_once_are_answered_in_order(
    app: Flask, held: Held
) -> None:
    asked = "".join(
        f"GET /api/search?q={n}&limit=1 HTTP/1.1\r\nHost: localhost\r\n{close}\r\n"
        for n, close in ((1, ""), (2, "Connection: close\r\n"))
    )
    held.go.set()
    with (
        server(app, Turns(at_once=1, waiting=1)) as get,
        socket.create_connection(("127.0.0.1", get.port), timeout=30) as connection,
    ):
        connection.sendall(asked.encode())
        answers = connection.makefile("rb").read().decode()
    assert held.begun == ["1", "2"]
    assert answers.count("HTTP/1.1 200 OK") == 2
    assert answers.index('"query":"1"') < answers.index('"query":"2"')


def test_what_cannot_be_read_as_a_request_is_refused_as_such(app: Flask) -> None:
    with (
        server(app, Turns(at_once=1, waiting=0)) as get,
        socket.create_connection(("127.0.0.1", get.port), timeout=30) as connection,
    ):
        connection.sendall(b"GET /api/search?q=1 HTTP/1.1\r\nno header\r\n\r\n")
        assert b" 400 Bad Request" in connection.makefile("rb").readline()
