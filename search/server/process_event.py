"""An event that processes share."""

import os
import select


class ProcessEvent:
    """An event that any of several processes sets, once and for all.

    The event is a pipe that nobody reads: it is set as soon as the pipe holds a byte. A process
    that is killed while it waits cannot block the others, unlike with `multiprocessing.Event`.
    Make the object before the processes are forked.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        """Set the event. A signal handler may call this method."""
        os.write(self._writer, b"1")

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the event is set, or for a number of seconds, and return whether it is set."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def is_set(self) -> bool:
        """Return whether the event is set."""
        return self.wait(0)

    def fileno(self) -> int:
        """Return the file descriptor that becomes readable when the event is set."""
        return self._reader
