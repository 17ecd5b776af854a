"""Of processes that listen on one socket the one that has taken fewer goes first."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from wherein.search.server import shared_socket as shared_sockets
from wherein.search.server.shared_socket import SharedSocket, counts

PROCESSES = 3


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> memoryview:
    monkeypatch.setattr(shared_sockets, "GO_FIRST_SECONDS", 1)
    return counts(PROCESSES)


@pytest.fixture
def listening(taken: memoryview) -> Iterator[list[SharedSocket]]:
    """The same socket as each process has it, none of which serves yet."""
    with socket.create_server(("127.0.0.1", 0)) as first:
        shared = [SharedSocket(fileno=socket.dup(first.fileno())) for _ in range(PROCESSES)]
        for number, one in enumerate(shared):
            one.number, one.taken = number, taken
        yield shared
        for one in shared:
            one.close()


def connect(listening: list[SharedSocket]) -> socket.socket:
    return socket.create_connection(listening[0].getsockname(), timeout=10)


def seconds_to_accept(one: SharedSocket) -> float:
    started = time.monotonic()
    connection, _ = one.accept()
    connection.close()
    return time.monotonic() - started


def test_who_is_ahead_lets_another_take_what_has_come(
    listening: list[SharedSocket], taken: memoryview
) -> None:
    taken[:] = memoryview(b"".join(n.to_bytes(8, "little") for n in (5, 4, 0))).cast("Q")
    with ThreadPoolExecutor(2) as pool, connect(listening):
        ahead: Future[float] = pool.submit(seconds_to_accept, listening[0])
        assert seconds_to_accept(listening[1]) < 1
        assert not ahead.done()
        assert list(taken) == [5, 5, 0]
        with connect(listening):
            assert ahead.result(10) >= 1
    assert list(taken) == [6, 5, 0]


def test_where_the_others_do_not_serve_or_have_ended_none_is_waited_for(
    listening: list[SharedSocket], taken: memoryview
) -> None:
    listening[0].begin()
    for _ in range(3):
        with connect(listening):
            assert seconds_to_accept(listening[0]) < 1
    listening[1].begin()
    listening[2].begin()
    assert list(taken) == [4, 4, 4]
    with connect(listening):
        assert seconds_to_accept(listening[0]) < 1
    with connect(listening):
        assert seconds_to_accept(listening[0]) >= 1
    listening[0].has_ended(1)
    listening[0].has_ended(2)
    with connect(listening):
        assert seconds_to_accept(listening[0]) < 1
    assert list(taken) == [7, 0, 0]


def test_who_was_busy_for_long_makes_up_for_one(
    listening: list[SharedSocket], taken: memoryview
) -> None:
    taken[0], taken[1] = 90, 3
    with connect(listening):
        seconds_to_accept(listening[1])
    assert list(taken) == [90, 89, 0]
