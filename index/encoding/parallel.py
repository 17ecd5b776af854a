"""Applies a function to items on several threads and returns the results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

QUEUED_PER_WORKER = 4
"""How many items for each worker are started before the first result is returned."""


def map_in_order(function: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """Apply a function to items on several threads.

    The caller's thread iterates over the items. An error in a worker reaches the caller, and the
    items that are still queued are dropped.

    Args:
        function: The function. Several threads call it at once.
        items: The items.
        workers: The number of threads.

    Yields:
        One result an item, in the order of the items.
    """
    pool = ThreadPoolExecutor(workers, "encoding")
    queue: deque[Future[R]] = deque()
    try:
        for item in items:
            queue.append(pool.submit(function, item))
            if len(queue) == workers * QUEUED_PER_WORKER:
                yield queue.popleft().result()
        while queue:
            yield queue.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
