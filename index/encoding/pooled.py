"""Encodes a sentence in its context, for models that average the vectors of their tokens.

Title and passage go through the model together. The token vectors of each sentence are then
averaged on their own, so that a sentence's vector depends on its context: late chunking (Günther et
al. 2024, arXiv:2409.04701).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import TypeVar

import numpy as np
from tokenizers import Encoding, Tokenizer

from wherein.index.arrays import Vectors
from wherein.index.encoding.parallel import map_in_order
from wherein.index.encoding.protocols import ModelSpec, PassagesBy
from wherein.index.encoding.unit_length import to_unit_length
from wherein.index.encoding.windows import Window, tokenize_passages
from wherein.index.passages.splitter import Passage

T = TypeVar("T")

TokenSums = Callable[[Sequence[Window]], Iterable[tuple[int, Sequence[Vectors]]]]
"""Runs a model: from windows to sums of token vectors.

Yields the number of each window, in any order, and one sum for each span of the window:
(dimension,). The sums of a window depend on that window alone. Several threads may call it at once.
"""

METHOD = "sentences in context 1"
"""Names how a passage is encoded. Change it with any change below that alters a vector."""

TITLE_SHARE = 4
"""A title takes at most a quarter of the window, so that the passage keeps the rest."""


def one_window_at_a_time(token_vectors: Callable[[Sequence[int]], Vectors]) -> TokenSums:
    """Make a `TokenSums` that runs the model once for each window.

    Args:
        token_vectors: Runs the model: from the token ids of one window to their vectors,
            (tokens, dimension).

    Returns:
        The function from windows to sums.
    """

    def sums(windows: Sequence[Window]) -> Iterator[tuple[int, list[Vectors]]]:
        for number, window in enumerate(windows):
            vectors = token_vectors(window.ids)
            yield number, [vectors[start:end].sum(axis=0) for start, end in window.spans]

    return sums


class PooledEncoder:
    """Encodes with a model that averages the vectors of its tokens.

    A passage longer than the model's window is encoded in several windows, each under the title.

    Args:
        tokenizer: The tokenizer of the model. It neither truncates nor pads.
        token_sums: Runs the model.
        spec: What the model takes in.
        fingerprint: The fingerprint of the encoder.
        workers: How many threads encode passages.
        batch_size: How many passages a thread encodes together.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        token_sums: TokenSums,
        spec: ModelSpec,
        *,
        fingerprint: str,
        workers: int = 1,
        batch_size: int = 1,
    ) -> None:
        self.fingerprint = fingerprint
        self.passages_by = PassagesBy(fingerprint)
        self.dimension = spec.dimension
        self._spec = spec
        self._workers = workers
        self._batch_size = batch_size
        self._tokenizer = tokenizer
        self._token_sums = token_sums
        self._prefix, self._suffix = _special_tokens(tokenizer)
        self._room = spec.window - len(self._prefix) - len(self._suffix)

    def room(self, title: str | None, /) -> int:
        """Return how many tokens a passage under this title may have. It is at least 1."""
        (context,) = self._contexts([title or ""])
        return self._room - len(context)

    def count_tokens(self, text: str, /) -> int:
        """Return the number of tokens in a text."""
        return len(self._ids(text))

    def encode_question(self, question: str, /) -> Vectors:
        """Encode a question as a unit vector: (dimension,), float32.

        The vector is the mean over all tokens, special tokens included. Tokens beyond the window
        are left out.
        """
        question_ids = self._ids(self._spec.question_prompt + question)[: self._room]
        ids = [*self._prefix, *question_ids, *self._suffix]
        ((_, (total,)),) = self._token_sums([Window(ids, [(0, len(ids))])])
        return to_unit_length(total / np.float32(len(ids)))

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Encode each sentence as a unit vector: (sentences, dimension), float32."""
        return to_unit_length(self.sum_tokens(passage))

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Encode passages in batches, on several threads, and yield their vectors in order."""
        batches = _batches(passages, self._batch_size)
        if self._workers == 1:
            return chain.from_iterable(map(self._encode, batches))
        return chain.from_iterable(map_in_order(self._encode, batches, self._workers))

    def _encode(self, passages: Sequence[Passage]) -> list[Vectors]:
        unit = to_unit_length(self._sum_tokens(passages))
        ends = accumulate((len(passage.sentences) for passage in passages), initial=0)
        return [unit[start:end] for start, end in pairwise(ends)]

    def sum_tokens(self, passage: Passage, /) -> Vectors:
        """Sum the token vectors of each sentence: (sentences, dimension), float32.

        The sum over several sentences is the sum of their sums. The ablation relies on that.
        """
        return self._sum_tokens([passage])

    def _sum_tokens(self, passages: Sequence[Passage]) -> Vectors:
        """Sum the token vectors of each sentence of these passages, one row a sentence."""
        sentences = sum(len(passage.sentences) for passage in passages)
        sums = np.zeros((sentences, self.dimension), np.float32)
        windows = [*self._windows(passages)]
        for number, vectors in self._token_sums([window for window, _ in windows]):
            _, rows = windows[number]
            for row, vector in zip(rows, vectors, strict=True):
                sums[row] += vector
        return sums

    def _windows(self, passages: Sequence[Passage]) -> Iterator[tuple[Window, list[int]]]:
        """Yield each window, and the number of the sentence that each of its spans belongs to."""
        titles = [*{passage.title or "": None for passage in passages}]
        contexts = dict(zip(titles, self._contexts(titles), strict=True))
        encodings = self._encodings([passage.text for passage in passages])
        for passage, tokens in zip(passages, tokenize_passages(passages, encodings), strict=True):
            context = contexts[passage.title or ""]
            prefix = [*self._prefix, *context]
            yield from tokens.windows(prefix, self._suffix, self._room - len(context))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _contexts(self, titles: Sequence[str]) -> list[list[int]]:
        encodings = self._encodings([self._spec.passage_prompt + title for title in titles])
        return [encoding.ids[: self._room // TITLE_SHARE] for encoding in encodings]

    def _encodings(self, texts: Sequence[str]) -> Sequence[Encoding]:
        if len(texts) == 1:
            return [self._tokenizer.encode(texts[0], add_special_tokens=False)]
        # The tokenizer works on threads of its own, one a core, and releases the interpreter.
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    return iter(lambda: list(islice(rest, size)), [])


def _special_tokens(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Find the special tokens that the model wants before and after a text."""
    plain = tokenizer.encode("a", add_special_tokens=False).ids
    whole: list[int] = tokenizer.encode("a").ids
    start = next(i for i in range(len(whole)) if whole[i : i + len(plain)] == plain)
    return whole[:start], whole[start + len(plain) :]
