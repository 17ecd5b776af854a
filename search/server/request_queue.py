"""Questions take turns: so many are answered at once, so many more wait, and the rest are refused.

More at once than there are cores would only share them out: each would take longer, and none be
answered sooner. A queue without end would have all wait for answers that nobody waits for any more.

Threads of their own answer questions, each one after the other: what a question needs is then in
the caches of the thread's core, and no core waits until another thread is awake.
"""

import time
from dataclasses import dataclass
from threading import Semaphore
from typing import Any
from urllib.parse import parse_qsl

from waitress.task import ThreadedTaskDispatcher

from wherein.search.web.admission import is_refused

WAITING = 32
"""How many questions wait at most."""

OTHERS = 16
"""Threads that answer what asks no question, so that no page or file waits for the questions."""

SHUTDOWN_SECONDS = 5
"""What is being answered may take so long before the server ends."""


class Turns:
    """Hands requests to threads, as waitress has its dispatcher of tasks do.

    `at_once` questions are answered at once, `waiting` more wait in the order in which they came.
    """

    def __init__(self, at_once: int, waiting: int = WAITING) -> None:
        self._room = Semaphore(at_once + waiting)
        self._questions, self._others = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self._questions.set_thread_count(at_once)
        self._others.set_thread_count(OTHERS)

    def add_task(self, channel: Any) -> None:
        """Have the next request of a connection answered."""
        request = channel.requests[0]
        if request.error or not _asks(request.query):
            self._others.add_task(channel)
        elif self._room.acquire(blocking=False):
            self._questions.add_task(_Question(channel, self._room))
        else:
            self._others.add_task(_Refused(channel))

    def shutdown(self) -> None:
        """Answer no more."""
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        both = (self._questions, self._others)
        for threads in both:
            threads.set_thread_count(0)
        for threads in both:
            threads.shutdown(timeout=max(0, deadline - time.monotonic()))


@dataclass(frozen=True, slots=True)
class _Question:
    """A connection whose next question is answered, or waits. It takes room until then."""

    channel: Any
    room: Semaphore

    def service(self) -> None:
        try:
            self.channel.service()
        finally:
            self.room.release()

    def cancel(self) -> None:
        self.channel.cancel()


@dataclass(frozen=True, slots=True)
class _Refused:
    """A connection whose next question is refused."""

    channel: Any

    def service(self) -> None:
        token = is_refused.set(True)
        try:
            self.channel.service()
        finally:
            is_refused.reset(token)

    def cancel(self) -> None:
        self.channel.cancel()


def _asks(query: str) -> bool:
    """Whether a question is asked by an address with this query."""
    return any(name == "q" for name, _ in parse_qsl(query, keep_blank_values=True))
