"""Serves the page and the API in one process."""

import logging
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from wherein.index.encoding.cores import cores
from wherein.search.server.process_event import ProcessEvent
from wherein.search.server.shared_socket import ConnectionCounts, SharedSocket
from wherein.search.server.signals import ignore_end_signals, on_end_signal, reset_in_worker
from wherein.search.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from wherein.search.web.snapshot_watcher import SnapshotWatcher

OTHER_THREADS = 16
"""The threads for requests that ask no question, so that pages and files never wait for them."""

_POLL_SECONDS = 0.5
"""How often a worker that waits for a snapshot looks whether another worker still serves."""

_LOGGERS_OF_SNAPSHOTS = (
    "wherein.search.web.snapshot_watcher",
    "wherein.index.encoding.onnx_model",
)


@dataclass(frozen=True, slots=True)
class WorkerGroup:
    """What the worker processes share.

    Attributes:
        settings: The settings of the server.
        sockets: The sockets that all workers listen on.
        counts: The number of connections of each worker.
        is_ready: Set once worker 0 has opened a snapshot.
    """

    settings: Settings
    sockets: Sequence[SharedSocket]
    counts: ConnectionCounts
    is_ready: ProcessEvent


def serve_alone(settings: Settings, sockets: Sequence[SharedSocket]) -> None:
    """Serve in this process, without worker processes, until SIGTERM or Ctrl-C."""
    app, watcher = _load(settings)
    try:
        serve_app(app, settings, sockets)
    finally:
        watcher.stop()  # Python must not exit while a thread opens a snapshot
    os._exit(0)  # Python would wait for a question that never ends


def run_worker(group: WorkerGroup, number: int) -> None:
    """Serve as a worker process until SIGTERM, or until the supervisor dies.

    Worker 0 serves at once, to say that the server is not ready yet, and logs what is wrong with a
    snapshot. Other workers would contradict worker 0 or repeat its messages: they serve once
    worker 0 and they themselves are ready. A worker 0 that replaces another waits for a snapshot
    while another worker serves. If no other worker serves, it serves at once.

    Args:
        group: What the workers share.
        number: The number of this worker, from 0.
    """
    reset_in_worker()
    threading.Thread(target=_end_with_supervisor, name="supervisor", daemon=True).start()
    if number > 0:
        for name in _LOGGERS_OF_SNAPSHOTS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
    app, watcher = _load(group.settings)
    if number > 0:
        group.is_ready.wait()
        watcher.wait_until_ready()
    else:
        _wait_while_others_serve(watcher, group.counts)
        threading.Thread(target=_announce, args=(watcher, group.is_ready), daemon=True).start()
    for listening in group.sockets:
        listening.share(group.counts, number)
    group.counts.join(number)
    serve_app(app, group.settings, group.sockets)


def serve_app(app: "WSGIApplication", settings: Settings, sockets: Sequence[socket.socket]) -> None:
    """Serve an application until SIGTERM or Ctrl-C, and finish the requests that have begun.

    Args:
        app: The application. The questions for it wait in a queue.
        settings: The settings, with the number of processes that share the cores.
        sockets: The sockets to listen on.
    """
    from waitress import create_server

    from wherein.search.server.request_queue import RequestQueue

    # waitress warns of each request that waits for a thread, and refused questions may do so.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    queue = RequestQueue(app, concurrency=ceil(cores() / settings.server.processes))
    server = create_server(
        queue,
        sockets=sockets,
        threads=queue.max_requests + OTHER_THREADS,
        ident=None,
        max_request_body_size=100_000,
    )
    on_end_signal(_finish)
    try:
        server.run()
    finally:
        queue.close()


def _finish() -> None:
    """Make waitress finish the requests that have begun. A second signal must not interrupt it."""
    ignore_end_signals()
    sys.exit()


def _end_with_supervisor() -> None:
    supervisor = multiprocessing.parent_process()
    assert supervisor
    supervisor.join()
    os._exit(0)


def _wait_while_others_serve(watcher: "SnapshotWatcher", counts: ConnectionCounts) -> None:
    """Wait until there is a snapshot to search, or until no other worker serves."""
    waiting = threading.Thread(target=watcher.wait_until_ready, daemon=True)
    waiting.start()
    while waiting.is_alive() and any(counts):
        waiting.join(_POLL_SECONDS)


def _announce(watcher: "SnapshotWatcher", is_ready: ProcessEvent) -> None:
    watcher.wait_until_ready()
    is_ready.set()


def _load(settings: Settings) -> "tuple[Flask, SnapshotWatcher]":
    # These imports take long and need much memory, which the supervisor does without.
    from wherein.search.web.app import create_app
    from wherein.search.web.snapshot_watcher import EXTENSION

    app = create_app(settings)
    return app, app.extensions[EXTENSION]
