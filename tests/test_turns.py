"""A queue of fixed length in front of the search, on a server that is really asked."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from email.message import Message
from pathlib import Path

import pytest
from conftest import wait_until_ready
from flask import Flask
from waitress import create_server

from search.app import create_app
from search.live import EXTENSION
from search.settings import Settings
from search.turns import EXTENSION as TURNS
from search.turns import TooBusy, Turns

Get = Callable[[str], tuple[int, Message, str]]
QUESTION = "?q=when+did+Putin+visit+China"


@pytest.fixture(scope="module")
def app(seed_instance: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=seed_instance))
    wait_until_ready(app.extensions[EXTENSION])
    yield app
    app.extensions[EXTENSION].stop()


@pytest.fixture(scope="module")
def get(app: Flask) -> Iterator[Get]:
    """Asks the server for an address: status, headers and text."""
    server = create_server(app, port=0, threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()

    def get(path: str) -> tuple[int, Message, str]:
        address = f"http://127.0.0.1:{server.effective_port}{path}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    yield get
    # The server's loop ends once its sockets are closed, which is for its own thread to do.
    server.trigger.pull_trigger(server.close)
    server.task_dispatcher.shutdown()
    thread.join(timeout=10)


def test_past_the_queue_the_api_says_503_and_when_to_try_again(app: Flask, get: Get) -> None:
    app.extensions[TURNS] = turns = Turns(at_once=1, waiting=0)
    with turns.taken():
        status, headers, text = get(f"/api/search{QUESTION}")
    assert (status, headers["Retry-After"]) == (503, "1")
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(text)
    assert (problem["status"], problem["title"]) == (503, "Too busy")
    assert "Try again in a moment." in problem["detail"]
    assert get(f"/api/search{QUESTION}")[0] == 200


@pytest.mark.parametrize("path", ["/", "/documents/002_3fc8f732380e3445.txt"])
def test_past_the_queue_the_page_says_so_in_words(app: Flask, get: Get, path: str) -> None:
    app.extensions[TURNS] = turns = Turns(at_once=1, waiting=0)
    with turns.taken():
        status, headers, text = get(path + QUESTION)
    assert (status, headers["Retry-After"]) == (503, "1")
    assert headers["Content-Type"].startswith("text/html")
    assert "Too many questions are being asked at once. Try again in a moment." in text
    assert "when did Putin visit China" in text
    assert get(path + QUESTION)[0] == 200


def test_what_asks_no_question_waits_for_none(app: Flask, get: Get) -> None:
    app.extensions[TURNS] = turns = Turns(at_once=1, waiting=0)
    with turns.taken():
        for path in ("/", "/documents", "/documents/002_3fc8f732380e3445.txt", "/readyz"):
            assert get(path)[0] == 200, path


def test_those_in_the_queue_are_answered_when_their_turn_comes(app: Flask, get: Get) -> None:
    app.extensions[TURNS] = turns = Turns(at_once=1, waiting=4)
    with ThreadPoolExecutor(4) as askers:
        with turns.taken():
            asked = [askers.submit(get, f"/api/search{QUESTION}") for _ in range(4)]
            assert wait(asked, timeout=0.5).done == set()
        assert [one.result()[0] for one in asked] == [200] * 4


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for() -> None:
    turns = Turns(at_once=1, waiting=20)
    served: list[int] = []

    def one(number: int) -> None:
        with turns.taken():
            served.append(number)

    with ThreadPoolExecutor(20) as pool:
        with turns.taken():
            for number in range(20):
                pool.submit(one, number)
                while len(turns._waiting) <= number:
                    time.sleep(0.001)
            # Whoever comes in the very moment that a turn is given back does not get between.
        with turns.taken():
            assert served == [*range(20)]


def test_a_view_that_fails_gives_its_turn_back(app: Flask, get: Get) -> None:
    app.extensions[TURNS] = Turns(at_once=1, waiting=0)
    assert [get("/api/search?q=")[0] for _ in range(3)] == [400] * 3
    assert get(f"/api/search{QUESTION}")[0] == 200


def test_no_more_are_let_in_at_once_than_may_and_no_more_wait() -> None:
    turns = Turns(at_once=2, waiting=3)
    inside, leave, refused = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)

    def one() -> bool:
        try:
            with turns.taken():
                inside.release()
                return leave.wait(10)
        except TooBusy:
            refused.release()
            return False

    with ThreadPoolExecutor(9) as pool:
        running = [pool.submit(one) for _ in range(9)]
        # Of nine two are let in and three wait, so that four are refused.
        assert all(refused.acquire(timeout=10) for _ in range(4))
        assert all(inside.acquire(timeout=10) for _ in range(2))
        assert not inside.acquire(blocking=False)
        assert not refused.acquire(blocking=False)
        leave.set()
        assert sorted(each.result(timeout=10) for each in running) == [False] * 4 + [True] * 5
