"""Starts the server processes, replaces those that die, and ends all of them.

Python runs one thread of a process at a time, so several processes serve on the same sockets. The
supervisor forks them before anything large is loaded, and stays small and without threads: only
such a process can fork safely at any time.
"""

import logging
import multiprocessing
import os
from collections.abc import Callable, Collection
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from wherein.index.errors import WhereinError
from wherein.search.server.listening import listen
from wherein.search.server.process_event import ProcessEvent
from wherein.search.server.shared_socket import ConnectionCounts
from wherein.search.server.signals import held_back, on_end_signal
from wherein.search.server.worker import WorkerGroup, run_worker, serve_alone
from wherein.search.settings import Settings

RESTART_SECONDS = 1.0
"""The pause before a worker process is replaced, so that a worker that fails again and again does
not keep the machine busy. A signal for all processes also reaches the supervisor in this time."""

SHUTDOWN_SECONDS = 10.0
"""The time in which a worker process can finish its requests. waitress itself allows 5 seconds."""

log = logging.getLogger(__name__)


class WorkerError(WhereinError):
    """The system cannot start the worker processes of the server."""


def serve(settings: Settings, report: Callable[[str], object]) -> None:
    """Serve the page and the API until interrupted.

    A single process serves by itself. Several processes are workers of this process, which replaces
    each worker that dies. No process outlives this process.

    Args:
        settings: The settings of the server.
        report: Is called with the address of the server, once the server listens.

    Raises:
        SettingsError: The server cannot listen on the host and port of the settings.
        WorkerError: The system cannot start as many processes.
    """
    host = settings.server.host.removeprefix("[").removesuffix("]")
    sockets = listen(host, settings.server.port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{sockets[0].getsockname()[1]}"
    processes = settings.server.processes
    if processes == 1:
        # While modules are imported, an exception from a signal handler would look like an error.
        on_end_signal(lambda: os._exit(0))
        report(address)
        serve_alone(settings, sockets)
        return
    group = WorkerGroup(settings, sockets, ConnectionCounts(processes), ProcessEvent())
    stop = ProcessEvent()
    on_end_signal(stop.set)
    workers: dict[int, BaseProcess] = {}
    try:
        _start_all(workers, group)
        report(address)
        _supervise(workers, group, stop)
    finally:
        _end(workers.values())


def _start_all(workers: dict[int, BaseProcess], group: WorkerGroup) -> None:
    processes = group.settings.server.processes
    for number in range(processes):
        try:
            workers[number] = _start(group, number)
        except OSError as error:
            raise WorkerError(
                f"Cannot start worker process {number + 1} of {processes}: {error.strerror}. "
                "End other programs, or choose fewer processes with --processes."
            ) from error


def _supervise(workers: dict[int, BaseProcess], group: WorkerGroup, stop: ProcessEvent) -> None:
    """Replace each worker process that ends, until the event `stop` is set.

    A worker that cannot be replaced stays in `workers`. It counts as ended in the next round, so
    that the supervisor tries again.
    """
    unreplaced: set[int] = set()
    while not stop.is_set():
        wait([stop.fileno(), *(worker.sentinel for worker in workers.values())])
        ended = [n for n, worker in workers.items() if wait([worker.sentinel], timeout=0)]
        for number in ended:
            group.counts.leave(number)
        if stop.wait(RESTART_SECONDS):
            return
        unreplaced = {
            number
            for number in ended
            if not _replace(workers, group, number, is_retry=number in unreplaced)
        }


def _replace(
    workers: dict[int, BaseProcess], group: WorkerGroup, number: int, *, is_retry: bool
) -> bool:
    """Start a new process for a worker that ended, and return whether that worked."""
    if not is_retry:
        workers[number].join()
        log.error(
            "Worker process %d ended (exit code %s). A new worker process replaces it.",
            workers[number].pid,
            workers[number].exitcode,
        )
    try:
        _try_to_fork()
        workers[number] = _start(group, number)
    except OSError as error:
        if not is_retry:
            log.warning(
                "Cannot start the new worker process: %s. Wherein tries again every %g s.",
                error.strerror,
                RESTART_SECONDS,
            )
        return False
    return True


def _end(workers: Collection[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(SHUTDOWN_SECONDS)
        worker.kill()  # for example a worker that is suspended
        worker.join()


def _try_to_fork() -> None:
    """Raise an OSError if the system cannot fork.

    `multiprocessing` leaves four files open when it cannot fork, and would soon run out of files.
    """
    with held_back():
        child = os.fork()
        if not child:
            os._exit(0)
    os.waitpid(child, 0)


def _start(group: WorkerGroup, number: int) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(
        target=run_worker, args=(group, number), name=f"worker {number}"
    )
    with held_back():
        process.start()
    return process
