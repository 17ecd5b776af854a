"""Refuses questions while the server is too busy to answer them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request

from wherein.index.errors import WhereinError

P = ParamSpec("P")
T = TypeVar("T")

RETRY_AFTER = 1
"""The number of seconds after which a refused client may try again."""

REFUSED = "wherein.refused"
"""The key of the WSGI environment that the server sets to True in order to refuse a question."""


class TooBusy(WhereinError):
    """The queue of questions is full."""


def refused_when_busy(view: Callable[P, T]) -> Callable[P, T]:
    """Make a view that answers questions raise TooBusy if the server refuses the request."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        if request.environ.get(REFUSED):
            raise TooBusy("Too many questions are being asked at once. Try again in a moment.")
        return view(*args, **kwargs)

    return answer
