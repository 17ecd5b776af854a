"""How texts and questions become terms."""

from pathlib import Path

from tests.index.lexical.passages import make_index
from wherein.index.lexical.analyzer import make_analyzer, make_phrase_analyzer, term_id
from wherein.index.lexical.config import LexicalConfig
from wherein.index.lexical.lexical_index import LexicalIndex


def test_words_are_stemmed_and_case_and_accents_do_not_matter(tmp_path: Path) -> None:
    texts = ["He visited Zürich.", "VISITS to a café", "Visiting ZURICH’s cafes", "A façade"]
    index = make_index(tmp_path / "lexical", [(None, text) for text in texts])

    assert index.terms("Visit, visits; VISITED: visiting!") == ["visit"]
    assert index.terms("Café cafés cafe") == ["cafe"]
    assert index.terms("zurich's Zürich") == ["zurich"]
    assert sorted(index.candidates(["visit"], 10)) == [0, 1, 2]
    assert sorted(index.candidates(["cafe"], 10)) == [1, 2]
    assert sorted(index.candidates(["zurich"], 10)) == [0, 2]


def test_the_configuration_turns_stemming_and_accent_folding_off() -> None:
    text = "Cafés visited"
    assert make_analyzer(LexicalConfig()).analyze(text) == ["cafe", "visit"]
    assert make_analyzer(LexicalConfig(stem=False)).analyze(text) == ["cafes", "visited"]
    assert make_analyzer(LexicalConfig(fold_accents=False)).analyze(text) == ["café", "visit"]
    assert make_phrase_analyzer(LexicalConfig()).analyze(text) == ["cafes", "visited"]
    unfolded = make_phrase_analyzer(LexicalConfig(fold_accents=False))
    assert unfolded.analyze(text) == ["cafés", "visited"]


def test_terms_keep_the_order_of_the_question_without_repetitions(index: LexicalIndex) -> None:
    assert index.terms("rain and tea and more rain") == ["rain", "tea", "more"]
    assert index.terms("tea tea Tea teas") == ["tea"]


def test_stop_words_are_ignored_unless_a_question_has_no_other_words(index: LexicalIndex) -> None:
    assert index.terms("Where is the tea that WAS in China?") == ["tea", "china"]
    assert index.terms("this, and those") == ["those"]
    assert index.terms("Who is it?") == ["who", "is", "it"]
    # Passages keep their stop words, so a question of stop words alone finds them.
    assert index.candidates(index.terms("is"), 10).tolist() == [0]


def test_the_configuration_names_the_stop_words(tmp_path: Path) -> None:
    config = LexicalConfig(stop_words="tea rains")
    index = make_index(tmp_path / "lexical", [(None, "Tea is hot.")], config)
    assert index.terms("the tea is rain") == ["the", "is"]


def test_the_operators_of_query_languages_are_ordinary_words(index: LexicalIndex) -> None:
    terms = index.terms('china AND (tea OR "rain*") NOT title:hot^2')
    assert terms == ["china", "tea", "rain", "not", "titl", "hot", "2"]
    assert sorted(index.candidates(terms, 10)) == [0, 1, 2]


def test_the_id_of_a_term_is_its_crc() -> None:
    # The check value of CRC-32/ISO-HDLC.
    assert term_id("123456789") == 0xCBF43926
