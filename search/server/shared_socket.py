"""A socket that processes listen on together: which of them takes the next connection?

Whichever is awake would take all that come at once, and the others have nothing to do while these
last. So one that is ahead of another lets that go first, for a moment: it may be busy.
"""

import mmap
import socket
import time
from typing import Any

GO_FIRST_SECONDS = 0.002
"""Longer than another takes to wake up, and not long for one who has just connected."""


class SharedSocket(socket.socket):
    """Made before the processes are forked. `number` is set in each of them to its own."""

    number = 0
    taken: memoryview
    """How many connections each process took, about; 0 where it does not serve. All share it."""

    def begin(self) -> None:
        """Take connections from now on, and make up for none that others have taken."""
        self.taken[self.number] = max(1, *self.taken)

    def has_ended(self, number: int) -> None:
        """That process takes no connection any more."""
        self.taken[number] = 0

    def accept(self) -> tuple[socket.socket, Any]:
        if self.taken[self.number] > min(filter(None, self.taken), default=0):
            time.sleep(GO_FIRST_SECONDS)
        accepted = super().accept()
        # Who was busy for long makes up for one.
        self.taken[self.number] = max(self.taken[self.number] + 1, max(self.taken) - 1)
        return accepted


def counts(processes: int) -> memoryview:
    """For each process a number that all of them see."""
    return memoryview(mmap.mmap(-1, processes * 8)).cast("Q")
