"""Passages and indexes for the tests of the lexical package."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wherein.index.lexical import lexical_index
from wherein.index.lexical.config import DEFAULT_BM25, DEFAULT_LEXICAL, Bm25, LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.sentences import split_sentences
from wherein.index.passages.splitter import Passage

TitledTexts = Sequence[tuple[str | None, str]]
"""Titles and texts."""


def make_passages(texts: TitledTexts) -> list[Passage]:
    """Passages with these titles and texts, split into sentences."""
    return [Passage(title, 0, 0, text, tuple(split_sentences(text))) for title, text in texts]


def make_index(
    folder: Path,
    texts: TitledTexts,
    config: LexicalConfig = DEFAULT_LEXICAL,
) -> LexicalIndex:
    """Write and open an index of these titles and texts in a new folder."""
    folder.mkdir()
    assert lexical_index.write(folder, make_passages(texts), config=config) == len(texts)
    return LexicalIndex(folder, config)


def bm25_scores(
    index: LexicalIndex,
    terms: Sequence[str],
    passages: Sequence[int],
    bm25: Bm25 = DEFAULT_BM25,
) -> list[float]:
    """The BM25 scores of these passages."""
    scores: list[float] = index.scores(terms, np.array(passages, np.int64), bm25).bm25.tolist()
    return scores
