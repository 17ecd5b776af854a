"""The seam between texts and vectors, and the encoders that stand on a model's token vectors.

Each sentence of a passage has a vector of its own. Title and passage go through the model
together, and the token vectors of each sentence are mean-pooled on their own, so that a
sentence's vector knows its context: late chunking (Günther et al. 2024, arXiv:2409.04701).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise
from typing import Protocol, TypeVar

import numpy as np
from tokenizers import Encoding, Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.windows import Window, tokens_of
from wherein.index.passages.splitter import Passage

T = TypeVar("T")
R = TypeVar("R")

TokenSums = Callable[[Sequence[Window]], Iterable[tuple[int, Sequence[Vectors]]]]
"""Windows to sums of the vectors that their tokens have in context.

Yields the number of each window and the sum of each of its runs, (dimension,), which depend on that
window alone. Which of two windows comes first depends on these two. May be called from several
threads at once.
"""

ENCODING = "sentences in context 1"
"""Names how a passage is encoded; changed with anything below that changes a vector."""

TITLE_SHARE = 4
"""A title takes at most a quarter of the window, so that the passage keeps the rest."""


AHEAD = 4
"""So many passages, or groups, for each worker are begun before the first of them is asked for."""


def one_by_one(token_vectors: Callable[[Sequence[int]], Vectors]) -> TokenSums:
    """By a function from the ids of one window to their vectors, (tokens, dimension)."""

    def sums(windows: Sequence[Window]) -> Iterator[tuple[int, list[Vectors]]]:
        for number, window in enumerate(windows):
            vectors = token_vectors(window.ids)
            yield number, [vectors[first:last].sum(axis=0) for first, last in window.runs]

    return sums


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
        token_sums: TokenSums,
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
        self._token_sums = token_sums
        self._before, self._after = _special_tokens(tokenizer)
        self._room = window - len(self._before) - len(self._after)
        self._passage_prompt = passage_prompt
        self._question_prompt = question_prompt

    def room(self, title: str | None, /) -> int:
        (context,) = self._contexts([title or ""])
        return self._room - len(context)

    def count_tokens(self, text: str, /) -> int:
        return len(self._ids(text))

    def encode_question(self, question: str, /) -> Vectors:
        asked = self._ids(self._question_prompt + question)[: self._room]
        ids = [*self._before, *asked, *self._after]
        ((_, (total,)),) = self._token_sums([Window(ids, [(0, len(ids))])])
        return _unit(total / np.float32(len(ids)))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        return _unit(self.sum_tokens(passage))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        groups = _groups(passages, self._at_once)
        if self._workers == 1:
            return chain.from_iterable(map(self._encode, groups))
        return chain.from_iterable(_side_by_side(self._encode, groups, self._workers))

    def _encode(self, passages: Sequence[Passage]) -> list[Vectors]:
        unit = _unit(self._sum_tokens(passages))
        ends = accumulate((len(passage.sentences) for passage in passages), initial=0)
        return [unit[first:last] for first, last in pairwise(ends)]

    def sum_tokens(self, passage: Passage, /) -> Vectors:
        """The sum of each sentence's token vectors: (sentences, dimension), float32.

        Sums of neighbours add up to what they have in one: scripts/ablation.py measures that.
        """
        return self._sum_tokens([passage])

    def _sum_tokens(self, passages: Sequence[Passage]) -> Vectors:
        """Of all sentences of these passages, one after the other."""
        sentences = sum(len(passage.sentences) for passage in passages)
        sums = np.zeros((sentences, self.dimension), np.float32)
        windows = [*self._windows(passages)]
        for number, found in self._token_sums([window for window, _ in windows]):
            _, rows = windows[number]
            for row, vector in zip(rows, found, strict=True):
                sums[row] += vector
        return sums

    def _windows(self, passages: Sequence[Passage]) -> Iterator[tuple[Window, list[int]]]:
        """What the model takes in at once, and which sentence each of its runs belongs to."""
        titles = [*{passage.title or "": None for passage in passages}]
        contexts = dict(zip(titles, self._contexts(titles), strict=True))
        encodings = self._encodings([passage.text for passage in passages])
        for passage, tokens in zip(passages, tokens_of(passages, encodings), strict=True):
            context = contexts[passage.title or ""]
            before = [*self._before, *context]
            yield from tokens.windows(before, self._after, self._room - len(context))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _contexts(self, titles: Sequence[str]) -> list[list[int]]:
        encodings = self._encodings([self._passage_prompt + title for title in titles])
        return [encoding.ids[: self._room // TITLE_SHARE] for encoding in encodings]

    def _encodings(self, texts: Sequence[str]) -> Sequence[Encoding]:
        if len(texts) == 1:
            return [self._tokenizer.encode(texts[0], add_special_tokens=False)]
        # On threads of its own, as many as there are cores, while the interpreter is free.
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)


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


def _unit(vectors: Vectors) -> Vectors:
    """Rows of length 1; a row of zeros, which no token gave anything to, stays as it is."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
