"""Waiting for something that another thread or process does, without reading the clock."""

import time
from collections.abc import Callable

_POLL_SECONDS = 0.02
_POLLS = 6_000
"""Two minutes of sleep: a busy machine takes long, and a test that fails takes long once."""


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until `condition` returns something true; fail with `what` if it never does."""
    for _ in range(_POLLS):
        if condition():
            return
        time.sleep(_POLL_SECONDS)
    raise AssertionError(f"waited in vain: {what}")
