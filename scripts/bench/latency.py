"""Measures the latency of questions over HTTP: one client and eight, beside the encoder and txtai.

    python -m scripts.bench.latency SET [--txtai PYTHON]

The passages of a set are indexed as by `wherein evaluate`, and a real server is asked over
keep-alive connections. The encoder, the server and, with --txtai, txtai take turns. No
question is asked twice while the server still has it in its cache. Prints Markdown.
"""

import argparse
import gc
import json
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from scripts.bench.machine import description
from scripts.bench.server import Client, ask_at_once, most_memory, server, wait_until_ready
from wherein.index.build import build_passages
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.model_files import find_model
from wherein.index.encoding.onnx_model import MODELS
from wherein.search.cli.models import loaded_model
from wherein.search.cli.progress import track
from wherein.search.evaluation.question_sets import QuestionSet, read_set
from wherein.search.settings import Settings

CLIENTS = 8
ROUNDS = 5
QUESTIONS_PER_ROUND = 200
"""In a round, one client asks so many questions, and then eight clients do."""

Ask = Callable[[str], float]
"""Asks a question and returns the seconds that it took."""


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="the folder of a BEIR set")
    parser.add_argument(
        "--questions", type=int, default=400, help="the number that one client asks: 400"
    )
    parser.add_argument("--instance", help="the folder of the index: instance")
    parser.add_argument("--txtai", metavar="PYTHON", help="the Python of an environment with txtai")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    asked = read_set(flags.set, None)
    model = loaded_model(settings)
    own = asked.instance(settings.instance)
    _index_set(asked, own, model)
    questions = [question.text for question in asked.questions]
    random.Random(0).shuffle(questions)  # noqa: S311
    print(f"{description()}\n")
    with ExitStack() as stack:
        instance = stack.enter_context(_instance(own, settings.instance / MODELS))
        txtai = None
        if flags.txtai:
            folder = settings.instance / "bench" / own.name
            txtai = stack.enter_context(_txtai(flags.txtai, asked, folder))
        process, address = stack.enter_context(server(str(instance)))
        wait_until_ready(address)
        gc.collect()
        gc.freeze()
        client = stack.enter_context(Client(address))
        with most_memory(process) as memory:
            _compare_latency(questions[: flags.questions], model, client, txtai)
            _compare_clients(questions, address)
            asking = dict(memory)
        with most_memory(process) as memory:
            _measure_reload(asked, own, model, client)
        _print_memory(asking, memory)


def _index_set(asked: QuestionSet, own: Path, model: LoadedModel, *, skip: int = 0) -> str:
    """Index the passages of the set without the last `skip`, and return the id of the snapshot."""
    assert isinstance(asked.corpus, tuple), "a BEIR set is wanted"
    entries = asked.corpus[: len(asked.corpus) - skip]
    return build_passages(entries, own, model, track).snapshot


@contextmanager
def _instance(own: Path, models: Path) -> Iterator[Path]:
    """Make an instance to serve: the index of the set, and the compiled model beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (own / "CURRENT", own / "snapshots", models):
            (Path(folder) / path.name).symlink_to(path.resolve())
        yield Path(folder)


@contextmanager
def _txtai(python: str, asked: QuestionSet, folder: Path) -> Iterator[Ask]:
    """Start txtai over the same passages, with the same weights, in its own process."""
    assert isinstance(asked.corpus, tuple), "a BEIR set is wanted"
    folder.mkdir(parents=True, exist_ok=True)
    passages = folder / "passages.jsonl"
    with passages.open("w", encoding="utf-8") as lines:
        for entry in asked.corpus:
            for passage in entry.passages:
                text = f"{passage.title or ''} {passage.text}".strip()
                lines.write(json.dumps([entry.document.source, text]) + "\n")
    script = Path(__file__).with_name("txtai_hybrid.py")
    command = [python, str(script), str(find_model().folder), str(passages), str(folder / "txtai")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    assert process.stdout
    with process, process.stdin as questions, process.stdout as answers:
        indexed = int(json.loads(answers.readline()))
        assert indexed == sum(len(entry.passages) for entry in asked.corpus), indexed

        def ask(question: str) -> float:
            questions.write(question.replace("\n", " ") + "\n")
            questions.flush()
            return float(json.loads(answers.readline()))

        yield ask


def _compare_latency(
    questions: Sequence[str], model: LoadedModel, client: Client, txtai: Ask | None
) -> None:
    def encode(question: str) -> float:
        started = time.perf_counter()
        model.encoder.encode_question(question)
        return time.perf_counter() - started

    def ask(question: str) -> float:
        status, seconds = client.ask(question)
        assert status == 200, status
        return seconds

    sides: dict[str, Ask] = {"the bare encoder": encode, "`/api/search` over HTTP": ask}
    if txtai:
        sides["txtai, hybrid, in process"] = txtai
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn, question in enumerate([*questions[-20:], *questions[:-20]]):
        for name, side in sides.items():
            seconds = side(question)
            if turn >= 20:  # the first 20 are a warm-up
                taken[name].append(seconds)
    print("| ms a question, one client | p50 | p99 | p50 against the encoder's |")
    print("| --- | --- | --- | --- |")
    base = median(taken["the bare encoder"])
    for name, times in taken.items():
        middle, last = _ms(times)
        print(f"| {name} | {middle:.2f} | {last:.2f} | {median(times) / base:.1f} |")
    print()


def _compare_clients(questions: Sequence[str], address: str) -> None:
    """Compare one client with eight, in alternating rounds."""
    rates: dict[int, list[float]] = {1: [], CLIENTS: []}
    taken: dict[int, list[float]] = {1: [], CLIENTS: []}
    failed, place = dict.fromkeys(rates, 0), 0
    for _ in range(ROUNDS):
        for clients in rates:
            part = [questions[(place + i) % len(questions)] for i in range(QUESTIONS_PER_ROUND)]
            place += QUESTIONS_PER_ROUND
            answers, seconds = ask_at_once(address, part, clients)
            rates[clients].append(QUESTIONS_PER_ROUND / seconds)
            taken[clients] += [took for _, took in answers]
            failed[clients] += sum(status != 200 for status, _ in answers)
    print("| clients | questions a second | p50 ms | p99 ms | failed |")
    print("| --- | --- | --- | --- | --- |")
    for clients in rates:
        middle, last = _ms(taken[clients])
        rate = median(rates[clients])
        print(f"| {clients} | {rate:.0f} | {middle:.1f} | {last:.1f} | {failed[clients]} |")
    ratio = median(eight / one for one, eight in zip(*rates.values(), strict=True))
    print(f"\n{CLIENTS} clients together get {ratio:.2f} times as many answers a second as one.\n")


def _measure_reload(asked: QuestionSet, own: Path, model: LoadedModel, client: Client) -> None:
    """Publish two new snapshots while questions are asked."""
    for skip in (1, 0):
        done = threading.Event()

        def publish(skip: int = skip, done: threading.Event = done) -> None:
            try:
                _index_set(asked, own, model, skip=skip)
                time.sleep(3)  # the server looks for a new snapshot twice a second
            finally:
                done.set()

        thread = threading.Thread(target=publish)
        thread.start()
        while not done.is_set():
            client.ask(random.choice(asked.questions).text)  # noqa: S311
        thread.join()


def _print_memory(asking: dict[str, int], reloading: dict[str, int]) -> None:
    print("| memory of the server, MB at most | anonymous | of files beside it |")
    print("| --- | --- | --- |")
    for name, memory in (("all of the above", asking), ("taking up a new snapshot", reloading)):
        print(f"| {name} | {memory['RssAnon'] / 1024:.0f} | {memory['RssFile'] / 1024:.0f} |")


def _ms(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return median(ordered) * 1e3, ordered[int(0.99 * (len(ordered) - 1))] * 1e3


if __name__ == "__main__":
    main()
