"""Results come in the order of the items, whichever thread is done first."""

import threading
from collections.abc import Iterator

from wherein.index.encoding.parallel import QUEUED_PER_WORKER, map_in_order


def test_results_come_in_order_although_the_second_item_is_done_first() -> None:
    second_is_done = threading.Event()

    def square(n: int) -> int:
        if n == 0:
            assert second_is_done.wait(120)
        if n == 1:
            second_is_done.set()
        return n * n

    assert list(map_in_order(square, range(5), 2)) == [0, 1, 4, 9, 16]


def test_the_queue_is_bounded() -> None:
    started: list[int] = []

    def note_start() -> Iterator[int]:
        for n in range(1000):
            started.append(n)
            yield n

    results = map_in_order(abs, note_start(), 3)
    next(results)
    assert len(started) == 3 * QUEUED_PER_WORKER


def test_no_items_give_no_results() -> None:
    assert list(map_in_order(abs, [], 2)) == []
