"""An event that processes share."""

import select
from concurrent.futures import ThreadPoolExecutor

from wherein.search.server.process_event import ProcessEvent


def test_an_event_is_set_for_all_who_wait_and_stays_set() -> None:
    event = ProcessEvent()
    assert not event.is_set()
    assert not event.wait(0.001)
    with ThreadPoolExecutor(2) as waiting:
        results = [waiting.submit(event.wait) for _ in range(2)]
        event.set()
        assert [result.result(timeout=60) for result in results] == [True, True]
    event.set()
    assert event.is_set()
    assert event.wait()


def test_an_event_that_is_set_can_be_waited_for_with_other_files() -> None:
    event = ProcessEvent()
    event.set()
    assert select.select([event], [], [], 0)[0] == [event]
