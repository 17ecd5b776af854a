"""Measures questions under filters over many passages.

    python -m scripts.bench.filters SET [--passages N]

The sentences of a set that `wherein evaluate SET` has indexed are recombined, with their vectors,
into passages in 100 folders. Each filter is compared with no filter (time), and with scoring every
passage that it admits (hits).
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.catalog import writer as catalog_writer
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.catalog.reader import Catalog
from wherein.index.dense import vector_index as vectors
from wherein.index.dense.vector_index import VectorIndex
from wherein.index.documents.model import Block, Document, Place
from wherein.index.lexical import lexical_index as lexical
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search.cli.models import loaded_model
from wherein.search.evaluation.evaluate import DEPTH
from wherein.search.evaluation.question_sets import read_set
from wherein.search.query.filters import (
    NO_FILTERS,
    Condition,
    ConditionKind,
    Filters,
    passages_within,
)
from wherein.search.query.query import plain_query
from wherein.search.ranking.config import CandidateLimits, RankingConfig
from wherein.search.results import PageRange, find_results
from wherein.search.searcher import Searcher
from wherein.search.settings import Settings

EVERYTHING = Filters(source="**")
PASSAGES_PER_DOCUMENT = 10
FOLDERS = 100
QUESTIONS = 20
ROUNDS = 3
FILTERS = {
    "no filter": NO_FILTERS,
    "source, 1%": Filters(source="07"),
    "source, 10%": Filters(source="?7/*.txt"),
    "source, 50%": Filters(source="[0-4]?"),
    "published, 1%": Filters(published_from=date(2007, 1, 1), published_to=date(2007, 12, 31)),
    "published, 90%": Filters(published_from=date(2010, 1, 1)),
    "a date of 1915": Filters(date_from=date(1915, 1, 1), date_to=date(1915, 12, 31)),
    "a date since 1900": Filters(date_from=date(1900, 1, 1)),
    '"in the world"': Filters(conditions=(Condition(ConditionKind.WORDS, "in the world"),)),
    '"first"': Filters(conditions=(Condition(ConditionKind.WORDS, "first"),)),
    '"of the"': Filters(conditions=(Condition(ConditionKind.WORDS, "of the"),)),
    "-first": Filters(conditions=(Condition(ConditionKind.WORDS, "first", wanted=False),)),
    "file:/07/": Filters(conditions=(Condition(ConditionKind.FILE, "/07/"),)),
}


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="a path")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--instance", help="the instance of `wherein evaluate`: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    asked = read_set(flags.set, None)
    small = Store(asked.instance(settings.instance)).current_folder()
    encoder = loaded_model(settings).encoder
    with tempfile.TemporaryDirectory() as folder:
        snapshot = recombined(small, Path(folder), flags.passages)
        score_all = RankingConfig(candidates=CandidateLimits(score_all=flags.passages))
        searcher, exact = Searcher(snapshot, encoder), Searcher(snapshot, encoder, config=score_all)
        measure(searcher, exact, [q.text for q in asked.sample(QUESTIONS).questions])


def recombined(small: Path, folder: Path, size: int) -> Snapshot:
    """Make a snapshot of recombined sentences.

    Args:
        small: The snapshot that has the sentences.
        folder: An empty folder.
        size: The number of passages.

    Returns:
        The open snapshot.
    """
    opened = Snapshot.open(small)
    known = opened.vectors.stored_rows(0, len(opened.vectors)).astype(np.float32)
    rows = {sentence: row for row, sentence in enumerate(sentences_of(opened))}
    entries = list(documents(list(rows), size // PASSAGES_PER_DOCUMENT))
    passages = [passage for entry in entries for passage in entry.passages]

    def encoded() -> Iterator[Vectors]:
        for passage in passages:
            found = [rows[passage.text[start:end]] for start, end in passage.sentences]
            yield known[found]

    (folder / "words").mkdir()
    (folder / "vectors").mkdir()
    catalog_writer.write(folder / "catalog", entries, [])
    lexical.write(folder / "words", passages)
    vectors.write(folder / "vectors", encoded(), known.shape[1])
    return replace(
        opened,
        catalog=Catalog(folder / "catalog"),
        lexical=LexicalIndex(folder / "words"),
        vectors=VectorIndex(folder / "vectors"),
    )


def sentences_of(snapshot: Snapshot) -> Iterator[str]:
    """Yield the text of each sentence, in the order of the vectors."""
    for number in range(len(snapshot.catalog.same_as)):
        (passage,) = snapshot.catalog.passages([number])
        first, last = snapshot.catalog.first_sentence[number : number + 2].tolist()
        for sentence in range(first, last):
            start, end = snapshot.catalog.sentence(sentence)
            yield passage.text[start:end]


def documents(sentences: list[str], size: int) -> Iterator[CatalogEntry]:
    """Yield documents of ten passages with two to six sentences each.

    Each folder has a hundredth of the documents, published in the same year.

    Args:
        sentences: The sentences to choose from.
        size: The number of documents.

    Yields:
        The documents with their passages.
    """
    chance = np.random.default_rng(1)
    for number in range(size):
        blocks, passages, begin = [], [], 0
        for place in range(PASSAGES_PER_DOCUMENT):
            chosen = [
                sentences[i] for i in chance.integers(len(sentences), size=chance.integers(2, 7))
            ]
            starts = np.cumsum([0, *(len(sentence) + 1 for sentence in chosen)]).tolist()
            spans = [(a, a + len(s)) for a, s in zip(starts, chosen, strict=False)]
            text = " ".join(chosen)
            blocks.append(Block(text, Place((place + 1, place + 1))))
            passages.append(Passage(None, place, begin, text, tuple(spans)))
            begin += len(text) + 1
        year, day = 2000 + number * FOLDERS // size, int(chance.integers(1, 29))
        source = f"{number * FOLDERS // size:02}/{number:06}.txt"
        document = Document(source, tuple(blocks), published=date(year, 6, day))
        yield CatalogEntry(document, "", tuple(passages))


def measure(searcher: Searcher, exact: Searcher, questions: Sequence[str]) -> None:
    """Print for each filter what it admits, the time, and how much of the best it finds.

    Args:
        searcher: The searcher to measure.
        exact: A searcher that scores every passage that a filter admits.
        questions: The questions.
    """
    size = len(searcher.snapshot.catalog.same_as)
    print(f"{size:,} passages, {len(searcher.snapshot.vectors):,} sentences")
    print(f"{'':18} {'passages':>9} {'ms':>7} {'ratio':>6} {'same first 10':>14} {'recall':>7}")
    for name, filters in FILTERS.items():
        within = passages_within(filters, searcher.snapshot)
        admitted = size if within is None else int(within.sum())
        plain, filtered = _times(searcher, filters, questions)
        found = [_scores(searcher, question, filters) for question in questions]
        best = [_scores(exact, question, filters or EVERYTHING) for question in questions]
        same = sum(a[:10] == b[:10] for a, b in zip(found, best, strict=True))
        recall = np.mean([_recall(a, b) for a, b in zip(found, best, strict=True)])
        print(
            f"{name:18} {admitted:>9,} {filtered:>7.1f} {filtered / plain:>6.2f} "
            f"{f'{same} of {len(questions)}':>14} {recall:>7.3f}",
            flush=True,
        )


def _times(searcher: Searcher, filters: Filters, questions: Sequence[str]) -> tuple[float, float]:
    """Return the median times without and with a filter, in milliseconds, taken in turn."""
    plain, filtered = [], []
    for question in questions:
        for _ in range(ROUNDS):
            plain.append(find_results(searcher, plain_query(question)).took_ms)
            filtered.append(find_results(searcher, plain_query(question, filters)).took_ms)
    return median(plain), median(filtered)


def _scores(searcher: Searcher, question: str, filters: Filters) -> list[float]:
    results = find_results(searcher, plain_query(question, filters), PageRange(limit=DEPTH))
    return [round(hit.scores.total, 4) for hit in results.hits]


def _recall(found: Sequence[float], best: Sequence[float]) -> float:
    return sum(score >= best[-1] for score in found) / len(best) if best else 1.0


if __name__ == "__main__":
    main()
