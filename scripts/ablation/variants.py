"""The rows of the ablation: parts of the ranking, and what stands in their place.

A variant is the product with another configuration. Two variants of the encoding cannot be
configured: an encoder that wraps the product's own makes them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from wherein.index.arrays import Vectors
from wherein.index.catalog.entries import CatalogEntry
from wherein.index.encoding.protocols import Encoder, PassagesBy
from wherein.index.lexical.config import Bm25, LexicalConfig
from wherein.index.passages.splitter import Passage
from wherein.search.ranking.config import CandidateLimits, RankingConfig, ScoreWeights

EVERY_PASSAGE = CandidateLimits(score_all=1_000_000_000)
"""Every passage is scored, so that no figure depends on the candidates."""

BASELINE = RankingConfig(candidates=EVERY_PASSAGE)
_WEIGHTS, _LEXICAL, _BM25 = ScoreWeights(), LexicalConfig(), Bm25()


class WrappedEncoder:
    """An encoder that encodes passages in another way than the one that it wraps.

    Args:
        encoder: The encoder, which stays that of questions.
        name: Names the other way; equal names make equal vectors.
        encode: Encodes a passage with the wrapped encoder.
    """

    def __init__(
        self, encoder: Encoder, name: str, encode: Callable[[Encoder, Passage], Vectors]
    ) -> None:
        self.fingerprint = encoder.fingerprint
        self.passages_by = PassagesBy(f"{encoder.passages_by.fingerprint}|{name}")
        self.dimension = encoder.dimension
        self.room = encoder.room
        self.count_tokens = encoder.count_tokens
        self.encode_question = encoder.encode_question
        self._encoder = encoder
        self._encode = encode

    def encode_passage(self, passage: Passage, /) -> Vectors:
        """Encode the sentences of a passage: shape (sentences, dimension), float32."""
        return self._encode(self._encoder, passage)

    def encode_passages(self, passages: Iterable[Passage], /) -> Iterator[Vectors]:
        """Yield the vectors of each passage, in order."""
        return map(self.encode_passage, passages)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the passages of a variant are encoded.

    Attributes:
        name: The name of its index.
        encoder: Makes the encoder of passages from the product's own.
        passage: Changes a passage before it is indexed.
        is_slow: Whether it runs the model for each sentence, and not for each passage.
    """

    name: str
    encoder: Callable[[Encoder], Encoder] = lambda encoder: encoder
    passage: Callable[[Passage], Passage] = lambda passage: passage
    is_slow: bool = False

    def entry(self, entry: CatalogEntry) -> CatalogEntry:
        """Return an entry with its passages changed."""
        return replace(entry, passages=tuple(map(self.passage, entry.passages)))


def _without_title(encoder: Encoder, passage: Passage) -> Vectors:
    return encoder.encode_passage(replace(passage, title=None))


def _each_sentence_alone(encoder: Encoder, passage: Passage) -> Vectors:
    texts = (passage.text[start:end] for start, end in passage.sentences)
    alone = (Passage(passage.title, 0, 0, text, ((0, len(text)),)) for text in texts)
    return np.concatenate([encoder.encode_passage(sentence) for sentence in alone])


def _as_one_sentence(passage: Passage) -> Passage:
    return replace(passage, sentences=((passage.sentences[0][0], passage.sentences[-1][1]),))


SHIPPED_ENCODING = Encoding("shipped")
UNTITLED = Encoding(
    "untitled", lambda encoder: WrappedEncoder(encoder, "without the title", _without_title)
)
ALONE = Encoding(
    "alone",
    lambda encoder: WrappedEncoder(encoder, "each sentence alone", _each_sentence_alone),
    is_slow=True,
)
WHOLE_PASSAGES = Encoding("whole passages", passage=_as_one_sentence)


@dataclass(frozen=True, slots=True)
class Variant:
    """A ranking of the product.

    Attributes:
        ranking: The configuration of the searcher.
        lexical: The configuration of the lexical index.
        encoding: How passages are encoded.
        fuse_ranks: Whether ranks are fused by their reciprocals, instead of adding scores.
    """

    ranking: RankingConfig = BASELINE
    lexical: LexicalConfig = _LEXICAL
    encoding: Encoding = SHIPPED_ENCODING
    fuse_ranks: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Attributes:
        part: The part of the ranking.
        instead: What stands in its place.
        variant: The ranking.
        left_out: Whether the part is left out or replaced by the plain thing. Otherwise it has
            another value.
    """

    part: str
    instead: str
    variant: Variant
    left_out: bool = False


def _weights(instead: str, part: str, *, left_out: bool = False, **weights: float) -> Row:
    ranking = replace(BASELINE, weights=replace(_WEIGHTS, **weights))
    return Row(part, instead, Variant(ranking), left_out)


def _without_floor(weights: ScoreWeights) -> RankingConfig:
    return replace(BASELINE, weights=weights, floor=-inf)


def _bm25(instead: str, bm25: Bm25, *, left_out: bool = False) -> Row:
    part = f"k1 {_BM25.k1}, b {_BM25.b}"
    return Row(part, instead, Variant(replace(BASELINE, bm25=bm25)), left_out)


def _candidates(instead: str, limits: CandidateLimits) -> Row:
    return Row("every passage scored", instead, Variant(replace(BASELINE, candidates=limits)))


SHIPPED = Row("as shipped", "", Variant())
FOLDING = Row(
    "ASCII folding", "left out", Variant(lexical=LexicalConfig(fold_accents=False)), left_out=True
)
_SENTENCE_VECTORS = "a vector a sentence"
_TITLE = f"the title's words count {_LEXICAL.title_weight} times"
_COSINE = f"cosine weight {_WEIGHTS.cosine:g}"
_COVERAGE = f"{_WEIGHTS.coverage:g} for the question's words in a sentence"
_WHEN = f"{_WEIGHTS.when_bonus:g} for a date, asked when"
_TIME = f"{_WEIGHTS.time_bonus:g} for a date at the time named"
_LIMITS = CandidateLimits()

ROWS = (
    Row("vectors under the title", "left out", Variant(encoding=UNTITLED), left_out=True),
    Row(_SENTENCE_VECTORS, "one a passage", Variant(encoding=WHOLE_PASSAGES), left_out=True),
    Row(_SENTENCE_VECTORS, "each by itself, out of its context", Variant(encoding=ALONE)),
    Row(_TITLE, "0", Variant(lexical=LexicalConfig(title_weight=0)), left_out=True),
    Row(_TITLE, "1", Variant(lexical=LexicalConfig(title_weight=1))),
    Row(_TITLE, "3", Variant(lexical=LexicalConfig(title_weight=3))),
    Row("stemming", "left out", Variant(lexical=LexicalConfig(stem=False)), left_out=True),
    FOLDING,
    Row("stop words dropped", "kept", Variant(lexical=LexicalConfig(stop_words="")), left_out=True),
    _bm25("1.2, 0.75", Bm25(1.2, 0.75), left_out=True),
    _bm25("0.6, 0.4", Bm25(0.6, 0.4)),
    _bm25("1.2, 0.4", Bm25(1.2, 0.4)),
    _bm25("0.9, 0.3", Bm25(0.9, 0.3)),
    _bm25("0.9, 0.5", Bm25(0.9, 0.5)),
    # The floor is a value of the whole sum, and coverage joins its two sides.
    Row(
        "BM25",
        "cosine alone",
        Variant(_without_floor(replace(_WEIGHTS, bm25=0, coverage=0))),
        left_out=True,
    ),
    Row(
        "cosine",
        "BM25 alone",
        Variant(_without_floor(replace(_WEIGHTS, cosine=0, coverage=0))),
        left_out=True,
    ),
    Row(
        "weighted sum",
        "ranks fused",
        Variant(_without_floor(_WEIGHTS), fuse_ranks=True),
        left_out=True,
    ),
    *(_weights(f"{value}", _COSINE, cosine=value) for value in (24, 26, 30, 32)),
    _weights("left out", _COVERAGE, left_out=True, coverage=0),
    _weights("6", _COVERAGE, coverage=6),
    _weights("10", _COVERAGE, coverage=10),
    Row(
        _COVERAGE,
        "without those of its title",
        Variant(lexical=LexicalConfig(title_covers_sentences=False)),
    ),
    _weights("left out", _WHEN, left_out=True, when_bonus=0),
    _weights("1", _WHEN, when_bonus=1),
    _weights("3", _WHEN, when_bonus=3),
    _weights("left out", _TIME, left_out=True, time_bonus=0),
    _weights("4", _TIME, time_bonus=4),
    _weights("6", _TIME, time_bonus=6),
    Row(f"floor {BASELINE.floor:g}", "left out", Variant(_without_floor(_WEIGHTS))),
    _candidates("100 put forward", replace(_LIMITS, per_source=100, distinct_texts=0)),
    _candidates(f"{_LIMITS.per_source:,}, as the searcher", _LIMITS),
    _candidates("500", replace(_LIMITS, per_source=500, distinct_texts=0)),
)
"""The rows of the table. Each changes one part of the ranking."""
