"""Splits the tokens of passages into windows that fit the model, and assigns them to sentences."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tokenizers import Encoding

from wherein.index.passages.sentences import Span
from wherein.index.passages.splitter import Passage


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model.

    Attributes:
        ids: The token ids, special tokens included.
        spans: The ranges of neighbouring tokens whose vectors are summed. There is at least one
            span, and no span is empty.
    """

    ids: list[int]
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The tokens of a passage, divided into spans. No span belongs to two sentences.

    Attributes:
        ids: The token ids, without special tokens.
        starts: The position of the first token of each span. The first span starts at 0.
        sentences: The number of the sentence that each span belongs to, or -1 if it belongs
            to no sentence.
    """

    ids: list[int]
    starts: list[int]
    sentences: list[int]

    def windows(
        self, prefix: list[int], suffix: list[int], room: int
    ) -> Iterator[tuple[Window, list[int]]]:
        """Divide the tokens into windows.

        A window ends with a sentence where that is possible. Windows without a sentence are left
        out.

        Args:
            prefix: The token ids that each window starts with.
            suffix: The token ids that each window ends with.
            room: The maximum number of the passage's tokens in a window.

        Yields:
            A window, and the number of the sentence that each of its spans belongs to.
        """
        spans = pairwise([*self.starts, len(self.ids)])
        owned = [
            (*span, sentence)
            for span, sentence in zip(spans, self.sentences, strict=True)
            if sentence >= 0
        ]
        for first, last in pairwise(self._window_ends(room)):
            inside = [span for span in owned if span[0] < last and span[1] > first]
            if inside:
                ids = [*prefix, *self.ids[first:last], *suffix]
                shift = len(prefix) - first
                clipped = [(max(a, first) + shift, min(b, last) + shift) for a, b, _ in inside]
                yield Window(ids, clipped), [sentence for _, _, sentence in inside]

    def _window_ends(self, room: int) -> Iterator[int]:
        """Yield 0, then the end of each window."""
        start, total = 0, len(self.ids)
        yield start
        while start < total:
            end = min(start + room, total)
            if end < total:
                boundary = self.starts[bisect_right(self.starts, end) - 1]
                end = boundary if boundary > start else end
            yield end
            start = end


def tokenize_passages(
    passages: Sequence[Passage], encodings: Sequence[Encoding]
) -> Iterator[PassageTokens]:
    """Assign the tokens of passages to their sentences.

    A token belongs to the sentence that contains its first character.

    Args:
        passages: The passages.
        encodings: The tokens of each passage's text, without special tokens.

    Yields:
        The tokens of each passage. Sentences are numbered through all passages.
    """
    # Laid end to end, the passages are one text. One search then finds the sentences of all tokens.
    lengths = np.array([len(passage.text) + 1 for passage in passages])
    places = np.cumsum(lengths) - lengths
    spans = np.array([span for passage in passages for span in passage.sentences], np.intp)
    spans += np.repeat(places, [len(passage.sentences) for passage in passages])[:, np.newaxis]
    offsets = [encoding.offsets for encoding in encodings]
    counts = np.array([len(tokens) for tokens in offsets])
    characters = np.fromiter(
        (start for tokens in offsets for start, _ in tokens), np.intp, counts.sum()
    )
    characters += np.repeat(places, counts)
    owners = np.searchsorted(spans[:, 0], characters, side="right") - 1
    owners[(owners < 0) | (characters >= spans[owners, 1])] = -1

    firsts = np.cumsum(counts) - counts
    starts = np.union1d(firsts[counts > 0], np.flatnonzero(np.diff(owners)) + 1)
    passage_of_start = np.searchsorted(firsts, starts, side="right") - 1
    starts_in_passage = (starts - firsts[passage_of_start]).tolist()
    sentences = owners[starts].tolist()
    edges = [*np.searchsorted(starts, firsts).tolist(), len(starts)]
    for encoding, (first, last) in zip(encodings, pairwise(edges), strict=True):
        yield PassageTokens(encoding.ids, starts_in_passage[first:last], sentences[first:last])
