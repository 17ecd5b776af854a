"""Handles the signals that end a server: Ctrl-C and SIGTERM."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_END_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def on_end_signal(end: Callable[[], object]) -> None:
    """Call a function on Ctrl-C and SIGTERM, unless the signal is ignored.

    A shell ignores Ctrl-C for commands in the background, and `reset_in_worker` for workers.
    """
    for number in _END_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: end())


def ignore_end_signals() -> None:
    """Ignore Ctrl-C and SIGTERM from now on."""
    for number in _END_SIGNALS:
        # Python would print a message about SIG_IGN for a signal that has arrived already.
        signal.signal(number, lambda *_: None)


@contextmanager
def held_back() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back while a process is forked.

    A forked process inherits the handlers of its parent, and must not run them.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _END_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _END_SIGNALS)


def reset_in_worker() -> None:
    """Let SIGTERM end a process that was forked while signals were held back.

    Ctrl-C reaches all processes of a terminal. The worker ignores it and leaves it to its parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _END_SIGNALS)
