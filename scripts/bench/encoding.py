"""Measures how fast each runtime of the bundled model encodes passages, and how precisely.

    python -m scripts.bench.encoding SET [--ndcg SET…]

All runtimes take turns, and a figure is the median of its rounds, so that other work of the machine
slows all of them alike. Prints Markdown.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from scripts.bench.machine import description
from wherein.index.build import build_passages
from wherein.index.encoding.devices import find_gpu
from wherein.index.encoding.loaded_model import LoadedModel
from wherein.index.encoding.model_files import LocalModel, find_model
from wherein.index.encoding.onnx_export import PRECISIONS, export, pack, write_graph
from wherein.index.encoding.onnx_model import graph_encoder
from wherein.index.encoding.protocols import Encoder
from wherein.index.encoding.torch_batches import batched_encoder
from wherein.index.encoding.torch_reference import Reference, load_reference
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.evaluation.evaluate import evaluate_questions
from wherein.search.evaluation.question_sets import QuestionSet, read_set
from wherein.search.evaluation.report import make_report

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds that encoding takes.

    Attributes:
        passage: The wall-clock time of a passage with all cores.
        processor: The processor time of a passage.
        question: The wall-clock time of a question.
    """

    passage: float
    processor: float
    question: float


@dataclass(frozen=True, slots=True)
class Runtime:
    """A way of encoding.

    Attributes:
        passages: Encodes all passages.
        question: Encodes a question.
    """

    passages: Callable[[], object]
    question: Callable[[str], object]


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="the folder of a BEIR set, whose passages are encoded")
    parser.add_argument("--passages", type=int, default=320, help="how many, evenly spaced: 320")
    parser.add_argument("--model", help="a folder; the bundled model if there is none")
    parser.add_argument("--ndcg", nargs="*", default=[], help="sets to ask, with every precision")
    flags = parser.parse_args()
    cores = torch.get_num_threads()
    source = find_model(flags.model)
    reference = load_reference(source)
    questions = read_set(flags.set, None)
    passages = _sample(questions, flags.passages)
    with tempfile.TemporaryDirectory() as scratch:
        encoders = _encoders(source, reference, Path(scratch))
        print(f"{description()}\n\n{len(passages)} passages of {questions.name}, {_features()}.\n")
        print(
            "| | passages a second | against the first | processor ms a passage | ms a question |"
        )
        print("| --- | --- | --- | --- | --- |")
        runtimes = _runtimes(source, encoders, passages, cores)
        asked = [question.text for question in questions.questions[:20]]
        timed = _time(runtimes, asked, len(passages))
        first = next(iter(timed.values())).passage
        for name, timing in timed.items():
            print(
                f"| {name} | {1 / timing.passage:.1f} | {first / timing.passage:.1f} "
                f"| {timing.processor * 1e3:.1f} | {timing.question * 1e3:.1f} |"
            )
        _agreement(encoders, passages)
        if flags.ndcg:
            print("\n| set | precision | nDCG@10 |\n| --- | --- | --- |")
        for name in flags.ndcg:
            _ndcg(read_set(name, None), source, encoders, Path(scratch))


def _sample(questions: QuestionSet, number: int) -> list[Passage]:
    assert isinstance(questions.corpus, tuple), "a BEIR set is wanted"
    passages = [passage for entry in questions.corpus for passage in entry.passages]
    return passages[:: max(1, len(passages) // number)][:number]


def _encoders(source: LocalModel, reference: Reference, scratch: Path) -> dict[str, Encoder]:
    """Make the reference encoder, a compiled one of each precision, and one on the GPU if any."""
    encoders: dict[str, Encoder] = {"reference": reference.encoder()}
    exported = scratch / "exported.onnx"
    export(reference, exported)
    for precision, bits in PRECISIONS.items():
        plain, graph = scratch / f"{precision}, plain.onnx", scratch / f"{precision}.onnx"
        write_graph(reference, exported, plain, bits)
        pack(plain, graph)
        encoders[f"compiled, {precision}"] = graph_encoder(
            graph, reference.tokenizer, reference.spec, f"{reference.name}|{precision}"
        )
    if torch.cuda.is_available():
        encoders["on the GPU, fp32"] = batched_encoder(
            source, reference.tokenizer, reference.spec, find_gpu()
        )
    return encoders


def _runtimes(
    source: LocalModel, encoders: Mapping[str, Encoder], passages: Sequence[Passage], cores: int
) -> dict[str, Runtime]:
    texts = [f"{passage.title} {passage.text}" for passage in passages]

    def library(model: SentenceTransformer, threads: int, batch: int = 32) -> Runtime:
        def run(what: str | list[str]) -> None:
            torch.set_num_threads(threads)
            model.encode(what, batch_size=batch, show_progress_bar=False)

        return Runtime(lambda: run(texts), run)

    def ours(encoder: Encoder) -> Runtime:
        return Runtime(lambda: list(encoder.encode_passages(passages)), encoder.encode_question)

    folder = str(source.folder)
    plain = SentenceTransformer(folder, device="cpu", local_files_only=True)
    runtimes = {"SentenceTransformer.encode": library(plain, cores)}
    if "bf16" in _features():
        bfloat16 = SentenceTransformer(
            folder,
            device="cpu",
            local_files_only=True,
            model_kwargs={"dtype": torch.bfloat16},
        )
        runtimes["the same, bfloat16"] = library(bfloat16, cores)
        runtimes["bfloat16, one at a time"] = library(bfloat16, 1, batch=1)
    for name, encoder in encoders.items():
        if name != "reference":
            runtimes[name] = ours(encoder)
    return runtimes


def _time(
    runtimes: Mapping[str, Runtime], questions: Sequence[str], number: int
) -> dict[str, Timing]:
    rounds: dict[str, list[Timing]] = {name: [] for name in runtimes}
    for turn in range(ROUNDS + 1):
        for name, runtime in runtimes.items():
            started, worked = time.perf_counter(), time.process_time()
            runtime.passages()
            passage = (time.perf_counter() - started) / number
            processor = (time.process_time() - worked) / number
            timing = Timing(passage, processor, median(_seconds(runtime.question, questions)))
            if turn:  # the first is a warm-up
                rounds[name].append(timing)
    return {
        name: Timing(
            median(timing.passage for timing in timings),
            median(timing.processor for timing in timings),
            median(timing.question for timing in timings),
        )
        for name, timings in rounds.items()
    }


def _seconds(encode: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    seconds = []
    for question in questions:
        started = time.perf_counter()
        encode(question)
        seconds.append(time.perf_counter() - started)
    return seconds


def _agreement(encoders: Mapping[str, Encoder], passages: Sequence[Passage]) -> None:
    expected = np.concatenate(list(encoders["reference"].encode_passages(passages)))
    print("\n| | cosine of a sentence to the reference's, mean | least |\n| --- | --- | --- |")
    for name, encoder in encoders.items():
        vectors = np.concatenate(list(encoder.encode_passages(passages)))
        cosines = np.sum(vectors * expected, axis=1)
        print(f"| {name} | {cosines.mean():.4f} | {cosines.min():.4f} |")


def _ndcg(
    questions: QuestionSet, source: LocalModel, encoders: Mapping[str, Encoder], scratch: Path
) -> None:
    assert isinstance(questions.corpus, tuple), "a BEIR set is wanted"
    for name, encoder in encoders.items():
        instance = scratch / questions.name / name
        model = LoadedModel(f"{source.name} {name}", encoder)
        build_passages(questions.corpus, instance, model, lambda items, _doing: items)
        snapshot = Snapshot.open(Store(instance).current_folder())
        evaluation = evaluate_questions(
            questions.name,
            snapshot,
            encoder,
            questions.questions,
            instance / "questions.sqlite",
            None,
        )
        ndcg = make_report(evaluation).ranking.metrics["nDCG@10"]
        print(f"| {questions.name} | {name} | {ndcg:.4f} |")


def _features() -> str:
    """Return the processor's instructions for small numbers, if the system lists them."""
    file = Path("/proc/cpuinfo")
    known = file.read_text().split() if file.exists() else []
    wanted = ("avx2", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
    return " ".join(name for name in wanted if name in known) or "features unknown"


if __name__ == "__main__":
    main()
