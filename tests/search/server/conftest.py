"""Servers for the tests of processes and of what they answer."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FolderMaker, quiet
from tests.search.server.running_server import RunningServer
from wherein.index.build import Model, build

NEWS = "The ferry Aurora Borealis sank off Tromso at dawn, and all ninety aboard were saved.\n"
QUESTION = "what happened to the Aurora Borealis"


@pytest.fixture(params=[1, 2] if hasattr(os, "fork") else [1])
def processes(request: pytest.FixtureRequest) -> int:
    """The number of processes of a server: one, and two where the system can fork."""
    count: int = request.param
    return count


@pytest.fixture
def server(compiled_instance: Path, processes: int) -> Iterator[RunningServer]:
    """A server without an index. It must end without a message."""
    running = RunningServer(compiled_instance, processes)
    try:
        yield running
        assert running.end() == (0, "")
    finally:
        running.kill()


@pytest.fixture
def ferry_instance(compiled_instance: Path, make_folder: FolderMaker, loaded_model: Model) -> Path:
    """An instance with one document, about a ferry."""
    build(make_folder({"ferry.txt": NEWS}), compiled_instance, loaded_model, quiet)
    return compiled_instance


@pytest.fixture
def two_workers(ferry_instance: Path) -> Iterator[RunningServer]:
    """A server whose two worker processes both take connections."""
    running = RunningServer(ferry_instance, processes=2)
    try:
        running.wait_until_ready()
        running.wait_until_all_serve()
        yield running
    finally:
        running.kill()
