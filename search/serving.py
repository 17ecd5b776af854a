"""Serves one address by several processes: Python runs one thread of each at a time.

They are forked before anything is loaded, so that each is whole by itself, and share the sockets
that the first listens on. Whichever is free takes the next connection.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence

from search.settings import Settings, SettingsError

_BACKLOG = 1024
_OTHERS = 4
"""Threads more than questions that are answered or wait: these keep no page or file waiting."""


def serve(settings: Settings, tell: Callable[[str], object]) -> None:
    """Serve the page and the JSON until interrupted, and tell at which address.

    Raises SettingsError where that cannot be had.
    """
    sockets = _listen(settings.host, settings.port)
    for _ in range(settings.processes - 1):
        fork = multiprocessing.get_context("fork")
        fork.Process(target=_serve_beside, args=(settings, sockets), daemon=True).start()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(f"http://{host}:{sockets[0].getsockname()[1]}")
    _serve(settings, sockets, once_ready=False)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Where a name has several addresses, a socket for each, all of one port."""
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(found):
            own = port or (sockets[0].getsockname()[1] if sockets else 0)
            listening = socket.socket(family, kind, protocol)
            sockets.append(listening)
            if os.name == "posix":  # elsewhere it lets two programs take one port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((address[0], own, *address[2:]))
            listening.listen(_BACKLOG)
    except (OSError, ValueError) as error:
        for listening in sockets:
            listening.close()
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(
            f"Cannot serve on {host} port {port}: {reason}. Name another with --port or --host."
        ) from error
    return sockets


def _serve_beside(settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Serve until the process that this one was forked from ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for that one too
    parent = multiprocessing.parent_process()
    assert parent

    def end() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=end, name="parent", daemon=True).start()
    _serve(settings, sockets, once_ready=True)


def _serve(settings: Settings, sockets: Sequence[socket.socket], *, once_ready: bool) -> None:
    """Serve what comes to the sockets, `once_ready` not before there is a snapshot to search."""
    from waitress import create_server

    from search.app import create_app
    from search.live import EXTENSION
    from search.turns import EXTENSION as TURNS
    from search.turns import Turns

    # Those who wait do so before the search; waitress would tell of each that finds no thread free.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings)
    if once_ready:
        app.extensions[EXTENSION].wait_until_ready()
    turns: Turns = app.extensions[TURNS]
    create_server(
        app,
        sockets=sockets,
        threads=turns.most + _OTHERS,
        ident=None,
        max_request_body_size=100_000,
    ).run()
