"""Runs a function in another process until it reaches a chosen point, and kills it there."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

# The server process imports the code once, and each process forks from it.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.conftest"])

Reached = Callable[[], None]
"""Reports that the point is reached. It never returns."""


@contextmanager
def running_until(target: Callable[..., None], *arguments: Any) -> Iterator[None]:
    """Run `target(reached, *arguments)` until it calls `reached`. Kill the process on exit."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_run, args=(sender, target, arguments))
    process.start()
    sender.close()
    try:
        receiver.recv()  # raises EOFError if the process ends before it reaches the point
        yield
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    assert process.exitcode == -signal.SIGKILL


def kill_at(target: Callable[..., None], *arguments: Any) -> None:
    """Run `target(reached, *arguments)`, and kill the process when it calls `reached`."""
    with running_until(target, *arguments):
        pass


def _run(sender: Connection, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    def reached() -> None:
        sender.send("reached")
        while True:
            signal.pause()

    target(reached, *arguments)
