"""Questions take turns: so many are answered at once, so many more wait, and the rest are refused.

More at once than there are cores would only share them out: each would take longer, and none be
answered sooner. A queue without end would have all wait for answers that nobody waits for any more.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, request

from index.errors import WhereinError

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""How many questions are answered at once: as many as there are cores for this process."""

WAITING = 32
"""How many questions wait at most."""

EXTENSION = "wherein-turns"

RETRY_AFTER = 1
"""Seconds after which one who was refused may try again."""


class TooBusy(WhereinError):
    """As many questions are being answered, and as many wait, as may."""


class Turns:
    """Lets in `at_once`, has `waiting` more wait in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._inside = threading.Semaphore(at_once)
        self._most = at_once + waiting
        self._taken = 0
        self._counting = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have a turn, once there is one. Raises TooBusy where too many wait."""
        with self._counting:
            if self._taken == self._most:
                raise TooBusy("Too many questions are being asked at once. Try again in a moment.")
            self._taken += 1
        try:
            with self._inside:
                yield
        finally:
            with self._counting:
                self._taken -= 1


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
