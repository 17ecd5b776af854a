"""BM25 scores, term explanations and word coverage, against values computed by hand."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from tests.index.lexical.passages import bm25_scores, make_index
from wherein.index.lexical.config import Bm25
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.sentences import split_sentences

# Each word of the fixture stands in two passages of three.
IDF = log(1 + (3 - 2 + 0.5) / (2 + 0.5))


def test_bm25_by_hand(index: LexicalIndex) -> None:
    # k1 is 0.9 and b is 0.4, so a passage of length n has the norm 0.9 × (0.6 + 0.4 × n / 4).
    norms = [0.9 * (1 - 0.4 + 0.4 * length / 4) for length in (3, 5, 4)]
    tea = [IDF * 1 / (1 + norms[0]), IDF * 2 / (2 + norms[1]), 0]
    china = [0, IDF * 1 / (1 + norms[1]), IDF * 2 / (2 + norms[2])]

    assert bm25_scores(index, ["tea"], range(3)) == pytest.approx(tea, rel=1e-14)
    assert bm25_scores(index, ["china"], range(3)) == pytest.approx(china, rel=1e-14)
    both = [a + b for a, b in zip(tea, china, strict=True)]
    assert bm25_scores(index, ["tea", "china"], range(3)) == pytest.approx(both, rel=1e-14)
    assert bm25_scores(index, ["china", "tea"], range(3)) == pytest.approx(both, rel=1e-14)


def test_bm25_uses_the_k1_and_b_that_are_passed_in(tmp_path: Path) -> None:
    texts = [(None, "Tea is hot."), ("Tea", "Rain in China."), ("", "China and China trade.")]
    index, bm25 = make_index(tmp_path / "lexical", texts), Bm25(k1=2.0, b=0.0)
    expected = [IDF * 1 / (1 + 2), IDF * 2 / (2 + 2), 0]
    assert bm25_scores(index, ["tea"], range(3), bm25) == pytest.approx(expected, rel=1e-14)
    assert [gain.norm for gain in index.gains(["tea"], 1, bm25)] == [2.0]


def test_scores_follow_the_order_of_the_passages_asked_for(index: LexicalIndex) -> None:
    scores = bm25_scores(index, ["tea", "rain"], range(3))
    order = [2, 0, 1, 0]
    assert bm25_scores(index, ["tea", "rain"], order) == [scores[place] for place in order]
    assert bm25_scores(index, ["tea"], []) == []


def test_a_term_in_every_passage_never_lowers_a_score(tmp_path: Path) -> None:
    index = make_index(tmp_path / "lexical", [(None, "tea"), (None, "tea tea")])
    first, second = bm25_scores(index, ["tea"], range(2))
    assert 0 < first < second


def test_the_gains_of_the_terms_add_up_to_the_score(index: LexicalIndex) -> None:
    terms = ["china", "zebra", "tea"]
    for passage, expected in enumerate((["tea"], ["china", "tea"], ["china"])):
        gains = index.gains(terms, passage)
        assert [gain.term for gain in gains] == expected
        assert {gain.passages for gain in gains} == {2}
        assert [gain.idf for gain in gains] == pytest.approx([IDF] * len(gains), rel=1e-14)
        total = sum(gain.gain for gain in gains)
        assert [total] == pytest.approx(bm25_scores(index, terms, [passage]), rel=1e-14)
    # The title has "tea", and a title's words count twice.
    assert [(gain.term, gain.count) for gain in index.gains(terms, 1)] == [("china", 1), ("tea", 2)]


def test_a_sentence_covers_the_share_of_the_words_in_it_and_in_its_title(tmp_path: Path) -> None:
    texts = [("Tea", "Rain in China. Trade grew."), (None, "Tea and rain. Tea.")]
    index = make_index(tmp_path / "lexical", texts)
    # "tea" stands in both passages, "trade" in one, "harbin" in none.
    tea, trade, harbin = (log(1 + (2 - n + 0.5) / (n + 0.5)) for n in (2, 1, 0))
    total = tea + trade + harbin
    scores = index.scores(["trade", "tea", "harbin"], np.array([1, 0]))
    covered = scores.coverage(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert covered == pytest.approx([tea / total, tea / total, tea / total, (tea + trade) / total])
    nothing = index.scores([], np.array([0]))
    assert nothing.coverage(np.array([0]), np.array([1])).tolist() == [0]


def test_sentences_from_the_thirty_second_on_share_their_words(tmp_path: Path) -> None:
    text = " ".join(f"Word{'abcdefgh'[i // 5]}{'vwxyz'[i % 5]} is said." for i in range(40))
    assert len(split_sentences(text)) == 40
    index = make_index(tmp_path / "lexical", [(None, text)])
    numbers = np.arange(40)
    for wanted in (0, 30, 31, 39):
        [term] = index.terms(text.split(". ")[wanted].split()[0])
        scores = index.scores([term], np.array([0]))
        covered = scores.coverage(np.zeros(40, np.int64), numbers)
        expected = [n == wanted if n < 31 else wanted >= 31 for n in range(40)]
        assert covered.tolist() == expected


def test_words_that_no_passage_contains_score_nothing(index: LexicalIndex) -> None:
    terms = index.terms("zebra " + "x" * 70_000)
    assert len(terms) == 2
    assert index.candidates(terms, 10).tolist() == []
    assert bm25_scores(index, terms, range(3)) == [0, 0, 0]
    assert bm25_scores(index, ["tea", *terms], range(3)) == bm25_scores(index, ["tea"], range(3))


def test_passages_without_words_count_towards_the_mean_length(tmp_path: Path) -> None:
    index = make_index(tmp_path / "lexical", [(None, "…"), (None, "tea"), (None, "")])
    assert len(index) == 3
    assert index.candidates(["tea"], 10).tolist() == [1]
    # The mean length is 1/3, so the norm of a passage of one word is 0.9 × (0.6 + 0.4 × 3).
    expected = log(1 + (3 - 1 + 0.5) / (1 + 0.5)) / (1 + 0.9 * (0.6 + 0.4 * 3))
    assert bm25_scores(index, ["tea"], range(3)) == pytest.approx([0, expected, 0], rel=1e-14)


def test_a_count_larger_than_its_type_is_capped(tmp_path: Path) -> None:
    many = " ".join(["tea"] * 70_000)
    index = make_index(
        tmp_path / "lexical", [("x" * 70_000, "rain"), (None, many), (None, "hot tea")]
    )
    assert sorted(index.candidates(["tea"], 10)) == [1, 2]
    assert index.candidates(["rain"], 10).tolist() == [0]
    scores = bm25_scores(index, ["tea"], range(3))
    assert scores[0] == 0
    assert scores[1] > scores[2] > 0
    [gain] = index.gains(["tea"], 1)
    assert gain.count == 65_535
