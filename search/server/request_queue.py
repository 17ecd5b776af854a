"""Limits the number of questions that wait, and refuses further questions at once.

More questions at a time than cores would make each question slower and no answer earlier. An
unlimited queue would make clients wait for answers that they have given up.
"""

from collections.abc import Iterable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Semaphore
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from wherein.search.web.admission import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_WAITING = 32
"""The number of questions that may wait in each process."""


class RequestQueue:
    """A WSGI application that queues the questions for another WSGI application.

    Questions are answered in the order in which they come, by threads that do nothing else. These
    threads take the next question without waiting for another thread to wake up, so all cores stay
    busy. A request that asks no question never waits: the thread of the server answers it.

    A refused question reaches the application with `environ[REFUSED]` set.

    Args:
        app: The application that answers.
        concurrency: The number of questions that are answered at the same time.
        max_waiting: The number of further questions that may wait.

    Attributes:
        max_requests: The number of questions that are answered or wait at a time, at most. A server
            needs a thread for each of them, and further threads for other requests.
    """

    def __init__(
        self, app: "WSGIApplication", concurrency: int, max_waiting: int = MAX_WAITING
    ) -> None:
        self.max_requests = concurrency + max_waiting
        self._app = app
        self._room = Semaphore(self.max_requests)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="question")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request as WSGI (PEP 3333) defines it."""
        if not _is_question(environ.get("QUERY_STRING", "")):
            return self._app(environ, start_response)
        if not self._room.acquire(blocking=False):
            environ[REFUSED] = True
            return self._app(environ, start_response)
        try:
            return self._threads.submit(self._answer, environ, start_response).result()
        except CancelledError:
            environ[REFUSED] = True
            return self._app(environ, start_response)
        finally:
            self._room.release()

    def close(self) -> None:
        """Refuse the questions that wait, without waiting for the questions in progress."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answer(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Return the complete body, so that the server's thread only has to send it."""
        body = self._app(environ, start_response)
        try:
            return list(body)
        finally:
            if close := getattr(body, "close", None):
                close()


def _is_question(query: str) -> bool:
    """Return whether a query string has the parameter `q`, also if the name is escaped."""
    return any(name == "q" for name, _ in parse_qsl(query, keep_blank_values=True))
