"""Connections are shared out: of the processes on a socket, those that took fewer go first."""

import socket
from collections.abc import Callable, Iterator

import pytest

from wherein.search.server.shared_socket import (
    HEAD_START_SECONDS,
    ConnectionCounts,
    SharedSocket,
)

PROCESSES = 3


@pytest.fixture
def counts() -> ConnectionCounts:
    return ConnectionCounts(PROCESSES)


@pytest.fixture
def listening() -> Iterator[list[SharedSocket]]:
    """The same socket as each process has it."""
    with socket.create_server(("127.0.0.1", 0)) as first:
        shared = [SharedSocket(fileno=socket.dup(first.fileno())) for _ in range(PROCESSES)]
        yield shared
        for one in shared:
            one.close()


@pytest.fixture
def connect(listening: list[SharedSocket]) -> Iterator[Callable[[], None]]:
    """Connects one more client."""
    clients: list[socket.socket] = []

    def connect_one() -> None:
        clients.append(socket.create_connection(listening[0].getsockname(), timeout=60))

    yield connect_one
    for client in clients:
        client.close()


def accept(listening: SharedSocket) -> None:
    connection, _ = listening.accept()
    connection.close()


def test_a_process_that_is_ahead_lets_another_process_accept_first(
    listening: list[SharedSocket], counts: ConnectionCounts, connect: Callable[[], None]
) -> None:
    pauses: list[float] = []

    def others_accept(seconds: float) -> None:
        pauses.append(seconds)
        accept(listening[1])
        connect()

    counts.join(0)
    counts.join(1)
    listening[0].share(counts, 0, others_accept)
    listening[1].share(counts, 1, others_accept)
    connect()
    accept(listening[0])
    assert (list(counts), pauses) == ([2, 1, 0], [])
    connect()
    accept(listening[0])
    assert (list(counts), pauses) == ([3, 2, 0], [HEAD_START_SECONDS])


def test_a_process_does_not_wait_for_processes_that_do_not_serve(
    listening: list[SharedSocket], counts: ConnectionCounts, connect: Callable[[], None]
) -> None:
    pauses: list[float] = []
    listening[0].share(counts, 0, pauses.append)
    counts.join(0)
    for _ in range(3):
        connect()
        accept(listening[0])
    assert (list(counts), pauses) == ([4, 0, 0], [])
    counts.join(1)
    counts.join(2)
    assert list(counts) == [4, 4, 4]
    connect()
    accept(listening[0])
    assert pauses == []
    connect()
    accept(listening[0])
    assert pauses == [HEAD_START_SECONDS]
    counts.leave(1)
    counts.leave(2)
    connect()
    accept(listening[0])
    assert (list(counts), pauses) == ([7, 0, 0], [HEAD_START_SECONDS])


def test_a_process_that_was_busy_for_long_catches_up_on_one_connection(
    listening: list[SharedSocket], counts: ConnectionCounts, connect: Callable[[], None]
) -> None:
    counts.join(0)
    counts.join(1)
    for _ in range(89):
        counts.add(0)
    assert list(counts) == [90, 1, 0]
    listening[1].share(counts, 1)
    connect()
    accept(listening[1])
    assert list(counts) == [90, 89, 0]


def test_a_socket_that_is_not_shared_accepts_at_once(
    listening: list[SharedSocket], connect: Callable[[], None]
) -> None:
    connect()
    accept(listening[0])
