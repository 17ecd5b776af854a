"""Question sets: the rule of relevance, the layouts, and what is said of lines that are bad."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import FakeModel, quiet
from wherein.index.build import build
from wherein.index.catalog.reader import Catalog
from wherein.index.documents.model import Kind
from wherein.index.snapshot.store import CATALOG, Store
from wherein.search.evaluation.question_sets import (
    Entries,
    Question,
    QuestionSetError,
    Quote,
    Unanswerable,
    quotes,
    read_set,
)

SetMaker = Callable[[Mapping[str, str]], Path]

DAYS = "The harvest of tea began on a Monday, and by Friday it was over and sold."  # 16 words
GOOD = '{"question": "who", "source": "a.txt", "quote": "He did."}\n'


@pytest.fixture
def make_set(tmp_path: Path) -> SetMaker:
    """Writes files, by their paths, into a folder named `tiny`, and returns it."""

    def make(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "tiny" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "tiny"

    return make


@pytest.mark.parametrize(
    ("text", "relevant"),
    [
        (DAYS, True),
        (DAYS.upper().replace(",", " –"), True),
        (f"Long before that, nothing happened at all. {DAYS} Then came the rain.", True),
        ("The harvest of tea began on a Monday", True),  # half of the words
        ("The harvest of tea began on a", False),  # 7 of 16, and fewer than 8 words
        ("The harvest, of green tea, it began once on a rainy Monday.", True),  # with gaps
        ("Monday a on began tea of harvest the, over and sold", False),  # out of order
        ("by Friday it was over and sold", False),  # inside, and 7 words
        ("and by Friday it was over and sold", True),  # inside, and 8 words
        ("and by Friday it was not over and sold", True),  # 8 in order
        ("and by Friday it was not over, and he", False),  # 7 in order, and not inside
        ("", False),
    ],
)
def test_a_passage_is_relevant_with_half_of_the_quote_or_eight_words_of_it(
    text: str, relevant: bool
) -> None:
    assert quotes(text, DAYS) is relevant


def test_eight_words_of_a_long_quote_are_enough_if_there_is_nothing_else() -> None:
    long = " ".join(f"w{i}" for i in range(100))
    assert quotes("w7 w8 w9 w10 w11 w12 w13 w14", long)
    assert not quotes("w7 w8 w9 w10 w11 w12 w13", long)
    assert not quotes("w7 w8 w9 w10 w11 w12 w13 w14 other", long)
    assert not quotes("7 w8 w9 w10 w11 w12 w13 w14", long)  # whole words
    assert quotes(" ".join(f"w{i} x" for i in range(0, 100, 2)), long)  # 50 of 100


@pytest.mark.parametrize(
    ("wanted", "source", "text", "relevant"),
    [
        (Quote("a.txt", DAYS, ()), "a.txt", DAYS, True),
        (Quote("a.txt", DAYS, ()), "b.txt", DAYS, False),
        (Quote(None, DAYS, ()), "b.txt", DAYS, True),
        (Quote("a.txt", DAYS, ("rain",)), "a.txt", "Much rain fell.", False),
        (Quote("a.txt", None, ("rain", "a storm")), "a.txt", "A storm came.", True),
        (Quote("a.txt", None, ("rain",)), "a.txt", "The train came.", False),
        (Quote("a.txt", None, ("rain",)), "b.txt", "Much rain fell.", False),
        (Quote(None, None, ("$240.1 billion",)), "b.txt", "It is $240.1 billion now.", True),
        (Quote("a.txt", None, ()), "a.txt", "Anything.", True),
        (Quote("a.txt", None, ()), "b.txt", "Anything.", False),
        (Entries({"a": 1}), "a", "Anything.", True),
        (Entries({"a": 1}), "b", "Anything.", False),
    ],
)
def test_a_passage_is_told_by_as_much_as_is_known(
    wanted: Quote | Entries, source: str, text: str, relevant: bool
) -> None:
    assert (wanted.match(source, text) is not None) is relevant


def test_the_beir_layout_is_passages_as_they_are(make_set: SetMaker) -> None:
    folder = make_set(
        {
            "corpus.jsonl": '{"_id": "d1", "title": "T", "text": "One.\\nTwo. "}\n\n'
            '{"_id": "x/2", "title": "Only a title"}\n{"_id": "d3", "title": "", "text": " "}\n',
            "queries.jsonl": '{"_id": "q1", "text": " what "}\n{"_id": "q2", "text": "why"}\n',
            "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t2\r\nq1\tx/2\t1\nq2\td1\t0\n",
        }
    )
    found = read_set(str(folder), None)
    assert found.name == "tiny"
    assert found.questions == (Question("q1", "what", Entries({"d1": 2, "x/2": 1})),)
    assert isinstance(found.corpus, tuple)
    (one,), (two,) = (entry.passages for entry in found.corpus)
    assert (one.title, one.text, one.sentences) == ("T", "One. Two.", ((0, 4), (5, 9)))
    assert (two.title, two.text) == (None, "Only a title")
    assert found.corpus[1].document.source == "x/2"
    assert found.notes == (
        "1 entries have no text and are not indexed.",
        "1 questions have no judgement and are left out.",
    )


def test_beir_judgements_may_be_where_beir_has_them(make_set: SetMaker) -> None:
    files = {
        "corpus.jsonl": '{"_id": "d", "text": "One."}',
        "queries.jsonl": '{"_id": "q", "text": "what"}',
        "qrels/test.tsv": "q\td\t1",
    }
    assert read_set(str(make_set(files)), None).questions[0].wanted == Entries({"d": 1})


def test_the_folder_layout_is_documents_and_questions(make_set: SetMaker) -> None:
    lines = [
        {"id": "a", "question": "who", "source": "a.txt", "quote": "He did.", "when": False},
        {"question": "what", "answers": ["tea", "?"], "source": None, "quote": None},
        {"question": "when", "unanswerable": "near", "answers": []},
        {"question": "nothing tells"},
    ]
    questions = "\ufeff" + "\n\n".join(json.dumps(line) for line in lines)
    folder = make_set({"documents/a.txt": "He did.", "questions.jsonl": questions})
    found = read_set(folder.name, folder.parent)
    assert found.corpus == folder / "documents"
    assert found.questions == (
        Question("a", "who", Quote("a.txt", "He did.", ())),
        Question("3", "what", Quote(None, None, ("tea",))),
        Question("5", "when", None, Unanswerable.NEAR),
    )
    assert found.notes == ("1 questions have no source, quote or answers and are left out.",)
    assert found.unknown(["b.txt"]) == ["a.txt"]


def test_a_file_of_questions_is_for_the_current_index(make_set: SetMaker, tmp_path: Path) -> None:
    found = read_set(str(make_set({"mine.jsonl": GOOD}) / "mine.jsonl"), None)
    assert (found.name, found.corpus) == ("mine", None)
    assert found.instance(tmp_path) == tmp_path


def test_sets_of_one_name_have_instances_of_their_own(make_set: SetMaker, tmp_path: Path) -> None:
    folder = make_set({f"{n}/same/{f}": GOOD for n in "ab" for f in ("questions.jsonl", "d")})
    for n in "ab":
        (folder / n / "same" / "documents").mkdir()
    instances = {read_set(str(folder / n / "same"), None).instance(tmp_path) for n in "ab"}
    assert len(instances) == 2
    assert {path.parent for path in instances} == {tmp_path / "evaluation"}


def test_a_sample_is_evenly_spaced(make_set: SetMaker) -> None:
    found = read_set(str(make_set({"mine.jsonl": GOOD * 10}) / "mine.jsonl"), None)
    assert [question.id for question in found.sample(4).questions] == ["1", "3", "6", "8"]
    assert found.sample(None) is found
    assert found.sample(11) is found


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"question": "who"', "this is not JSON: Expecting ',' delimiter at character 19"),
        ("[" * 100_000, "this is nested too deeply"),
        ('["who"]', "this is no JSON object"),
        ('{"q": "who"}', "question is missing"),
        ('{"question": " "}', "question is missing"),
        ('{"question": 7}', "question is no text: 7"),
        ('{"question": "who", "source": ["a.txt"]}', 'source is no text: ["a.txt"]'),
        ('{"question": "who", "quote": "…"}', "quote has no word"),
        ('{"question": "who", "answers": "he"}', "answers is no list"),
        ('{"question": "who", "answers": [1]}', "answers is no text: 1"),
        ('{"question": "who", "unanswerable": "yes"}', 'it takes "absent" or "near"'),
        ('{"question": "who \\ud800"}', "question has half of a surrogate pair"),
        ('{"id": "1", "question": "who"}', "the id 1 is that of line 1 already"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(
    line: str, says: str, make_set: SetMaker
) -> None:
    file = make_set({"mine.jsonl": f"{GOOD}\n{line}\n"}) / "mine.jsonl"
    with pytest.raises(QuestionSetError) as caught:
        read_set(str(file), None)
    assert str(caught.value).startswith(f"{file}:3: ")
    assert says in str(caught.value)


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_bytes(GOOD.encode() + b'{"question": "caf\xe9"}')
    with pytest.raises(QuestionSetError, match=r"mine\.jsonl:2: this is not UTF-8"):
        read_set(str(file), None)


BEIR = {
    "corpus.jsonl": '{"_id": "d", "text": "One."}\n',
    "queries.jsonl": '{"_id": "q", "text": "what"}\n',
    "qrels.tsv": "query-id\tcorpus-id\tscore\nq\td\t1\n",
}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (BEIR | {"corpus.jsonl": '{"text": "One."}'}, r"corpus\.jsonl:1: _id is missing"),
        (BEIR | {"queries.jsonl": '{"_id": "q"}'}, r"queries\.jsonl:1: text is missing"),
        (BEIR | {"queries.jsonl": '{"_id": 7}'}, r"queries\.jsonl:1: _id is no text: 7"),
        (BEIR | {"corpus.jsonl": BEIR["corpus.jsonl"] * 2}, r"corpus\.jsonl:2: the id d is that"),
        (BEIR | {"qrels.tsv": "q d 1"}, r"qrels\.tsv:1: no query-id, corpus-id and whole score"),
        (BEIR | {"qrels.tsv": "q\td\tyes"}, r"qrels\.tsv:1: no query-id"),
        (BEIR | {"qrels.tsv": "z\td\t1"}, r"queries\.jsonl has no questions that the judgements"),
        (BEIR | {"corpus.jsonl": ""}, r"corpus\.jsonl has no entries"),
        ({"corpus.jsonl": BEIR["corpus.jsonl"]}, r"queries\.jsonl is missing\."),
        ({n: BEIR[n] for n in ("corpus.jsonl", "queries.jsonl")}, r"qrels\.tsv is missing\."),
        ({"documents/a.txt": "One."}, r"questions\.jsonl is missing\."),
        ({"documents/a.txt": "One.", "questions.jsonl": ""}, r"questions\.jsonl has no questions"),
        ({"a.txt": "One."}, "is no set of questions: it has neither"),
    ],
)
def test_what_a_set_lacks_is_named(files: Mapping[str, str], says: str, make_set: SetMaker) -> None:
    with pytest.raises(QuestionSetError, match=says):
        read_set(str(make_set(files)), None)


def test_an_unknown_set_is_named_with_those_that_there_are(
    make_set: SetMaker, tmp_path: Path
) -> None:
    make_set(BEIR)
    with pytest.raises(QuestionSetError, match=r"no set of questions huge\. .* which has tiny\."):
        read_set("huge", tmp_path)
    with pytest.raises(QuestionSetError, match="or set WHEREIN_EVAL to the folder of your sets"):
        read_set("huge", None)
    with pytest.raises(QuestionSetError, match="and there is no such folder"):
        read_set("huge", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "questions", "entries"), [("squad_paragraphs", 2910, 1216), ("timeqa", 876, 9565)]
)
def test_the_real_sets_are_read_whole(
    name: str, questions: int, entries: int, eval_sets: Path
) -> None:
    found = read_set(name, eval_sets)
    assert isinstance(found.corpus, tuple)
    assert (len(found.questions), len(found.corpus), found.notes) == (questions, entries, ())
    assert not found.unknown(entry.document.source for entry in found.corpus)


def test_what_answers_a_real_question_is_a_passage_after_ingestion(
    eval_sets: Path, tmp_path: Path
) -> None:
    found = read_set("squad_articles", eval_sets)
    kinds = [question.unanswerable for question in found.questions]
    assert [kinds.count(kind) for kind in (None, *Unanswerable)] == [2184, 400, 300]
    assert isinstance(found.corpus, Path)
    build(found.corpus, tmp_path, FakeModel(window=250), quiet)
    catalog = Catalog(Store(tmp_path).current_folder() / CATALOG)
    assert found.unknown(catalog.digests()) == []
    lost = [
        question
        for question in found.sample(200).questions
        if isinstance(wanted := question.wanted, Quote)
        and wanted.source
        and (document := catalog.document(wanted.source))
        and not any(
            wanted.match(wanted.source, block.text)
            for block in document.blocks
            if block.kind is Kind.PARAGRAPH
        )
    ]
    assert not lost
