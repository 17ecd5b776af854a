"""Questions that are refused because too many wait already."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from wherein.index.errors import WhereinError

P = ParamSpec("P")
T = TypeVar("T")

RETRY_AFTER = 1
"""The number of seconds after which a refused client may try again."""

is_refused: ContextVar[bool] = ContextVar("is_refused", default=False)
"""Whether the server refuses the question of the current request. The server sets it."""


class TooBusy(WhereinError):
    """As many questions as allowed are being answered, and as many wait."""


def in_turn(view: Callable[P, T]) -> Callable[P, T]:
    """Make a view that answers questions raise TooBusy if the server refuses the question."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        if is_refused.get():
            raise TooBusy("Too many questions are being asked at once. Try again in a moment.")
        return view(*args, **kwargs)

    return answer
