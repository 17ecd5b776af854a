"""Makes a synthetic corpus of any size from real sentences and their vectors.

The sentences are those of question sets that `wherein evaluate SET` has indexed. They get other
names and numbers, so that no two passages are the same. A vector is the sentence's own, mixed with
that of another sentence and with noise, so that neighbours are about as near as in a real corpus.
The same seed gives the same corpus.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from wherein.index.arrays import Numbers, Vectors
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.dense.float16 import to_float32
from wherein.index.documents.model import Block, Document, Kind, Place
from wherein.index.encoding.protocols import PassagesBy, PreparedModel
from wherein.index.passages.splitter import Passage
from wherein.index.snapshot.store import Snapshot

SEED = 1
PASSAGES_PER_DOCUMENT = 10

DOCUMENTS_PER_FOLDER = 500

SENTENCES_PER_PASSAGE = (2, 6)
"""A passage has at least the first number of sentences, and fewer than the second: 3.5 on average,
as in nq."""

_MIX = 0.9  # the weight of another sentence's vector
_NOISE = (0.1, 2.2)  # the range of the noise's length
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z]\w{2,}")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Source:
    """The sentences of question sets.

    Attributes:
        sentences: The texts.
        names: The words with a capital inside sentences.
        vectors: The vectors: shape (sentences, dimension), float32.
    """

    sentences: tuple[str, ...]
    names: tuple[str, ...]
    vectors: Vectors

    @classmethod
    def of(cls, snapshots: Iterable[Path]) -> "Source":
        """Read the sentences and vectors of snapshots."""
        sentences: list[str] = []
        vectors: list[Vectors] = []
        for folder in snapshots:
            opened = Snapshot.open(folder)
            vectors.append(to_float32(opened.vectors.stored_rows(0, len(opened.vectors))))
            sentences += _sentences(opened)
        names = sorted({name for text in sentences for name in _NAME.findall(text)})
        return cls(tuple(sentences), tuple(names), np.concatenate(vectors))


def _sentences(snapshot: Snapshot) -> Iterator[str]:
    """Yield the text of each sentence, in the order of the vectors."""
    firsts = snapshot.catalog.first_sentence
    numbers = range(len(snapshot.catalog.same_as))
    for start in range(0, len(numbers), 1000):
        some = numbers[start : start + 1000]
        spans = iter(snapshot.catalog.sentences(range(firsts[some[0]], firsts[some[-1] + 1])))
        for passage in snapshot.catalog.passages(some):
            for _ in range(firsts[passage.number + 1] - firsts[passage.number]):
                begin, end = next(spans)
                yield passage.text[begin:end]


class SyntheticCorpus:
    """A synthetic corpus, and the encoder that returns its vectors.

    Args:
        source: The sentences to recombine.
        size: The number of passages.
        name: The name of the model.
        fingerprint: The fingerprint of the encoder that made the vectors, which encodes questions.
    """

    def __init__(self, source: Source, size: int, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.passages_by = PassagesBy(fingerprint)
        self.dimension = source.vectors.shape[1]
        self._source = source
        self._size = size
        self._rows: dict[str, Numbers] = {}

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield the documents, in the order of their sources."""
        for number in range(self._size // PASSAGES_PER_DOCUMENT):
            yield self._entry(number)

    def _entry(self, number: int) -> CatalogEntry:
        chance = np.random.default_rng((SEED, number))
        title = f"{self._text(int(chance.integers(len(self._source.sentences))), chance)[:60]}"
        blocks, passages = [Block(title, Place((1, 1)), Kind.TITLE)], []
        start = len(title) + 1
        for place in range(1, PASSAGES_PER_DOCUMENT + 1):
            rows = chance.integers(
                len(self._source.sentences), size=chance.integers(*SENTENCES_PER_PASSAGE)
            )
            texts = [self._text(row, chance) for row in rows.tolist()]
            ends = np.cumsum([len(text) + 1 for text in texts]).tolist()
            spans = tuple((e - len(t) - 1, e - 1) for e, t in zip(ends, texts, strict=True))
            text = " ".join(texts)
            self._rows[text] = rows
            blocks.append(Block(text, Place((2 * place + 1, 2 * place + 1))))
            passages.append(Passage(title, place, start, text, spans))
            start += len(text) + 1
        published = date.fromordinal(int(chance.integers(730_000, 739_000)))
        source = f"{number // DOCUMENTS_PER_FOLDER:04}/{number:07}.txt"
        document = Document(source, tuple(blocks), title, published)
        return CatalogEntry(document, f"{number}", tuple(passages))

    def _text(self, row: int, chance: np.random.Generator) -> str:
        """Return a sentence with other names and numbers. Numbers of four digits become years."""
        names = self._source.names
        draws = iter(chance.integers(1 << 30, size=64).tolist())

        def number(match: re.Match[str]) -> str:
            drawn = next(draws, 7)
            if len(match[0]) == 4:
                return str(1800 + drawn % 230)
            return str(drawn)[-len(match[0]) :].lstrip("0") or "1"

        text = _NAME.sub(lambda _: names[next(draws, 0) % len(names)], self._source.sentences[row])
        return _NUMBER.sub(number, text)

    def prepare(self) -> PreparedModel:
        """Return the model at once: there is nothing to prepare."""
        return PreparedModel(self.fingerprint, lambda: self)

    def room(self, _title: str | None, /) -> int:
        """Return the tokens that a passage may have: as many as it likes."""
        return 1_000_000

    def count_tokens(self, text: str, /) -> int:
        """Estimate the tokens of a text."""
        return len(text) // 5

    def encode_question(self, question: str, /) -> Vectors:
        """Refuse: questions are encoded by the real encoder."""
        raise NotImplementedError(f"the real encoder encodes questions: {question}")

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Yield the vectors of each passage."""
        return map(self.encode_passage, passages)

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Return the vectors of a passage; those of a passage outside the corpus are random."""
        seed = zlib.crc32(passage.text.encode())
        chance = np.random.default_rng((SEED, seed))
        rows = self._rows.get(passage.text)
        if rows is None or len(rows) != len(passage.sentences):
            rows = chance.integers(len(self._source.vectors), size=len(passage.sentences))
        return mix_vectors(self._source.vectors, rows, chance)


def mix_vectors(
    vectors: Vectors, rows: Numbers | Sequence[int], chance: np.random.Generator
) -> Vectors:
    """Return unit vectors that are near some vectors of the source.

    Args:
        vectors: The vectors of the source: shape (sentences, dimension).
        rows: The rows to stay near to.
        chance: The random numbers.

    Returns:
        The new vectors: shape (rows, dimension), float32.
    """
    count, dimension = len(rows), vectors.shape[1]
    noise = chance.standard_normal((count, dimension), np.float32)
    noise *= chance.uniform(*_NOISE, size=(count, 1)) / np.sqrt(dimension)
    found = vectors[rows] + noise + _MIX * vectors[chance.integers(len(vectors), size=count)]
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit
