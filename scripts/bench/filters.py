"""Measures questions under filters, over many passages: python scripts/bench/filters.py SET.

The sentences of a set that `wherein evaluate SET` has indexed are recombined, with their vectors,
into as many passages as are wanted, in 100 folders. Each filter is compared with no filter (time)
and with scoring all that it lets through (hits).
"""

import argparse
import tempfile
from collections.abc import Iterator
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
from wherein.index.documents.model import Block, Document
from wherein.index.lexical import lexical_index as lexical
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot, Store
from wherein.search import searcher as searcher_module
from wherein.search.cli.main import loaded_model
from wherein.search.evaluation.evaluate import DEPTH
from wherein.search.evaluation.question_sets import read_set
from wherein.search.query.filters import NO_FILTERS, Condition, Filters, Of, passages_within
from wherein.search.searcher import Searcher
from wherein.search.settings import Settings

EVERYTHING = Filters(source="**")
A_DOCUMENT = 10
FOLDERS = 100
QUESTIONS = 20
FILTERS = {
    "no filter": NO_FILTERS,
    "source, 1%": Filters(source="07"),
    "source, 10%": Filters(source="?7/*.txt"),
    "source, 50%": Filters(source="[0-4]?"),
    "published, 1%": Filters(published_from=date(2007, 1, 1), published_to=date(2007, 12, 31)),
    "published, 90%": Filters(published_from=date(2010, 1, 1)),
    "a date of 1915": Filters(date_from=date(1915, 1, 1), date_to=date(1915, 12, 31)),
    "a date since 1900": Filters(date_from=date(1900, 1, 1)),
    '"in the world"': Filters(conditions=(Condition(Of.WORDS, "in the world"),)),
    '"first"': Filters(conditions=(Condition(Of.WORDS, "first"),)),
    '"of the"': Filters(conditions=(Condition(Of.WORDS, "of the"),)),
    "-first": Filters(conditions=(Condition(Of.WORDS, "first", wanted=False),)),
    "file:/07/": Filters(conditions=(Condition(Of.FILE, "/07/"),)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", help="a path")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--instance", help="where `wherein evaluate` had it: instance")
    flags = parser.parse_args()
    settings = Settings.read({}, vars(flags))
    asked = read_set(flags.set, None)
    small = Store(asked.instance(settings.instance)).current_folder()
    encoder = loaded_model(settings).encoder
    with tempfile.TemporaryDirectory() as folder:
        searcher = Searcher(recombined(small, Path(folder), flags.passages), encoder)
        measure(searcher, [question.text for question in asked.sample(QUESTIONS).questions])


def recombined(small: Path, folder: Path, size: int) -> Snapshot:
    """A snapshot of `size` passages, each of some sentences of the small one."""
    opened = Snapshot.open(small)
    known = opened.vectors.stored(0, len(opened.vectors)).astype(np.float32)
    rows = {sentence: row for row, sentence in enumerate(sentences_of(opened))}
    entries = list(documents(list(rows), size // A_DOCUMENT))
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
    """The text of each sentence, in the order of the vectors."""
    for number in range(len(snapshot.catalog.same_as)):
        (passage,) = snapshot.catalog.passages([number])
        first, last = snapshot.catalog.first_sentence[number : number + 2].tolist()
        for sentence in range(first, last):
            start, end = snapshot.catalog.sentence(sentence)
            yield passage.text[start:end]


def documents(sentences: list[str], size: int) -> Iterator[CatalogEntry]:
    """Documents of ten passages of two to six sentences; a folder a hundredth, a year each."""
    chance = np.random.default_rng(1)
    for number in range(size):
        blocks, passages, begin = [], [], 0
        for place in range(A_DOCUMENT):
            chosen = [
                sentences[i] for i in chance.integers(len(sentences), size=chance.integers(2, 7))
            ]
            starts = np.cumsum([0, *(len(sentence) + 1 for sentence in chosen)]).tolist()
            spans = [(a, a + len(s)) for a, s in zip(starts, chosen, strict=False)]
            text = " ".join(chosen)
            blocks.append(Block(text, (place + 1, place + 1)))
            passages.append(Passage(None, place, begin, text, tuple(spans)))
            begin += len(text) + 1
        year, day = 2000 + number * FOLDERS // size, int(chance.integers(1, 29))
        source = f"{number * FOLDERS // size:02}/{number:06}.txt"
        document = Document(source, tuple(blocks), published=date(year, 6, day))
        yield CatalogEntry(document, "", tuple(passages))


def measure(searcher: Searcher, questions: list[str]) -> None:
    """Print, for each filter, how much it lets through, the time, and what of the best it finds."""
    few = searcher_module.FEW
    size = len(searcher.snapshot.catalog.same_as)
    print(f"{size:,} passages, {len(searcher.snapshot.vectors):,} sentences")
    print(f"{'':18} {'passages':>9} {'ms':>7} {'ratio':>6} {'same first 10':>14} {'recall':>7}")
    for name, filters in FILTERS.items():
        within = passages_within(filters, searcher.snapshot)
        plain, took, same, recall = [], [], 0, []
        for question in questions:
            for _ in range(3):  # in turn, so that both meet the same noise
                plain.append(searcher.search(question).took_ms)
                took.append(searcher.search(question, filters=filters).took_ms)
            results = searcher.search(question, limit=DEPTH, filters=filters)
            searcher_module.FEW = size
            exact = searcher.search(question, limit=DEPTH, filters=filters or EVERYTHING)
            searcher_module.FEW = few
            got = [round(hit.score, 4) for hit in results.hits]
            best = [round(hit.score, 4) for hit in exact.hits]
            same += got[:10] == best[:10]
            recall.append(sum(score >= best[-1] for score in got) / len(best) if best else 1.0)
        left = size if within is None else int(within.sum())
        print(
            f"{name:18} {left:>9,} {median(took):>7.1f} {median(took) / median(plain):>6.2f} "
            f"{f'{same} of {len(questions)}':>14} {np.mean(recall):>7.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
