"""Questions take turns: so many are answered at once, so many more wait, and the rest are refused.

More at once than there are cores would only share them out: each would take longer, and none be
answered sooner. A queue without end would have all wait for answers that nobody waits for any more.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, request

from index.errors import WhereinError

P = ParamSpec("P")
T = TypeVar("T")

WAITING = 32
"""How many questions wait at most."""

EXTENSION = "wherein-turns"

RETRY_AFTER = 1
"""Seconds after which one who was refused may try again."""


class TooBusy(WhereinError):
    """As many questions are being answered, and as many wait, as may."""


class Turns:
    """Lets in `at_once`, has `waiting` more wait in the order in which they came."""

    def __init__(self, at_once: int, waiting: int = WAITING) -> None:
        self._free = at_once
        self._most_waiting = waiting
        self._waiting = deque[threading.Event]()
        self._changing = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have a turn, once there is one. Raises TooBusy where too many wait."""
        with self._changing:
            turn = self._queued()
        if turn:
            turn.wait()
        try:
            yield
        finally:
            with self._changing:
                if self._waiting:
                    self._waiting.popleft().set()  # the turn is handed on: nobody gets between
                else:
                    self._free += 1

    def _queued(self) -> threading.Event | None:
        """What to wait for, None where there is a turn at once. Others must not change it now."""
        if self._free:
            self._free -= 1
            return None
        if len(self._waiting) == self._most_waiting:
            raise TooBusy("Too many questions are being asked at once. Try again in a moment.")
        self._waiting.append(threading.Event())
        return self._waiting[-1]


def in_turn(view: Callable[P, T]) -> Callable[P, T]:
    """A view that answers a question, if it is asked one, when it is its turn."""

    @wraps(view)
    def waits(*args: P.args, **kwargs: P.kwargs) -> T:
        if "q" not in request.args:
            return view(*args, **kwargs)
        turns: Turns = current_app.extensions[EXTENSION]
        with turns.taken():
            return view(*args, **kwargs)

    return waits
