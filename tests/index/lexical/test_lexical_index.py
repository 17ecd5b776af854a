"""Candidates by words, exact phrases, and opening and writing of the lexical index."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.index.lexical.passages import bm25_scores, make_index
from wherein.index.errors import DamagedSnapshot
from wherein.index.lexical import lexical_index
from wherein.index.lexical.lexical_index import LexicalIndex
from wherein.index.passages.splitter import Passage


@pytest.mark.parametrize("question", ["", "  ", "?!", "…—“”", "😀"])
def test_a_question_without_words_has_no_candidates_and_no_scores(
    index: LexicalIndex, question: str
) -> None:
    terms = index.terms(question)
    assert terms == []
    assert index.candidates(terms, 10).tolist() == []
    assert bm25_scores(index, terms, range(3)) == [0, 0, 0]


def test_candidates_contain_any_of_the_words_and_come_best_first(index: LexicalIndex) -> None:
    assert sorted(index.candidates(["rain", "hot"], 10)) == [0, 1]
    assert index.candidates(["china", "trade"], 1).tolist() == [2]
    assert index.candidates(["tea"], 10).tolist()[0] == 1  # in the title, which counts twice


def test_candidates_under_a_filter_are_the_best_that_the_filter_admits(tmp_path: Path) -> None:
    texts = [f"tea {'tea ' * (i % 5)}{'and ' * (i % 3)}{i}" for i in range(200)]
    index = make_index(tmp_path / "lexical", [(None, text) for text in texts])
    ranked = index.candidates(["tea"], 200)
    for chosen in (range(0, 200, 7), range(190, 200), range(0)):
        within = np.zeros(200, np.bool_)
        within[chosen] = True
        for limit in (1, 5, 300):
            found = index.candidates(["tea"], limit, within)
            assert found.tolist() == [n for n in ranked.tolist() if within[n]][:limit]


def test_ties_among_candidates_are_broken_by_the_order_of_the_passages(tmp_path: Path) -> None:
    index = make_index(tmp_path / "lexical", [(None, "Tea is hot.")] * 5000)
    assert index.candidates(["tea"], 1000).tolist() == [*range(1000)]


def test_numbers_and_words_in_other_alphabets_are_found(tmp_path: Path) -> None:
    texts = ["Trade was $240.1 billion", "Москва и Пекин", "May 16-17", "C++ and F#"]
    index = make_index(tmp_path / "lexical", [(None, text) for text in texts])

    for question, expected in (
        ("240.1", [0]),
        ("пекин", [1]),
        ("16-17", [2]),
        ("c++", [3]),
    ):
        assert index.candidates(index.terms(question), 10).tolist() == expected


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = make_index(tmp_path / "lexical", [])
    assert len(index) == 0
    assert index.has_phrase("tea").tolist() == []
    assert index.candidates(index.terms("tea"), 10).tolist() == []
    assert bm25_scores(index, ["tea"], []) == []


def test_writing_leaves_no_lock_file_of_tantivy(tmp_path: Path) -> None:
    lexical_index.write(tmp_path, [Passage(None, 0, 0, "tea", ((0, 3),))])
    assert not list(tmp_path.glob("*.lock"))


def test_threads_can_search_an_open_index_whose_folder_was_deleted(
    index: LexicalIndex, tmp_path: Path
) -> None:
    expected = bm25_scores(index, ["tea"], range(3))
    shutil.rmtree(tmp_path / "lexical")

    def search(_: int) -> tuple[list[int], list[float]]:
        found = sorted(index.candidates(index.terms("teas"), 10))
        return found, bm25_scores(index, ["tea"], range(3))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(search, range(200))) == [([0, 1], expected)] * 200


def test_a_folder_without_an_index_is_reported_as_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedSnapshot, match=r"cannot be opened.*Run `wherein reindex FOLDER`"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("state visit", [0, 2]),
        ("STATE  visit", [0, 2]),
        ("state-visit", [0, 2]),
        ("state", [0, 1, 2, 3]),
        ("visit", [0, 1, 2]),
        ("visits", [3]),
        ("visit state", [1]),
        ("a state visit to", [0]),
        ("Zürich", [1, 3]),
        ("zurich", [1, 3]),
        ("May 16-17", [2]),
        ("16–17", [2]),
        ("sit", []),
        ("nowhere", []),
        ("Zürich May", []),
        ("—", [0, 1, 2, 3]),
    ],
)
def test_a_phrase_is_found_word_for_word_and_in_order(
    tmp_path: Path, phrase: str, found: list[int]
) -> None:
    texts = [
        "A state visit to China.",
        "They visit state after state, then Zürich.",
        "The state\u2011visit of May 16–17; visitors.",
        "He visits a state near ZURICH",
    ]
    index = make_index(tmp_path / "lexical", [("May of the visitors", text) for text in texts])
    assert np.flatnonzero(index.has_phrase(phrase)).tolist() == found


def test_a_phrase_is_found_in_titles_too(tmp_path: Path) -> None:
    texts = [("A state visit", "Tea."), (None, "A state visit."), ("A state", "visit it")]
    index = make_index(tmp_path / "lexical", texts)
    assert index.has_phrase("state visit").tolist() == [True, True, False]
