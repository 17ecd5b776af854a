"""Reads sets of questions with known answers, in one of three layouts.

BEIR     a folder with corpus.jsonl {"_id", "title", "text"}, queries.jsonl {"_id", "text"} and
         qrels.tsv (query-id, corpus-id, score) or qrels/test.tsv. Each entry is one passage.
folder   a folder with documents/, which is indexed like any other, and questions.jsonl
file     such a questions.jsonl by itself, to be asked of the current index

A line of questions.jsonl has {"question"} and says which passages answer:
  "source"        the document that answers
  "quote"         the paragraph that answers
  "answers"       without a quote: texts, one of which stands in the passage
  "unanswerable"  "absent" (nothing is about it) or "near" (a passage is about it without answering)
With a source alone, any passage of it is relevant. Without an "id", a line's number is its id.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from wherein.index.catalog.entries import CatalogEntry
from wherein.index.documents.model import Block, Document, Place
from wherein.index.passages.sentences import split_sentences
from wherein.index.passages.splitter import Passage
from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.json_lines import JsonLine, read_by_id, read_lines
from wherein.search.evaluation.relevance import Entries, Quote, words_of

_LINE_BREAK = re.compile(r"[\n\r\0]")


class Unanswerable(StrEnum):
    """Why a question has no answer.

    ABSENT: no passage is about the question. NEAR: a passage is about it and does not answer.
    """

    ABSENT = "absent"
    NEAR = "near"


KINDS = (None, Unanswerable.ABSENT, Unanswerable.NEAR)
"""The kinds of questions. None stands for the answerable questions."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer, or with the reason why it has none.

    Attributes:
        id: The id within the set.
        text: The question.
        wanted: What answers; None for an unanswerable question.
        unanswerable: The reason why nothing answers; None for an answerable question.
    """

    id: str
    text: str
    wanted: Entries | Quote | None
    unanswerable: Unanswerable | None = None

    def __post_init__(self) -> None:
        if (self.wanted is None) != (self.unanswerable is not None):
            raise ValueError(f"a question either has an answer or is unanswerable: {self!r}")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the corpus that they are asked of.

    Attributes:
        path: The folder or file of the set.
        questions: The questions.
        corpus: A folder of documents, ready passages, or None for the current index.
        notes: Messages for the user about what was left out.
    """

    path: Path
    questions: tuple[Question, ...]
    corpus: Path | tuple[CatalogEntry, ...] | None
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the folder or file, without a suffix."""
        path = self.path.resolve()
        return path.stem if path.is_file() else path.name

    def instance(self, instance: Path) -> Path:
        """Return the instance folder of the corpus, which lies below Wherein's own."""
        if self.corpus is None:
            return instance
        digest = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()
        return instance / "evaluation" / f"{self.name}-{digest[:8]}"

    def missing_sources(self, sources: Iterable[str]) -> list[str]:
        """Return the sources that answer questions and are not among `sources`."""
        wanted = {source for q in self.questions if q.wanted for source in q.wanted.sources}
        return sorted(wanted.difference(sources))

    def sample(self, size: int | None) -> "QuestionSet":
        """Return a set with every n-th question, at most `size`. Its questions stay as mixed."""
        total = len(self.questions)
        if size is None or size >= total:
            return self
        chosen = tuple(self.questions[i * total // size] for i in range(size))
        return replace(self, questions=chosen)


def read_set(name: str, folder: Path | None) -> QuestionSet:
    """Read a set of questions.

    Args:
        name: The path of the set, or its name below `folder`.
        folder: The folder of question sets, if any.

    Returns:
        The questions with their corpus, which is not indexed yet.

    Raises:
        QuestionSetError: The set is missing or cannot be read.
    """
    path = _find(name, folder)
    if path.is_file():
        return _read_questions(path, path, None)
    if (path / "corpus.jsonl").exists():
        return _read_beir(path)
    if (path / "documents").is_dir():
        return _read_questions(path, path / "questions.jsonl", path / "documents")
    raise QuestionSetError(
        f"{path} is not a set of questions. A set has either corpus.jsonl, queries.jsonl and "
        "qrels.tsv, or documents/ and questions.jsonl. To ask the current index, name a file of "
        "questions."
    )


def _find(name: str, folder: Path | None) -> Path:
    candidates = [Path(name), *([folder / name] if folder else [])]
    for path in candidates:
        if path.exists():
            return path
    if folder is None:
        remedy = "Give the path of the set, or set WHEREIN_EVAL to the folder of your sets."
    elif not folder.is_dir():
        remedy = f"WHEREIN_EVAL is {folder}, but there is no such folder."
    else:
        sets = sorted(path.name for path in folder.iterdir() if path.is_dir())
        remedy = f"WHEREIN_EVAL is {folder}, which has {', '.join(sets) or 'no sets'}."
    raise QuestionSetError(f"There is no set of questions {name}. {remedy}")


def _read_beir(folder: Path) -> QuestionSet:
    corpus = read_by_id(folder / "corpus.jsonl", lambda line: line.required("_id"))
    queries = read_by_id(folder / "queries.jsonl", lambda line: line.required("_id"))
    grades = _read_judgements(folder)
    read = [_entry(name, line) for name, line in corpus.items()]
    entries = tuple(entry for entry in read if entry)
    questions = tuple(
        Question(name, line.required("text"), Entries(grades[name]))
        for name, line in queries.items()
        if name in grades
    )
    _check_not_empty(folder / "corpus.jsonl", "entries with a text", entries)
    _check_not_empty(folder / "queries.jsonl", "questions with a judgement", questions)
    notes = [
        *_note(len(read) - len(entries), "entries have no text and are not indexed"),
        *_note(len(queries) - len(questions), "questions have no judgement and are left out"),
    ]
    return QuestionSet(folder, questions, entries, tuple(notes))


def _entry(name: str, line: JsonLine) -> CatalogEntry | None:
    """Return a document of one passage: the text of the entry, or its title if it has no text."""
    title, text = (_LINE_BREAK.sub(" ", line.optional(field) or "") for field in ("title", "text"))
    if not text:
        title, text = "", title
    if not text:
        return None
    passage = Passage(title or None, 0, 0, text, tuple(split_sentences(text)))
    return CatalogEntry(
        Document(name, (Block(text, Place((1, 1))),), title=passage.title),
        hashlib.sha256(repr(passage).encode()).hexdigest(),
        (passage,),
    )


def _read_judgements(folder: Path) -> dict[str, dict[str, int]]:
    """Read the grades of relevant entries by question. A score of 0 or less is not relevant."""
    places = (folder / "qrels.tsv", folder / "qrels" / "test.tsv")
    file = next((file for file in places if file.exists()), places[0])
    grades: dict[str, dict[str, int]] = {}
    for number, line in read_lines(file):
        match [field.strip() for field in line.split("\t")]:
            case ["query-id", "corpus-id", _]:
                continue
            case [query, entry, score] if re.fullmatch(r"-?[0-9]{1,9}", score):
                if int(score) > 0:
                    grades.setdefault(query, {})[entry] = int(score)
            case _:
                raise QuestionSetError(
                    f"{file}:{number}: the line needs query-id, corpus-id and a whole score, "
                    "separated by tabs"
                )
    return grades


def _read_questions(path: Path, file: Path, corpus: Path | None) -> QuestionSet:
    lines = read_by_id(file, lambda line: line.optional("id") or str(line.number))
    read = [_question(name, line) for name, line in lines.items()]
    questions = tuple(question for question in read if question)
    _check_not_empty(file, "questions with a source, a quote or answers", questions)
    lacking = "questions have no source, quote or answers and are left out"
    notes = _note(len(read) - len(questions), lacking)
    return QuestionSet(path, questions, corpus, tuple(notes))


def _question(name: str, line: JsonLine) -> Question | None:
    """Return the question of a line; None if the line does not say what answers it."""
    text, unanswerable = line.required("question"), line.optional("unanswerable")
    if unanswerable is not None:
        if unanswerable not in list(Unanswerable):
            raise line.error(f'unanswerable is "{unanswerable}"; use "absent" or "near"')
        return Question(name, text, None, Unanswerable(unanswerable))
    quote = line.optional("quote")
    if quote is not None and not words_of(quote):
        raise line.error("quote contains no words")
    wanted = Quote(line.optional("source"), quote, line.texts("answers"))
    known = wanted.source is not None or wanted.text is not None or wanted.answers
    return Question(name, text, wanted) if known else None


def _check_not_empty(file: Path, what: str, found: Sequence[object]) -> None:
    if not found:
        raise QuestionSetError(f"{file} has no {what}.")


def _note(number: int, text: str) -> list[str]:
    return [f"{number:,} {text}."] if number else []
