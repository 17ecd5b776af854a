"""Serves one address by several processes: Python runs one thread of each at a time.

They are forked before anything is loaded, so that each is whole by itself, and share the sockets
that the first listens on, from which they take connections in turn. The first tells those who
ask that it is not ready yet; the others join it when both are.
"""

import errno
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING

from wherein.index.encoding.cores import cores
from wherein.search.server.shared_socket import SharedSocket, counts
from wherein.search.settings import Settings, SettingsError

if TYPE_CHECKING:
    from wherein.search.web.snapshot_watcher import LiveSearcher

log = logging.getLogger(__name__)

_BACKLOG = 1024

_LOOK_SECONDS = 0.5
_TOGETHER_SECONDS = 0.5
_NO_SUCH_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def serve(settings: Settings, tell: Callable[[str], object]) -> None:
    """Serve the page and the JSON until interrupted, and tell at which address.

    Raises SettingsError where that cannot be had.
    """
    host = settings.host.removeprefix("[").removesuffix("]")
    sockets = _listen(host, settings.port)
    taken = counts(settings.processes)
    for listening in sockets:
        listening.taken = taken
    with _beside(settings, sockets) as first_is_ready:
        # What is being imported would take an exception in its midst for an error of its own.
        interrupted = threading.Event()
        _on_signals(interrupted.set)
        tell(f"http://{f'[{host}]' if ':' in host else host}:{sockets[0].getsockname()[1]}")

        def told(live: "LiveSearcher") -> None:
            live.wait_until_ready()
            first_is_ready()

        def before(live: "LiveSearcher") -> None:
            threading.Thread(target=told, args=(live,), name="ready", daemon=True).start()
            _on_signals(sys.exit)
            if interrupted.is_set():
                sys.exit()

        _serve(settings, sockets, before)


def _on_signals(end: Callable[[], object]) -> None:
    """What Ctrl-C and SIGTERM do from now on. A shell has Ctrl-C ignored in the background."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: end())


def _listen(host: str, port: int) -> list[SharedSocket]:
    """Where a name has several addresses a socket for each that this machine has, of one port."""
    sockets: list[SharedSocket] = []
    error: OSError | ValueError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            own = port or (sockets[0].getsockname()[1] if sockets else 0)
            try:
                sockets.append(_bound(family, (address[0], own, *address[2:])))
            except OSError as one:
                if one.errno not in _NO_SUCH_ADDRESS:
                    raise
                error = error or one
    except (OSError, ValueError) as one:
        error = one
        while sockets:
            sockets.pop().close()
    if not sockets:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(
            f"Cannot serve on {host} port {port}: {reason}. Name another with --port or --host."
        ) from error
    return sockets


def _bound(family: socket.AddressFamily, address: tuple[object, ...]) -> SharedSocket:
    """A socket that listens at an address."""
    listening = SharedSocket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it lets two programs take one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


@contextmanager
def _beside(settings: Settings, sockets: Sequence[SharedSocket]) -> Iterator[Callable[[], None]]:
    """The processes beside this one. They serve once what is yielded was called."""
    if settings.processes == 1:
        yield lambda: None
        return
    fork = multiprocessing.get_context("fork")
    first_is_ready, ending = fork.Event(), threading.Event()
    processes = [
        fork.Process(
            target=_serve_beside, args=(number, settings, sockets, first_is_ready), daemon=True
        )
        for number in range(1, settings.processes)
    ]
    for process in processes:  # all of them before there is a thread
        process.start()
    watchers = [
        threading.Thread(target=_watch, args=(process, number, sockets, ending))
        for number, process in enumerate(processes, 1)
    ]
    for watcher in watchers:
        watcher.start()
    try:
        yield first_is_ready.set
    finally:
        ending.set()
        for process in processes:
            process.terminate()
        for watcher in watchers:
            watcher.join()


def _watch(
    process: BaseProcess, number: int, sockets: Sequence[SharedSocket], ending: threading.Event
) -> None:
    """Wait for the end of a process, and say so if nobody wanted it.

    A signal to all of them may reach it before it reaches the first.
    """
    process.join()
    for listening in sockets:
        listening.has_ended(number)
    if not ending.wait(_TOGETHER_SECONDS):
        log.error(
            "A process that served beside this one ended (exit code %s). The others go on; start "
            "again to have all of them.",
            process.exitcode,
        )


def _serve_beside(
    number: int, settings: Settings, sockets: Sequence[SharedSocket], first_is_ready: Event
) -> None:
    """Serve until the first process ends, however it does."""
    first = os.getppid()

    def end_with_it() -> None:
        while os.getppid() == first:
            time.sleep(_LOOK_SECONDS)
        os._exit(0)

    def before(live: "LiveSearcher") -> None:
        first_is_ready.wait()
        live.wait_until_ready()

    for listening in sockets:
        listening.number = number
    # Ctrl-C is for the first, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for name in (
        "wherein.search.web.snapshot_watcher",
        "wherein.index.encoding.onnx_model",
    ):  # the first says for all what they have found
        logging.getLogger(name).setLevel(logging.CRITICAL)
    threading.Thread(target=end_with_it, name="first", daemon=True).start()
    _serve(settings, sockets, before)


def _serve(
    settings: Settings,
    sockets: Sequence[SharedSocket],
    before: Callable[["LiveSearcher"], object],
) -> None:
    """Serve what comes to the sockets once `before` has returned."""
    from waitress import create_server

    from wherein.search.server.request_queue import Turns
    from wherein.search.web.app import create_app
    from wherein.search.web.snapshot_watcher import EXTENSION, LiveSearcher

    # Questions may wait; waitress would tell of each that finds no thread free.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings)
    live: LiveSearcher = app.extensions[EXTENSION]
    try:
        before(live)
        for listening in sockets:
            listening.begin()
        create_server(
            app,
            sockets=sockets,
            _dispatcher=Turns(at_once=ceil(cores() / settings.processes)),
            ident=None,
            max_request_body_size=100_000,
        ).run()
    finally:
        live.stop()  # the interpreter must not end in the middle of opening a snapshot
