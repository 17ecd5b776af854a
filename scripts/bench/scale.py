"""Measures an index of very many passages: building, recall, latency and memory.

    python -m scripts.bench.scale SET… [--passages N] [--figures FILE]

The corpus is synthetic (see `synthetic`), made from sets that `wherein evaluate SET` has indexed.
It is indexed by the product. The figures are printed and appended to --figures as a line of JSON:
the time of building without encoding, the recall of the ten sentences nearest to real questions,
the cosines of neighbours, and the latency and memory of a server, here and on the first set.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import faiss
import numpy as np

from scripts.bench.server import Client, most_memory, server, wait_until_ready
from scripts.bench.synthetic import Source, SyntheticCorpus
from wherein.index.arrays import Numbers, Vectors
from wherein.index.build import build_passages
from wherein.index.dense.float16 import to_float32
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.encoding.onnx_model import MODELS
from wherein.index.snapshot.store import LEXICAL, VECTORS, Snapshot, Store
from wherein.search.cli.models import loaded_model
from wherein.search.evaluation.question_sets import QuestionSet, read_set
from wherein.search.ranking.config import CandidateLimits
from wherein.search.settings import Settings

T = TypeVar("T")

QUESTIONS = 400
SAMPLES = 300
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BLOCK = 65_536


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sets", nargs="+", metavar="SET", help="paths; the first set is measured too"
    )
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--instance", help="the instance of `wherein evaluate`: instance")
    parser.add_argument("--figures", type=Path, help="a file for a line of JSON")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    sets = [read_set(name, None) for name in flags.sets]
    with tempfile.TemporaryDirectory(dir=settings.instance) as parent:
        figures = measure(sets, settings, Path(parent), flags.passages)
    line = json.dumps(figures)
    print(line)
    if flags.figures:
        with flags.figures.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")


def measure(
    sets: Sequence[QuestionSet], settings: Settings, parent: Path, passages: int
) -> dict[str, object]:
    """Build a synthetic corpus below `parent` and return all figures."""
    model = loaded_model(settings)
    models = (settings.instance / MODELS).resolve()
    small = sets[0].instance(settings.instance)
    source = Source.of(
        Store(questions.instance(settings.instance)).current_folder() for questions in sets
    )
    corpus = SyntheticCorpus(source, passages, model.name, model.prepare().full_name)
    large = parent / "large"
    figures: dict[str, object] = {"passages": passages, **_build(corpus, large, models)}
    texts = [question.text for question in sets[0].sample(QUESTIONS).questions]
    questions = np.stack([model.encoder.encode_question(text) for text in texts])
    for name, instance in (("first set", small), ("corpus", large)):
        folder = Store(instance).current_folder()
        index = VectorIndex(folder / VECTORS)
        owners = Snapshot.open(folder).catalog.passage_of_sentence
        first, tenth = neighbourhood(index, owners)
        figures[name] = {
            "passages": int(owners[-1]) + 1,
            "sentences": len(index),
            "recall@10 of questions": recall(index, questions),
            "cosine of the nearest, quantiles": first,
            "of the tenth nearest": tenth,
            **_serve(_instance_of(instance, models, parent / name), texts),
        }
    return figures


def _instance_of(instance: Path, models: Path, place: Path) -> Path:
    """Make an instance with the same snapshots and the compiled model."""
    place.mkdir()
    for name in ("CURRENT", "snapshots"):
        (place / name).symlink_to((instance / name).resolve())
    (place / MODELS).symlink_to(models)
    return place


# ---- building


def _build(corpus: SyntheticCorpus, instance: Path, models: Path) -> dict[str, object]:
    instance.mkdir()
    (instance / MODELS).symlink_to(models)
    entries, clock = list(corpus.entries()), _Clock()
    started, worked = time.perf_counter(), time.process_time()
    report = build_passages(entries, instance, corpus, clock)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    folder = Store(instance).current_folder()
    manifest = Snapshot.open(folder).manifest
    segments = json.loads((folder / LEXICAL / "meta.json").read_bytes())["segments"]
    texts = {passage.text for entry in entries for passage in entry.passages}
    return {
        "distinct": len(texts) / report.passages,
        "seconds": seconds,
        "of these encoding": clock.seconds,
        "µs a passage without encoding": (seconds - clock.seconds) / report.passages * 1e6,
        "of the processor": (work - clock.work) / report.passages * 1e6,
        "lists": manifest.neighbours and manifest.neighbours.lists,
        "probes": manifest.neighbours and manifest.neighbours.probes,
        "recall@10 by the build": manifest.neighbours and manifest.neighbours.recall,
        "segments of words": len(segments),
        "bytes": sum(record.size for record in manifest.files.values()),
    }


class _Clock:
    """Measures the last step of a build that shows progress: the encoding."""

    def __init__(self) -> None:
        self.seconds = self.work = 0.0

    def __call__(self, items: Sequence[T], _doing: str, /) -> Iterable[T]:
        started, worked = time.perf_counter(), time.process_time()
        yield from items
        self.seconds, self.work = time.perf_counter() - started, time.process_time() - worked


# ---- vectors


def _blocks(index: VectorIndex) -> Iterator[tuple[int, Vectors]]:
    """Yield the stored vectors in blocks, each with its first row."""
    for start in range(0, len(index), _BLOCK):
        yield start, to_float32(index.stored_rows(start, min(start + _BLOCK, len(index))))


def _nearest(index: VectorIndex, questions: Vectors, wanted: int) -> tuple[Numbers, Vectors]:
    """Return the rows nearest to each question by an exact search, and their cosines."""
    rows: Numbers = np.empty((len(questions), 0), np.int64)
    cosines: Vectors = np.empty((len(questions), 0), np.float32)
    for start, floats in _blocks(index):
        near, numbers = faiss.knn(questions, floats, wanted, metric=faiss.METRIC_INNER_PRODUCT)
        rows = np.concatenate((rows, numbers + start), axis=1)
        cosines = np.concatenate((cosines, near), axis=1)
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :wanted]
        rows = np.take_along_axis(rows, best, axis=1)
        cosines = np.take_along_axis(cosines, best, axis=1)
    return rows, cosines


def recall(index: VectorIndex, questions: Vectors) -> float:
    """Return the share of the ten nearest sentences that a search puts forward."""
    nearest, _ = _nearest(index, questions, 10)
    found = (index.nearest(question, CandidateLimits().per_source) for question in questions)
    shares = [np.isin(ten, some).mean() for ten, some in zip(nearest, found, strict=True)]
    return float(np.mean(shares))


def neighbourhood(index: VectorIndex, owners: Numbers) -> tuple[list[float], list[float]]:
    """Return quantiles of cosines to the nearest and tenth nearest sentence of another passage."""
    samples = np.arange(SAMPLES) * len(index) // SAMPLES
    vectors = np.concatenate(
        [index.stored_rows(row, row + 1).astype(np.float32) for row in samples.tolist()]
    )
    rows, cosines = _nearest(index, vectors, 300)
    firsts, tenths = [], []
    for sample, near, values in zip(samples, rows, cosines, strict=True):
        others = values[owners[near] != owners[sample]]
        firsts.append(others[0])
        tenths.append(others[9])
    return _quantiles(firsts), _quantiles(tenths)


def _quantiles(numbers: Sequence[float]) -> list[float]:
    return [round(float(number), 3) for number in np.quantile(numbers, QUANTILES)]


# ---- a server


def _serve(instance: Path, questions: Sequence[str]) -> dict[str, object]:
    """Measure the latency and the memory of a server.

    Half of the questions are a warm-up. The server has a cache, so no question is asked twice.
    """
    began = time.perf_counter()
    with server(str(instance)) as (process, address):
        wait_until_ready(address)
        ready = time.perf_counter() - began
        with most_memory(process) as memory, Client(address) as client:
            for question in questions[::2]:
                client.ask(question)
            times = sorted(_ask(client, question) for question in questions[1::2])
        return {
            "ms p50": round(times[len(times) // 2], 2),
            "ms p99": round(times[len(times) * 99 // 100], 2),
            "s until ready": round(ready, 2),
            "MB anonymous": memory["RssAnon"] // 1024,
            "MB of files": memory["RssFile"] // 1024,
        }


def _ask(client: Client, question: str) -> float:
    """Return the milliseconds until the whole answer was received."""
    status, seconds = client.ask(question)
    assert status == 200, status
    return seconds * 1000


if __name__ == "__main__":
    main()
