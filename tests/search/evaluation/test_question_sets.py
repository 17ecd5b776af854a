"""Tests of question sets: the three layouts, and messages about bad lines."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import FakeModel, quiet
from wherein.index.build import build
from wherein.index.catalog.reader import Catalog
from wherein.index.documents.model import Kind
from wherein.index.snapshot.store import CATALOG, Store
from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.question_sets import Question, Unanswerable, read_set
from wherein.search.evaluation.relevance import Entries, Quote

SetMaker = Callable[[Mapping[str, str]], Path]

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


def test_each_entry_of_the_beir_layout_is_a_passage(make_set: SetMaker) -> None:
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


def test_judgements_may_lie_in_the_folder_qrels(make_set: SetMaker) -> None:
    files = {
        "corpus.jsonl": '{"_id": "d", "text": "One."}',
        "queries.jsonl": '{"_id": "q", "text": "what"}',
        "qrels/test.tsv": "q\td\t1",
    }
    assert read_set(str(make_set(files)), None).questions[0].wanted == Entries({"d": 1})


def test_the_folder_layout_has_documents_and_questions(make_set: SetMaker) -> None:
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
    assert found.missing_sources(["b.txt"]) == ["a.txt"]


def test_a_file_of_questions_has_no_corpus(make_set: SetMaker, tmp_path: Path) -> None:
    found = read_set(str(make_set({"mine.jsonl": GOOD}) / "mine.jsonl"), None)
    assert (found.name, found.corpus) == ("mine", None)
    assert found.instance(tmp_path) == tmp_path


def test_sets_with_the_same_name_have_different_instances(
    make_set: SetMaker, tmp_path: Path
) -> None:
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
        ('["who"]', "this is not a JSON object"),
        ('{"q": "who"}', "question is missing"),
        ('{"question": " "}', "question is missing"),
        ('{"question": 7}', "question is not a text: 7"),
        ('{"question": "who", "source": ["a.txt"]}', 'source is not a text: ["a.txt"]'),
        ('{"question": "who", "quote": "…"}', "quote contains no words"),
        ('{"question": "who", "answers": "he"}', "answers is not a list"),
        ('{"question": "who", "answers": [1]}', "answers is not a text: 1"),
        ('{"question": "who", "unanswerable": "yes"}', 'use "absent" or "near"'),
        ('{"question": "who \\ud800"}', "question is not valid text: it has half a surrogate pair"),
        ('{"id": "1", "question": "who"}', "the id 1 is already that of line 1"),
    ],
)
def test_a_bad_line_is_reported_with_its_file_and_number(
    line: str, says: str, make_set: SetMaker
) -> None:
    file = make_set({"mine.jsonl": f"{GOOD}\n{line}\n"}) / "mine.jsonl"
    with pytest.raises(QuestionSetError) as caught:
        read_set(str(file), None)
    assert str(caught.value).startswith(f"{file}:3: ")
    assert says in str(caught.value)


def test_bytes_that_are_not_utf_8_are_reported_with_their_line(tmp_path: Path) -> None:
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
        (BEIR | {"queries.jsonl": '{"_id": 7}'}, r"queries\.jsonl:1: _id is not a text: 7"),
        (
            BEIR | {"corpus.jsonl": BEIR["corpus.jsonl"] * 2},
            r"corpus\.jsonl:2: the id d is",
        ),
        (BEIR | {"qrels.tsv": "q d 1"}, r"qrels\.tsv:1: the line needs query-id"),
        (BEIR | {"qrels.tsv": "q\td\tyes"}, r"qrels\.tsv:1: the line needs"),
        (BEIR | {"qrels.tsv": "z\td\t1"}, r"queries\.jsonl has no questions with a judgement"),
        (BEIR | {"corpus.jsonl": ""}, r"corpus\.jsonl has no entries"),
        ({"corpus.jsonl": BEIR["corpus.jsonl"]}, r"queries\.jsonl is missing\."),
        ({n: BEIR[n] for n in ("corpus.jsonl", "queries.jsonl")}, r"qrels\.tsv is missing\."),
        ({"documents/a.txt": "One."}, r"questions\.jsonl is missing\."),
        ({"documents/a.txt": "One.", "questions.jsonl": ""}, r"questions\.jsonl has no questions"),
        ({"a.txt": "One."}, "is not a set of questions"),
    ],
)
def test_a_missing_or_empty_part_of_a_set_is_named(
    files: Mapping[str, str], says: str, make_set: SetMaker
) -> None:
    with pytest.raises(QuestionSetError, match=says):
        read_set(str(make_set(files)), None)


def test_an_unknown_set_is_reported_with_the_known_sets(make_set: SetMaker, tmp_path: Path) -> None:
    make_set(BEIR)
    with pytest.raises(QuestionSetError, match=r"no set of questions huge\. .* which has tiny\."):
        read_set("huge", tmp_path)
    with pytest.raises(QuestionSetError, match="or set WHEREIN_EVAL to the folder of your sets"):
        read_set("huge", None)
    with pytest.raises(QuestionSetError, match="but there is no such folder"):
        read_set("huge", tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "questions", "entries"), [("squad_paragraphs", 2910, 1216), ("timeqa", 876, 9565)]
)
def test_the_real_sets_are_read_completely(
    name: str, questions: int, entries: int, eval_sets: Path
) -> None:
    found = read_set(name, eval_sets)
    assert isinstance(found.corpus, tuple)
    assert (len(found.questions), len(found.corpus), found.notes) == (questions, entries, ())
    assert not found.missing_sources(entry.document.source for entry in found.corpus)


def test_the_answers_to_real_questions_are_paragraphs_after_ingestion(
    eval_sets: Path, tmp_path: Path
) -> None:
    found = read_set("squad_articles", eval_sets)
    kinds = [question.unanswerable for question in found.questions]
    assert [kinds.count(kind) for kind in (None, *Unanswerable)] == [2184, 400, 300]
    assert isinstance(found.corpus, Path)
    build(found.corpus, tmp_path, FakeModel(window=250), quiet)
    catalog = Catalog(Store(tmp_path).current_folder() / CATALOG)
    assert found.missing_sources(catalog.checksums()) == []
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
