"""Tests of the variants: each is the product with one part changed, and changes some score."""

from dataclasses import asdict

import numpy as np
import pytest

from scripts.ablation.searchers import RankFusion, VariantSearchers, query_for, reciprocal_ranks
from scripts.ablation.variants import (
    ALONE,
    BASELINE,
    ROWS,
    SHIPPED,
    UNTITLED,
    Encoding,
    Row,
    Variant,
)
from tests.scripts.ablation.sets import QUESTIONS
from wherein.index.encoding.protocols import Encoder
from wherein.index.passages.splitter import Passage
from wherein.search.query.query import plain_query
from wherein.search.ranking.config import CandidateLimits, RankingConfig
from wherein.search.searcher import Searcher

TITLE = "The tea trade of Assam"
TEXT = "Tea was first sold in 1838. Planters had cleared the hills by then."
PASSAGE = Passage(TITLE, 0, 0, TEXT, ((0, 27), (28, len(TEXT))))

Scored = list[list[tuple[int, float]]]


def scored(searcher: Searcher, variant: Variant) -> Scored:
    rankings = (searcher.rank(query_for(variant, text)).relevant for text in QUESTIONS)
    return [
        list(zip(ranking.passages.tolist(), ranking.scores.round(4).tolist(), strict=True))
        for ranking in rankings
    ]


@pytest.fixture(scope="module")
def shipped(searchers: VariantSearchers, real_encoder: Encoder) -> Scored:
    return scored(searchers.searcher(SHIPPED.variant, real_encoder), SHIPPED.variant)


def test_the_ranking_as_shipped_is_that_of_the_product(
    searchers: VariantSearchers, real_encoder: Encoder, shipped: Scored
) -> None:
    snapshot = searchers.searcher(SHIPPED.variant, real_encoder).snapshot
    product = Searcher(snapshot, real_encoder)
    for question, expected in zip(QUESTIONS, shipped, strict=True):
        ranking = product.rank(plain_query(question)).relevant
        assert ranking.passages.tolist() == [number for number, _ in expected]
        assert ranking.scores.tolist() == pytest.approx([score for _, score in expected], abs=1e-4)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.part}: {row.instead}")
def test_each_row_changes_one_part_and_some_score(
    row: Row, searchers: VariantSearchers, real_encoder: Encoder, shipped: Scored
) -> None:
    changed = _changed_values(row.variant)
    # The floor is a value of the whole sum, and coverage joins its two sides.
    if row.left_out and "floor" in changed:
        changed -= {"floor", "coverage"}
    assert len(changed) == 1 or changed <= {"per_source", "distinct_texts", "score_all"}
    searcher = searchers.searcher(row.variant, real_encoder)
    if row.variant.ranking.candidates == BASELINE.candidates:
        assert scored(searcher, row.variant) != shipped


def _changed_values(variant: Variant) -> set[str]:
    values, defaults = _values(variant), _values(SHIPPED.variant)
    return {name for name, value in values.items() if value != defaults[name]}


def _values(variant: Variant) -> dict[str, object]:
    ranking = asdict(variant.ranking)
    nested = {**ranking.pop("weights"), **ranking.pop("candidates")}
    nested["bm25"], bm25 = nested["bm25"], ranking.pop("bm25")
    return {
        **ranking,
        **nested,
        "k1, b": bm25,
        **asdict(variant.lexical),
        "encoding": variant.encoding.name,
        "fuse_ranks": variant.fuse_ranks,
    }


def test_fewer_candidates_leave_out_passages(
    searchers: VariantSearchers, real_encoder: Encoder, shipped: Scored
) -> None:
    few = Variant(RankingConfig(candidates=CandidateLimits(per_source=2, distinct_texts=0)))
    counts = [len(ranked) for ranked in scored(searchers.searcher(few, real_encoder), few)]
    assert sum(counts) < sum(map(len, shipped))
    assert max(counts) <= 2 * 2


@pytest.mark.parametrize("encoding", [UNTITLED, ALONE], ids=lambda encoding: encoding.name)
def test_a_wrapped_encoder_is_named_apart_and_encodes_questions_alike(
    encoding: Encoding, real_encoder: Encoder
) -> None:
    wrapped = encoding.encoder(real_encoder)
    assert wrapped.fingerprint == real_encoder.fingerprint
    assert wrapped.passages_by != real_encoder.passages_by
    (vectors,) = wrapped.encode_passages([PASSAGE])
    assert vectors.shape == (2, real_encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert not np.allclose(vectors, real_encoder.encode_passage(PASSAGE), atol=1e-2)


def test_an_untitled_passage_is_encoded_like_one_without_a_title(real_encoder: Encoder) -> None:
    bare = Passage(None, 0, 0, TEXT, PASSAGE.sentences)
    expected = real_encoder.encode_passage(bare)
    np.testing.assert_allclose(
        UNTITLED.encoder(real_encoder).encode_passage(PASSAGE), expected, atol=1e-5
    )


def test_ranks_are_fused_by_their_reciprocals() -> None:
    scores = np.array([3.0, 1.0, 0.0, 2.0])
    assert reciprocal_ranks(scores).tolist() == pytest.approx([1 / 61, 1 / 63, 0, 1 / 62])


def test_fused_ranks_order_the_hits(searchers: VariantSearchers, real_encoder: Encoder) -> None:
    (row,) = (row for row in ROWS if row.variant.fuse_ranks)
    searcher = searchers.searcher(row.variant, real_encoder)
    assert isinstance(searcher, RankFusion)
    for ranked in scored(searcher, row.variant):
        scores = [score for _, score in ranked]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score < 0.033 for score in scores)  # at most 2 / 61, rounded
