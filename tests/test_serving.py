"""A real server as a process of its own, asked over HTTP while documents come and go."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import FolderMaker

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
WHAT = ("when will he visit", "what is the trade with", "who leads", "how far is it to")
WHOM = ("China", "Russia", "Harbin", "Beijing", "Moscow", "the West")
NEWS = "The ferry Aurora Borealis sank off Tromso at dawn, and all ninety aboard were saved.\n"


class Server:
    def __init__(self, instance: Path) -> None:
        self.environment = {**os.environ, "WHEREIN_INSTANCE": str(instance)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "search.cli", "serve", "--port", "0"],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().split()[-1]

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def first_file(self, question: str) -> str | None:
        _, answer = self.get(f"/api/search?q={quote(question)}&limit=1")
        hits = answer["hits"]
        assert isinstance(hits, list)
        return hits[0]["source"]["path"] if hits else None

    def wait_for(self, seconds: float, path: str, status: int) -> None:
        deadline = time.monotonic() + seconds
        while self.get(path)[0] != status:
            assert time.monotonic() < deadline, f"{path} is not {status} after {seconds} s"
            time.sleep(0.05)

    def wait_for_answer(
        self, seconds: float, question: str, file: str | None = None, other_than: str | None = None
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            first = self.first_file(question)
            if first == file or (other_than and first != other_than):
                return
            assert time.monotonic() < deadline, f"after {seconds} s the answer is from {first}"
            time.sleep(0.05)

    def reindex(self, folder: Path) -> str:
        done = subprocess.run(
            [sys.executable, "scripts/reindex.py", str(folder)],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout


@pytest.fixture
def server(compiled_instance: Path) -> Iterator[Server]:
    running = Server(compiled_instance)
    yield running
    running.process.send_signal(signal.SIGINT)
    running.process.communicate(timeout=10)
    assert running.process.returncode == 0


def test_a_running_server_answers_from_what_was_added_and_not_from_what_was_removed(
    server: Server, make_folder: FolderMaker
) -> None:
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 503
    folder = make_folder({path.name: path.read_bytes() for path in SEEDS.iterdir()})
    server.reindex(folder)
    server.wait_for(60, "/readyz", 200)
    question = "what happened to the Aurora Borealis"
    assert server.first_file(question) != "ferry.txt"

    make_folder({"ferry.txt": NEWS})
    report = server.reindex(folder)
    assert "  added    ferry.txt\n1 added, 0 changed, 5 unchanged, 0 removed" in report
    assert "56 passages: 1 encoded, 55 reused" in report
    server.wait_for_answer(2, question, "ferry.txt")

    (folder / "ferry.txt").unlink()
    assert "  removed  ferry.txt\n" in server.reindex(folder)
    server.wait_for_answer(2, question, other_than="ferry.txt")


def test_a_server_without_an_index_says_so_and_how_to_make_one_and_takes_it_up(
    server: Server, compiled_instance: Path, make_folder: FolderMaker
) -> None:
    says = (
        f"Nothing has been indexed yet: there is no snapshot in {compiled_instance}. "
        "Run `wherein reindex FOLDER` with the folder of your documents."
    )
    assert server.process.stderr
    assert server.process.stderr.readline() == f"{says}\n"
    status, answer = server.get("/readyz")
    assert (status, answer["detail"]) == (503, says)
    server.reindex(make_folder({"ferry.txt": NEWS}))
    server.wait_for(60, "/readyz", 200)
    assert server.first_file("what happened to the Aurora Borealis") == "ferry.txt"


def test_eight_ask_at_once_and_each_gets_what_one_alone_gets(
    server: Server, make_folder: FolderMaker
) -> None:
    server.reindex(make_folder({path.name: path.read_bytes() for path in SEEDS.iterdir()}))
    server.wait_for(60, "/readyz", 200)
    questions = [f"{what} {whom}?" for what in WHAT for whom in WHOM]

    def answer(question: str) -> tuple[int, object]:
        status, found = server.get(f"/api/search?q={quote(question)}")
        return status, {name: found[name] for name in ("hits", "timeline", "confidence")}

    alone = [answer(question) for question in questions]
    with ThreadPoolExecutor(8) as askers:
        assert list(askers.map(answer, questions)) == alone
    assert {status for status, _ in alone} == {200}


def test_a_running_server_has_not_loaded_pytorch(server: Server, make_folder: FolderMaker) -> None:
    """Linux lists the libraries that a process has mapped into its memory."""
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        pytest.skip("this system has no /proc")
    server.reindex(make_folder({"ferry.txt": NEWS}))
    server.wait_for(60, "/readyz", 200)
    assert server.first_file("what happened to the Aurora Borealis") == "ferry.txt"
    mapped = maps.read_text()
    assert "onnxruntime_pybind11_state" in mapped
    assert "libtorch" not in mapped
