"""The seam between texts and vectors, and the encoders that stand on a model's token vectors.

Each sentence of a passage has a vector of its own. Title and passage go through the model
together, and the token vectors of each sentence are mean-pooled on their own, so that a
sentence's vector knows its context: late chunking (Günther et al. 2024, arXiv:2409.04701).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.arrays import Vectors
from index.passages import Passage, Span

TokenVectors = Callable[[Sequence[int]], Vectors]
"""Token ids, special ones included, to their vectors in context: (tokens, dimension).

May be called from several threads at once.
"""

ENCODING = "sentences in context 1"
"""Names how a passage is encoded; changed with anything below that changes a vector."""

TITLE_SHARE = 4
"""A title takes at most a quarter of the window, so that the passage keeps the rest."""


AHEAD = 4
"""So many passages for each worker are begun before the first of them is asked for."""


class QuestionEncoder(Protocol):
    """What a searcher needs of an encoder."""

    fingerprint: str
    """Names weights, backend, precision and pooling: equal fingerprints give equal vectors."""

    def encode_question(self, question: str, /) -> Vectors:
        """A unit vector: (dimension,), float32."""


class Encoder(QuestionEncoder, Protocol):
    """What a build needs of an encoder. It is a TokenBudget too."""

    dimension: int

    def room(self, title: str | None, /) -> int:
        """Tokens that a passage under this title may have; at least 1."""

    def count_tokens(self, text: str, /) -> int:
        """Tokens of `text`."""

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """A unit vector for each sentence: (sentences, dimension), float32.

        They depend on this passage alone, not on what was encoded before or beside it.
        """

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """The vectors of each passage, in order and bit for bit those of `encode_passage`.

        Passages are taken in the caller's thread, somewhat ahead of the vectors handed out.
        """


@dataclass(frozen=True, slots=True)
class Intake:
    """What a model takes in and gives.

    `window` is the number of tokens that it takes at once, special ones included, `dimension`
    that of its vectors. A prompt goes before a text, and is empty where the model wants none.
    """

    window: int
    dimension: int
    passage_prompt: str
    question_prompt: str


class PooledEncoder:
    """Encodes through a model that mean-pools its tokens.

    `window` is the number of tokens that the model takes in at once, special ones included.
    A passage longer than that is taken in several windows, each under the title. As many
    passages are encoded at once as there are `workers`, each by itself.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        token_vectors: TokenVectors,
        *,
        window: int,
        dimension: int,
        fingerprint: str,
        passage_prompt: str = "",
        question_prompt: str = "",
        workers: int = 1,
    ) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self._workers = workers
        self._tokenizer = tokenizer
        self._token_vectors = token_vectors
        self._before, self._after = _special_tokens(tokenizer)
        self._room = window - len(self._before) - len(self._after)
        self._passage_prompt = passage_prompt
        self._question_prompt = question_prompt

    def room(self, title: str | None, /) -> int:
        return self._room - len(self._context(title))

    def count_tokens(self, text: str, /) -> int:
        return len(self._ids(text))

    def encode_question(self, question: str, /) -> Vectors:
        ids = self._ids(self._question_prompt + question)[: self._room]
        return _unit(self._token_vectors([*self._before, *ids, *self._after]).mean(axis=0))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        return _unit(self.sum_tokens(passage))

    def sum_tokens(self, passage: Passage, /) -> Vectors:
        """The sum of each sentence's token vectors: (sentences, dimension), float32.

        Sums of neighbours add up to what they have in one: scripts/ablation.py measures that.
        """
        encoding = self._tokenizer.encode(passage.text, add_special_tokens=False)
        owners = _owners(encoding.offsets, passage.sentences)
        context = self._context(passage.title)
        room = self._room - len(context)
        skipped = len(self._before) + len(context)
        sums = np.zeros((len(passage.sentences), self.dimension), np.float32)
        for first, last in pairwise(_windows(owners, room)):
            ids = [*self._before, *context, *encoding.ids[first:last], *self._after]
            vectors = self._token_vectors(ids)[skipped : skipped + last - first]
            owned = owners[first:last]
            np.add.at(sums, owned[owned >= 0], vectors[owned >= 0])
        return sums

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        if self._workers == 1:
            return map(self.encode_passage, passages)
        return _side_by_side(self.encode_passage, passages, self._workers)

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _context(self, title: str | None) -> list[int]:
        return self._ids(self._passage_prompt + (title or ""))[: self._room // TITLE_SHARE]


class SentenceEncoder:
    """Encodes a sentence at a time, for models that do not mean-pool their tokens."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        passage_vector: Callable[[str], Vectors],
        question_vector: Callable[[str], Vectors],
        *,
        window: int,
        dimension: int,
        fingerprint: str,
    ) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self._tokenizer = tokenizer
        self._passage_vector = passage_vector
        self._question_vector = question_vector
        self._room = window - tokenizer.num_special_tokens_to_add(False)

    def room(self, _title: str | None, /) -> int:
        return self._room

    def count_tokens(self, text: str, /) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_question(self, question: str, /) -> Vectors:
        return _unit(self._question_vector(question))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        texts = [passage.text[start:end] for start, end in passage.sentences]
        return _unit(np.stack([self._passage_vector(text) for text in texts]))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        return map(self.encode_passage, passages)


def _side_by_side(
    encode: Callable[[Passage], Vectors], passages: Iterable[Passage], workers: int
) -> Iterator[Vectors]:
    """The vectors of each passage, in order, by threads that take whichever passage is next."""
    pool = ThreadPoolExecutor(workers, "encoding")
    begun: deque[Future[Vectors]] = deque()
    try:
        for passage in passages:
            begun.append(pool.submit(encode, passage))
            if len(begun) == workers * AHEAD:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _special_tokens(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids that the model wants before and after a text."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    whole: list[int] = tokenizer.encode("a").ids
    first = next(i for i in range(len(whole)) if whole[i : i + len(plain)] == plain)
    return whole[:first], whole[first + len(plain) :]


def _owners(offsets: Sequence[Span], sentences: Sequence[Span]) -> npt.NDArray[np.intp]:
    """For each token the sentence that holds its first character, -1 where none does."""
    begins = np.array([start for start, _ in sentences])
    ends = np.array([end for _, end in sentences])
    firsts = np.array([start for start, _ in offsets], dtype=np.intp)
    owners = np.searchsorted(begins, firsts, side="right") - 1
    owners[(owners < 0) | (firsts >= ends[owners])] = -1
    return owners


def _windows(owners: npt.NDArray[np.intp], room: int) -> Iterator[int]:
    """Where to cut the tokens so that each window fits and, where it can, ends with a sentence."""
    start, total = 0, len(owners)
    yield start
    while start < total:
        end = min(start + room, total)
        if end < total:
            changes = np.flatnonzero(owners[start + 1 : end + 1] != owners[start:end])
            if changes.size:
                end = start + 1 + int(changes[-1])
        yield end
        start = end


def _unit(vectors: Vectors) -> Vectors:
    """Rows of length 1; a row of zeros, which no token gave anything to, stays as it is."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
