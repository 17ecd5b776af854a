"""The queue of questions in front of an application."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.waiting import wait_until
from wherein.search.server.request_queue import RequestQueue
from wherein.search.web.admission import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Body:
    """A body that is read once and must be closed."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = iter(chunks)
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        self.is_closed = True


class HeldApplication:
    """An application that holds each question back until the event `go` is set.

    Attributes:
        begun: The queries of the questions, in the order in which they reached the application.
        bodies: The bodies of the answers.
        threads: The names of the threads of all requests.
        concurrent: The number of questions that are held back at the moment.
        max_concurrent: The largest number of questions that were held back at a time.
    """

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.threads: list[str] = []
        self.concurrent = self.max_concurrent = 0
        self.go = threading.Event()
        self._lock = threading.Lock()
        self.bodies: list[Body] = []

    def __call__(
        self, environ: "WSGIEnvironment", _start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self.threads.append(threading.current_thread().name)
        if environ.get(REFUSED):
            return [b"refused"]
        if "page" in environ["QUERY_STRING"]:
            return [b"page"]
        with self._lock:
            self.begun.append(environ["QUERY_STRING"])
            self.concurrent += 1
            self.max_concurrent = max(self.max_concurrent, self.concurrent)
        assert self.go.wait(120)
        with self._lock:
            self.concurrent -= 1
        if "fail" in environ["QUERY_STRING"]:
            raise ValueError("the application failed")
        self.bodies.append(Body(b"all", b"right"))
        return self.bodies[-1]


@pytest.fixture
def application() -> Iterator[HeldApplication]:
    held = HeldApplication()
    yield held
    held.go.set()


def ask(queue: RequestQueue, query: str) -> bytes:
    return b"".join(queue({"QUERY_STRING": query}, None))  # type: ignore[arg-type]


@pytest.fixture
def full_queue(application: HeldApplication) -> Iterator[RequestQueue]:
    """A queue that answers a question, and has no room for another."""
    queue = RequestQueue(application, concurrency=1, max_waiting=0)
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(ask, queue, "q=held")
        wait_until(lambda: application.begun, "the question is in progress")
        yield queue
        application.go.set()
        assert answer.result() == b"allright"


@pytest.mark.parametrize("query", ["q=when", "limit=3&%71=when", "limit=3&q", "q=&limit=3"])
def test_a_question_beyond_the_queue_is_refused_however_its_name_is_written(
    full_queue: RequestQueue, query: str
) -> None:
    assert ask(full_queue, query) == b"refused"


@pytest.mark.parametrize("query", ["page", "offset=0&page", "question=page", "p=q&page"])
def test_a_request_that_asks_no_question_is_answered_by_the_thread_of_the_server(
    full_queue: RequestQueue, application: HeldApplication, query: str
) -> None:
    assert ask(full_queue, query) == b"page"
    assert application.threads[-1] == threading.current_thread().name


def test_questions_are_answered_in_the_order_in_which_they_come(
    application: HeldApplication,
) -> None:
    queue = RequestQueue(application, concurrency=1, max_waiting=6)

    def has_queued(questions: int) -> bool:
        return len(application.begun) + queue._threads._work_queue.qsize() == questions

    with ThreadPoolExecutor(7) as clients:
        answers: list[Future[bytes]] = []
        for number in range(7):
            answers.append(clients.submit(ask, queue, f"q={number}"))
            wait_until(partial(has_queued, number + 1), "the question is in the queue")
        assert not any(answer.done() for answer in answers)
        assert application.begun == ["q=0"]
        application.go.set()
        assert [answer.result() for answer in answers] == [b"allright"] * 7
    assert application.begun == [f"q={number}" for number in range(7)]
    assert application.max_concurrent == 1


def test_no_more_questions_are_answered_or_wait_than_allowed(
    application: HeldApplication,
) -> None:
    queue = RequestQueue(application, concurrency=2, max_waiting=3)
    assert queue.max_requests == 5
    with ThreadPoolExecutor(9) as clients:
        answers = [clients.submit(ask, queue, f"q={number}") for number in range(9)]
        wait_until(lambda: sum(a.done() for a in answers) == 4, "four questions are refused")
        assert [a.result() for a in answers if a.done()] == [b"refused"] * 4
        wait_until(lambda: application.concurrent == 2, "two questions are in progress")
        application.go.set()
    assert [a.result() for a in answers].count(b"refused") == 4
    assert application.max_concurrent == 2
    assert len(application.begun) == 5


def test_a_question_that_fails_leaves_room_for_the_next(application: HeldApplication) -> None:
    queue = RequestQueue(application, concurrency=1, max_waiting=0)
    application.go.set()
    for _ in range(3):
        with pytest.raises(ValueError, match="the application failed"):
            ask(queue, "q=fail")
    assert ask(queue, "q=when") == b"allright"


def test_the_body_of_an_answer_is_closed_as_wsgi_demands(application: HeldApplication) -> None:
    application.go.set()
    assert ask(RequestQueue(application, concurrency=1), "q=when") == b"allright"
    assert [body.is_closed for body in application.bodies] == [True]


def test_a_queue_that_closes_refuses_the_questions_that_wait_for_a_question_in_progress(
    application: HeldApplication,
) -> None:
    queue = RequestQueue(application, concurrency=1, max_waiting=1)
    with ThreadPoolExecutor(2) as clients:
        in_progress = clients.submit(ask, queue, "q=held")
        wait_until(lambda: application.begun, "the question is in progress")
        waiting = clients.submit(ask, queue, "q=waiting")
        wait_until(queue._threads._work_queue.qsize, "the second question waits")
        queue.close()
        assert waiting.result(timeout=60) == b"refused"
        assert not in_progress.done()
        application.go.set()
        assert in_progress.result(timeout=60) == b"allright"
    assert application.begun == ["q=held"]
