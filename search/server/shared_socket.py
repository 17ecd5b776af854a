"""Shares out connections among the processes that listen on one socket.

Without help, a process that is awake takes all connections of a burst, and the other processes
stay idle. So a process that has taken more connections lets the others accept first.
"""

import mmap
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

HEAD_START_SECONDS = 0.002
"""Longer than a process needs to wake up, and too short for a user to notice."""


class ConnectionCounts:
    """The approximate number of connections that each process has taken, in shared memory.

    Make the object before the processes are forked. A process that does not serve counts 0.
    """

    def __init__(self, processes: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, processes * 8)).cast("Q")

    def join(self, process: int) -> None:
        """Let a process take part, with no connections to catch up on."""
        self._counts[process] = max(1, *self._counts)

    def leave(self, process: int) -> None:
        """Note that a process takes no more connections."""
        self._counts[process] = 0

    def is_ahead(self, process: int) -> bool:
        """Return whether another process that serves has taken fewer connections."""
        return self._counts[process] > min(filter(None, self._counts), default=0)

    def add(self, process: int) -> None:
        """Count one connection. A process that was busy for long catches up on one at most."""
        self._counts[process] = max(self._counts[process] + 1, max(self._counts) - 1)

    def __iter__(self) -> Iterator[int]:
        return iter(self._counts)


class SharedSocket(socket.socket):
    """A listening socket that lets the other processes accept first if this process is ahead.

    A socket that was not passed to `share` accepts at once, as any socket does.
    """

    _counts: ConnectionCounts | None = None
    _process = 0
    _sleep: Callable[[float], object] = staticmethod(time.sleep)

    def share(
        self,
        counts: ConnectionCounts,
        process: int,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Share the connections of this socket with other processes.

        Args:
            counts: The counts of all processes.
            process: The number of the current process.
            sleep: Waits for a number of seconds.
        """
        self._counts, self._process, self._sleep = counts, process, sleep

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection, after the processes that have taken fewer connections."""
        if self._counts is None:
            return super().accept()
        if self._counts.is_ahead(self._process):
            self._sleep(HEAD_START_SECONDS)
        accepted = super().accept()
        self._counts.add(self._process)
        return accepted
