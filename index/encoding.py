"""The seam between texts and vectors, and the encoders that stand on a model's token vectors.

Each sentence of a passage has a vector of its own. Title and passage go through the model
together, and the token vectors of each sentence are mean-pooled on their own, so that a
sentence's vector knows its context: late chunking (Günther et al. 2024, arXiv:2409.04701).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.arrays import Vectors
from index.passages import Passage, Span

T = TypeVar("T")
R = TypeVar("R")

TokenVectors = Callable[[Sequence[Sequence[int]]], Iterable[tuple[int, Vectors]]]
"""Windows of token ids, special ones included, to the vectors of their tokens in context.

Yields the number of each window and its vectors, (tokens, dimension), which depend on that window
alone. Which of two windows comes first depends on these two. May be called from several threads at
once.
"""

ENCODING = "sentences in context 1"
"""Names how a passage is encoded; changed with anything below that changes a vector."""

TITLE_SHARE = 4
"""A title takes at most a quarter of the window, so that the passage keeps the rest."""


AHEAD = 4
"""So many passages, or groups, for each worker are begun before the first of them is asked for."""


def one_by_one(token_vectors: Callable[[Sequence[int]], Vectors]) -> TokenVectors:
    """By a function that takes the ids of one window."""
    return lambda windows: ((number, token_vectors(ids)) for number, ids in enumerate(windows))


@dataclass(frozen=True, slots=True)
class PassagesBy:
    """What encodes passages: its fingerprint, and how well it agrees with what encodes questions.

    `agreement` is the least cosine of their vectors of the same texts, None where they are one.
    """

    fingerprint: str
    agreement: float | None = None


class QuestionEncoder(Protocol):
    """What a searcher needs of an encoder."""

    fingerprint: str
    """Names weights, backend, precision and pooling: equal fingerprints give equal vectors."""

    def encode_question(self, question: str, /) -> Vectors:
        """A unit vector: (dimension,), float32."""


class Encoder(QuestionEncoder, Protocol):
    """What a build needs of an encoder. It is a TokenBudget too.

    Its `fingerprint` is of how it encodes questions.
    """

    passages_by: PassagesBy
    """How it encodes passages, whose vectors are equal where its fingerprint is."""

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


def full_name(encoder: Encoder) -> str:
    """Names all that an encoder does: equal names, equal vectors."""
    passages = encoder.passages_by.fingerprint
    same = passages == encoder.fingerprint
    return encoder.fingerprint if same else f"{encoder.fingerprint}; passages: {passages}"


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
    A passage longer than that is taken in several windows, each under the title. Each of the
    `workers` encodes `at_once` passages at a time, whose windows the model is given together.
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
        at_once: int = 1,
    ) -> None:
        self.fingerprint = fingerprint
        self.passages_by = PassagesBy(fingerprint)
        self.dimension = dimension
        self._workers = workers
        self._at_once = at_once
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
        ((_, vectors),) = self._token_vectors([[*self._before, *ids, *self._after]])
        return _unit(vectors.mean(axis=0))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        return _unit(self.sum_tokens(passage))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        groups = _groups(passages, self._at_once)
        if self._workers == 1:
            return chain.from_iterable(map(self._encode, groups))
        return chain.from_iterable(_side_by_side(self._encode, groups, self._workers))

    def _encode(self, passages: Sequence[Passage]) -> list[Vectors]:
        return [_unit(sums) for sums in self._sum_tokens(passages)]

    def sum_tokens(self, passage: Passage, /) -> Vectors:
        """The sum of each sentence's token vectors: (sentences, dimension), float32.

        Sums of neighbours add up to what they have in one: scripts/ablation.py measures that.
        """
        (sums,) = self._sum_tokens([passage])
        return sums

    def _sum_tokens(self, passages: Sequence[Passage]) -> list[Vectors]:
        sums = [np.zeros((len(each.sentences), self.dimension), np.float32) for each in passages]
        windows = [
            (window, of)
            for of, passage in zip(sums, passages, strict=True)
            for window in self._windows(passage)
        ]
        for number, vectors in self._token_vectors([window.ids for window, _ in windows]):
            window, of = windows[number]
            _add_up(vectors[window.skipped :], window.owners, of)
        return sums

    def _windows(self, passage: Passage) -> Iterator["_Window"]:
        encoding = self._tokenizer.encode(passage.text, add_special_tokens=False)
        owners = _owners(encoding.offsets, passage.sentences)
        context = self._context(passage.title)
        before = [*self._before, *context]
        for first, last in pairwise(_ends(owners, self._room - len(context))):
            ids = [*before, *encoding.ids[first:last], *self._after]
            yield _Window(ids, len(before), owners[first:last])

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _context(self, title: str | None) -> list[int]:
        return self._ids(self._passage_prompt + (title or ""))[: self._room // TITLE_SHARE]


@dataclass(frozen=True, slots=True)
class _Window:
    """What a model takes in at once of a passage.

    The first `skipped` of its ids are the title's and special ones; `owners` says of each of the
    passage's own tokens, which follow, which sentence it belongs to, -1 where to none.
    """

    ids: list[int]
    skipped: int
    owners: npt.NDArray[np.intp]


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
        self.passages_by = PassagesBy(fingerprint)
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


def _groups(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    return iter(lambda: list(islice(rest, size)), [])


def _side_by_side(work: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """What comes of each item, in order, by threads that take whichever item is next."""
    pool = ThreadPoolExecutor(workers, "encoding")
    begun: deque[Future[R]] = deque()
    try:
        for item in items:
            begun.append(pool.submit(work, item))
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


def _add_up(vectors: Vectors, owners: npt.NDArray[np.intp], sums: Vectors) -> None:
    """Add the vector of each token to the sum of the sentence that owns it."""
    changes = np.flatnonzero(np.diff(owners, prepend=-2, append=-2))
    for first, last in pairwise(changes):
        if owners[first] >= 0:
            sums[owners[first]] += vectors[first:last].sum(axis=0)


def _ends(owners: npt.NDArray[np.intp], room: int) -> Iterator[int]:
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
