"""Which passages have the question's words, and BM25 to the last digit."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import log
from pathlib import Path

import numpy as np
import pytest

from wherein.index.errors import DamagedSnapshot
from wherein.index.lexical import text_index as lexical
from wherein.index.lexical.text_index import LexicalIndex
from wherein.index.passages.splitter import Passage, sentences


def _cut(passages: Sequence[tuple[str | None, str]]) -> list[Passage]:
    return [Passage(title, 0, 0, text, tuple(sentences(text))) for title, text in passages]


def _index(folder: Path, passages: Sequence[tuple[str | None, str]]) -> LexicalIndex:
    folder.mkdir()
    assert lexical.write(folder, _cut(passages)) == len(passages)
    return LexicalIndex(folder)


def _bm25(index: LexicalIndex, terms: Sequence[str], passages: Sequence[int]) -> list[float]:
    scores: list[float] = index.scores(terms, np.array(passages, np.int64)).bm25.tolist()
    return scores


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Lengths, with a title's words counted twice: 3, 5, 4; their mean is 4."""
    passages = [(None, "Tea is hot."), ("Tea", "Rain in China."), ("", "China and China trade.")]
    return _index(tmp_path / "lexical", passages)


def test_bm25_by_hand(index: LexicalIndex) -> None:
    # k1 0.9 and b 0.4, so a passage of length n has the norm 0.9 × (0.6 + 0.4 × n / 4).
    norms = [0.9 * (1 - 0.4 + 0.4 * length / 4) for length in (3, 5, 4)]
    # Each of the words stands in two passages of three.
    idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    tea = [idf * 1 / (1 + norms[0]), idf * 2 / (2 + norms[1]), 0]
    china = [0, idf * 1 / (1 + norms[1]), idf * 2 / (2 + norms[2])]

    everything = range(3)
    assert _bm25(index, ["tea"], everything) == pytest.approx(tea, rel=1e-15)
    assert _bm25(index, ["china"], everything) == pytest.approx(china, rel=1e-15)
    both = [a + b for a, b in zip(tea, china, strict=True)]
    assert _bm25(index, ["tea", "china"], everything) == pytest.approx(both, rel=1e-15)
    assert _bm25(index, ["china", "tea"], everything) == pytest.approx(both, rel=1e-15)


def test_bm25_is_of_the_passages_asked_for_in_their_order(index: LexicalIndex) -> None:
    everything = _bm25(index, ["tea", "rain"], range(3))
    some = [2, 0, 1, 0]
    assert _bm25(index, ["tea", "rain"], some) == [everything[place] for place in some]
    assert _bm25(index, ["tea"], []) == []


def test_a_word_that_every_passage_has_never_counts_against_one(tmp_path: Path) -> None:
    index = _index(tmp_path / "lexical", [(None, "tea"), (None, "tea tea")])
    first, second = _bm25(index, ["tea"], range(2))
    assert 0 < first < second


def test_a_sentence_covers_the_share_of_the_words_that_it_has_under_its_title(
    tmp_path: Path,
) -> None:
    passages = [("Tea", "Rain in China. Trade grew."), (None, "Tea and rain. Tea.")]
    index = _index(tmp_path / "lexical", passages)
    # "tea" stands in both passages, "trade" in one, "harbin" in none.
    tea, trade, harbin = (log(1 + (2 - n + 0.5) / (n + 0.5)) for n in (2, 1, 0))
    total = tea + trade + harbin
    scores = index.scores(["trade", "tea", "harbin"], np.array([1, 0]))
    covered = scores.coverage(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert covered == pytest.approx([tea / total, tea / total, tea / total, (tea + trade) / total])
    nothing = index.scores([], np.array([0]))
    assert nothing.coverage(np.array([0]), np.array([1])).tolist() == [0]


def test_sentences_after_the_thirty_first_cover_what_any_of_them_has(tmp_path: Path) -> None:
    text = " ".join(f"Word{'abcdefgh'[i // 5]}{'vwxyz'[i % 5]} is said." for i in range(40))
    assert len(sentences(text)) == 40
    index = _index(tmp_path / "lexical", [(None, text)])
    every = np.arange(40)
    for wanted in (0, 30, 31, 39):
        [term] = index.terms(text.split(". ")[wanted].split()[0])
        covered = index.scores([term], np.array([0])).coverage(np.zeros(40, np.int64), every)
        expected = [n == wanted if n < 31 else wanted >= 31 for n in range(40)]
        assert covered.tolist() == expected


def test_words_are_stemmed_and_case_and_accents_do_not_matter(tmp_path: Path) -> None:
    texts = ["He visited Zürich.", "VISITS to a café", "Visiting ZURICH’s cafes", "A façade"]
    index = _index(tmp_path / "lexical", [(None, text) for text in texts])

    assert index.terms("Visit, visits; VISITED: visiting!") == ["visit"]
    assert index.terms("Café cafés cafe") == ["cafe"]
    assert index.terms("zurich's Zürich") == ["zurich"]
    assert sorted(index.candidates(["visit"], 10)) == [0, 1, 2]
    assert sorted(index.candidates(["cafe"], 10)) == [1, 2]
    assert sorted(index.candidates(["zurich"], 10)) == [0, 2]


def test_terms_keep_the_order_of_the_question_each_once(index: LexicalIndex) -> None:
    assert index.terms("rain and tea and more rain") == ["rain", "tea", "more"]


def test_stop_words_do_not_count_unless_a_question_has_no_others(index: LexicalIndex) -> None:
    assert index.terms("Where is the tea that WAS in China?") == ["tea", "china"]
    assert index.terms("this, and those") == ["those"]
    assert index.terms("Who is it?") == ["who", "is", "it"]
    # They stay in the passages, and are found when asked for alone.
    assert index.candidates(index.terms("is"), 10).tolist() == [0]


def test_a_question_that_repeats_a_word_is_like_one_that_does_not(index: LexicalIndex) -> None:
    assert index.terms("tea tea Tea teas") == index.terms("tea")


@pytest.mark.parametrize("question", ["", "  ", "?!", "…—“”", "😀"])
def test_a_question_without_words_has_no_candidates_and_no_scores(
    index: LexicalIndex, question: str
) -> None:
    terms = index.terms(question)
    assert terms == []
    assert index.candidates(terms, 10).tolist() == []
    assert _bm25(index, terms, range(3)) == [0, 0, 0]


def test_words_that_no_passage_has_find_and_score_nothing(index: LexicalIndex) -> None:
    terms = index.terms("zebra " + "x" * 70_000)
    assert len(terms) == 2
    assert index.candidates(terms, 10).tolist() == []
    assert _bm25(index, terms, range(3)) == [0, 0, 0]
    assert _bm25(index, ["tea", *terms], range(3)) == (_bm25(index, ["tea"], range(3)))


def test_words_of_a_query_language_are_words(index: LexicalIndex) -> None:
    terms = index.terms('china AND (tea OR "rain*") NOT title:hot^2')
    assert terms == ["china", "tea", "rain", "not", "titl", "hot", "2"]
    assert sorted(index.candidates(terms, 10)) == [0, 1, 2]


def test_candidates_have_any_of_the_words_and_are_the_best(index: LexicalIndex) -> None:
    assert sorted(index.candidates(["rain", "hot"], 10)) == [0, 1]
    assert index.candidates(["china", "trade"], 1).tolist() == [2]
    assert index.candidates(["tea"], 10).tolist()[0] == 1  # in the title: counted twice


def test_candidates_are_taken_from_the_passages_that_may_be(tmp_path: Path) -> None:
    texts = [f"tea {'tea ' * (i % 5)}{'and ' * (i % 3)}{i}" for i in range(200)]
    index = _index(tmp_path / "lexical", [(None, text) for text in texts])
    ranked = index.candidates(["tea"], 200)
    for chosen in (range(0, 200, 7), range(190, 200), range(0)):
        within = np.zeros(200, np.bool_)
        within[chosen] = True
        for limit in (1, 5, 300):
            found = index.candidates(["tea"], limit, within)
            assert found.tolist() == [n for n in ranked.tolist() if within[n]][:limit]


def test_of_equal_candidates_the_first_passages_are_taken(tmp_path: Path) -> None:
    index = _index(tmp_path / "lexical", [(None, "Tea is hot.")] * 5000)
    assert index.candidates(["tea"], 1000).tolist() == [*range(1000)]


def test_numbers_words_and_other_alphabets_are_found(tmp_path: Path) -> None:
    texts = ["Trade was $240.1 billion", "Москва и Пекин", "May 16-17", "C++ and F#"]
    index = _index(tmp_path / "lexical", [(None, text) for text in texts])

    for question, expected in (
        ("240.1", [0]),
        ("пекин", [1]),
        ("16-17", [2]),
        ("c++", [3]),
    ):
        assert index.candidates(index.terms(question), 10).tolist() == expected


def test_words_without_end_and_many_words_are_indexed(tmp_path: Path) -> None:
    many = " ".join(["tea"] * 70_000)
    index = _index(tmp_path / "lexical", [("x" * 70_000, "rain"), (None, many), (None, "hot tea")])

    assert sorted(index.candidates(["tea"], 10)) == [1, 2]
    assert index.candidates(["rain"], 10).tolist() == [0]
    scores = _bm25(index, ["tea"], range(3))
    assert scores[0] == 0
    assert scores[1] > scores[2] > 0


def test_an_empty_index_answers(tmp_path: Path) -> None:
    index = _index(tmp_path / "lexical", [])
    assert len(index) == 0
    assert index.with_exactly("tea").tolist() == []
    assert index.candidates(index.terms("tea"), 10).tolist() == []
    assert _bm25(index, ["tea"], []) == []


def test_passages_without_words_count_as_passages(tmp_path: Path) -> None:
    index = _index(tmp_path / "lexical", [(None, "…"), (None, "tea"), (None, "")])
    assert len(index) == 3
    assert index.candidates(["tea"], 10).tolist() == [1]
    # Mean length 1/3, so the norm of a passage of one word is 0.9 × (0.6 + 0.4 × 3).
    expected = log(1 + (3 - 1 + 0.5) / (1 + 0.5)) / (1 + 0.9 * (0.6 + 0.4 * 3))
    assert _bm25(index, ["tea"], range(3)) == pytest.approx([0, expected, 0], rel=1e-15)


def test_writing_leaves_no_lock_of_tantivy_behind(tmp_path: Path) -> None:
    lexical.write(tmp_path, [Passage(None, 0, 0, "tea", ((0, 3),))])
    assert not list(tmp_path.glob("*.lock"))


def test_an_open_index_answers_after_its_folder_is_deleted_and_from_several_threads(
    index: LexicalIndex, tmp_path: Path
) -> None:
    expected = _bm25(index, ["tea"], range(3))
    shutil.rmtree(tmp_path / "lexical")

    def ask(_: int) -> tuple[list[int], list[float]]:
        found = sorted(index.candidates(index.terms("teas"), 10))
        return found, _bm25(index, ["tea"], range(3))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == [([0, 1], expected)] * 200


def test_what_is_no_index_of_words_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedSnapshot, match="cannot be opened"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize(
    ("words", "found"),
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
def test_exact_words_stand_in_a_text_so_and_in_this_order(
    tmp_path: Path, words: str, found: list[int]
) -> None:
    texts = [
        "A state visit to China.",
        "They visit state after state, then Zürich.",
        "The state\u2011visit of May 16–17; visitors.",
        "He visits a state near ZURICH",
    ]
    index = _index(tmp_path / "lexical", [("May of the visitors", text) for text in texts])
    assert np.flatnonzero(index.with_exactly(words)).tolist() == found


def test_exact_words_in_a_title_count_too(tmp_path: Path) -> None:
    passages = [("A state visit", "Tea."), (None, "A state visit."), ("A state", "visit it")]
    index = _index(tmp_path / "lexical", passages)
    assert index.with_exactly("state visit").tolist() == [True, True, False]


def test_the_words_of_each_passage_come_back_as_they_were_counted(tmp_path: Path) -> None:
    texts = ["Tea, tea and rain. In Harbin.", "", "Rain.", "Zürich zurich ZURICH", "?"]
    passages = _cut([(title, text) for title in ("A title of tea", None) for text in texts])
    analyzer = lexical.make_analyzer()
    expected = [lexical.Words.of(passage, analyzer) for passage in passages]
    (tmp_path / "one").mkdir()
    lexical.write(tmp_path / "one", passages)

    counted = LexicalIndex(tmp_path / "one").counted()

    found = [counted(number) for number in range(len(passages))]
    for mine, its in zip(expected, found, strict=True):
        assert mine.terms.tolist() == its.terms.tolist()
        assert mine.counts.tolist() == its.counts.tolist()
        assert mine.where.tolist() == its.where.tolist()
        assert mine.length == its.length
    assert (found[3].counts.tolist(), found[3].length) == (expected[3].counts.tolist(), 3 + 2 * 4)

    # And what is known need not be counted: some of it, here.
    (tmp_path / "other").mkdir()
    known = [words if number % 2 else None for number, words in enumerate(found)]
    lexical.write(tmp_path / "other", passages, known)
    for name in ("terms", "starts", "passages", "counts", "where", "lengths"):
        one, other = (tmp_path / where / f"{name}.npy" for where in ("one", "other"))
        assert one.read_bytes() == other.read_bytes()
