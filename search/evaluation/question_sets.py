"""Sets of questions whose answers are known, read from one of three layouts.

BEIR     a folder with corpus.jsonl {"_id", "title", "text"}, queries.jsonl {"_id", "text"} and
         qrels.tsv (query-id, corpus-id, score) or qrels/test.tsv. Each entry is a passage as it is.
folder   a folder with documents/, to be indexed like any other, and questions.jsonl
file     such a questions.jsonl by itself, to be asked of the current index

A line of questions.jsonl has {"question"} and what tells a passage that answers:
  "source"        the file that it is in
  "quote"         the paragraph that answers
  "answers"       where there is no quote: strings, one of which stands in the passage
  "unanswerable"  "absent" (nothing is about it) or "near" (something is and does not answer)
With a source alone, any passage of it will do. "id" is the line's number where it is not given.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from wherein.index.catalog.entries import CatalogEntry
from wherein.index.documents.model import Block, Document
from wherein.index.passages.sentences import split_sentences
from wherein.index.passages.splitter import Passage
from wherein.search.settings import SettingsError

SHORTEST_WITHIN = 8
"""Words that a passage must have to be relevant for standing inside the quote."""

_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"[\n\r\0]")


class QuestionSetError(SettingsError):
    """A set of questions is not there, or says something that cannot be read."""


class Unanswerable(StrEnum):
    """Why a question has no answer: nothing is about it, or what is does not answer."""

    ABSENT = "absent"
    NEAR = "near"


KINDS = (None, Unanswerable.ABSENT, Unanswerable.NEAR)
"""The kinds of questions: those with an answer first."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Wanted are entries of a corpus, by their ids, each with its grade, 1 or more."""

    grades: Mapping[str, int]

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(self.grades)

    @property
    def answers(self) -> tuple[str, ...]:
        return ()

    def match(self, source: str, _text: str, /) -> str | None:
        """Which of the wanted a passage is, None where it is none."""
        return source if source in self.grades else None


@dataclass(frozen=True, slots=True)
class Quote:
    """Wanted is one paragraph, told by as much as is known of it; at least one is."""

    source: str | None
    text: str | None
    answers: tuple[str, ...]

    @property
    def grades(self) -> Mapping[str, int]:
        return {"quote": 1}

    @property
    def sources(self) -> frozenset[str]:
        return frozenset() if self.source is None else frozenset([self.source])

    def match(self, source: str, text: str, /) -> str | None:
        """Which of the wanted a passage is, None where it is none."""
        if self.source not in (None, source):
            return None
        if self.text is not None:
            found = quotes(text, self.text)
        else:
            found = not self.answers or holds_answer(text, self.answers)
        return "quote" if found else None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is wanted, or the reason why nothing answers it."""

    id: str
    text: str
    wanted: Entries | Quote | None
    unanswerable: Unanswerable | None = None

    def __post_init__(self) -> None:
        if (self.wanted is None) != (self.unanswerable is not None):
            raise ValueError(f"a question wants something or is unanswerable: {self!r}")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the corpus to ask: a folder of documents, passages, or the current index.

    `notes` say, for the user, what was left out.
    """

    path: Path
    questions: tuple[Question, ...]
    corpus: Path | tuple[CatalogEntry, ...] | None
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        path = self.path.resolve()
        return path.stem if path.is_file() else path.name

    def instance(self, instance: Path) -> Path:
        """Where the index of the corpus is kept: below Wherein's own, apart for each path."""
        if self.corpus is None:
            return instance
        digest = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()
        return instance / "evaluation" / f"{self.name}-{digest[:8]}"

    def unknown(self, sources: Iterable[str]) -> list[str]:
        """What the questions want that is not among these sources, so that no hit can be it."""
        wanted = {source for q in self.questions if q.wanted for source in q.wanted.sources}
        return sorted(wanted.difference(sources))

    def sample(self, size: int | None) -> "QuestionSet":
        """At most `size` of the questions, evenly spaced, so that they are of every kind."""
        total = len(self.questions)
        if size is None or size >= total:
            return self
        chosen = tuple(self.questions[i * total // size] for i in range(size))
        return replace(self, questions=chosen)


def holds_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the accepted answers stands in a text, whatever its case and spaces."""
    return any(_stands_in(text, answer) for answer in answers)


def quotes(text: str, quote: str) -> bool:
    """Whether a passage is the quoted paragraph, or enough of it.

    It has at least half of the quote's words in order, or it has at least 8 words and stands
    wholly inside the quote.
    """
    words, wanted = _words(text), _words(quote)
    inside = len(words) >= SHORTEST_WITHIN and _stands_in(quote, text)
    return inside or 2 * _in_order(words, wanted) >= len(wanted)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _stands_in(text: str, part: str) -> bool:
    """Whether the words of `part` stand in `text` in a row."""
    return f" {' '.join(_words(part))} " in f" {' '.join(_words(text))} "


def _in_order(words: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of the wanted words stand among the words in their order, at most.

    The longest common subsequence, a row of its table in the bits of one number (Hyyrö 2004):
    a bit of `row` is 0 where the subsequence grows.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(wanted):
        places[word] = places.get(word, 0) | 1 << place
    everything = (1 << len(wanted)) - 1
    row = everything
    for word in words:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & everything
    return len(wanted) - row.bit_count()


def read_set(name: str, folder: Path | None) -> QuestionSet:
    """A set by its path or, below the folder of sets, by its name. Raises QuestionSetError."""
    path = _find(name, folder)
    if path.is_file():
        return _with_questions(path, path, None)
    if (path / "corpus.jsonl").exists():
        return _read_beir(path)
    if (path / "documents").is_dir():
        return _with_questions(path, path / "questions.jsonl", path / "documents")
    raise QuestionSetError(
        f"{path} is no set of questions: it has neither corpus.jsonl, queries.jsonl and qrels.tsv "
        "nor documents/ and questions.jsonl. To ask the current index, name a file of questions."
    )


def _find(name: str, folder: Path | None) -> Path:
    candidates = [Path(name), *([folder / name] if folder else [])]
    for path in candidates:
        if path.exists():
            return path
    if folder is None:
        remedy = "Name its folder or file, or set WHEREIN_EVAL to the folder of your sets."
    elif not folder.is_dir():
        remedy = f"WHEREIN_EVAL is {folder}, and there is no such folder."
    else:
        sets = sorted(path.name for path in folder.iterdir() if path.is_dir())
        remedy = f"WHEREIN_EVAL is {folder}, which has {', '.join(sets) or 'none'}."
    raise QuestionSetError(f"There is no set of questions {name}. {remedy}")


def _read_beir(folder: Path) -> QuestionSet:
    corpus = _by_id(folder / "corpus.jsonl", lambda record: record.text("_id"))
    queries = _by_id(folder / "queries.jsonl", lambda record: record.text("_id"))
    grades = _read_judgements(folder)
    read = [_entry(name, record) for name, record in corpus.items()]
    entries = tuple(entry for entry in read if entry)
    questions = tuple(
        Question(name, record.text("text"), Entries(grades[name]))
        for name, record in queries.items()
        if name in grades
    )
    _check_any(folder / "corpus.jsonl", "entries with a text", entries)
    _check_any(folder / "queries.jsonl", "questions that the judgements answer", questions)
    notes = [
        *_note(len(read) - len(entries), "entries have no text and are not indexed"),
        *_note(len(queries) - len(questions), "questions have no judgement and are left out"),
    ]
    return QuestionSet(folder, questions, entries, tuple(notes))


def _entry(name: str, line: "_Record") -> CatalogEntry | None:
    """An entry of a corpus as a document of one passage: its text or, where it has none, title."""
    title, text = (_BREAK.sub(" ", line.optional(field) or "") for field in ("title", "text"))
    if not text:
        title, text = "", title
    if not text:
        return None
    passage = Passage(title or None, 0, 0, text, tuple(split_sentences(text)))
    return CatalogEntry(
        Document(name, (Block(text, (1, 1)),), title=passage.title),
        hashlib.sha256(repr(passage).encode()).hexdigest(),
        (passage,),
    )


def _read_judgements(folder: Path) -> dict[str, dict[str, int]]:
    """For each question the entries that answer it. A score of 0 or less says that one does not."""
    places = (folder / "qrels.tsv", folder / "qrels" / "test.tsv")
    file = next((file for file in places if file.exists()), places[0])
    grades: dict[str, dict[str, int]] = {}
    for number, line in _lines(file):
        match [field.strip() for field in line.split("\t")]:
            case ["query-id", "corpus-id", _]:
                continue
            case [query, entry, score] if re.fullmatch(r"-?[0-9]{1,9}", score):
                if int(score) > 0:
                    grades.setdefault(query, {})[entry] = int(score)
            case _:
                raise QuestionSetError(
                    f"{file}:{number}: no query-id, corpus-id and whole score with tabs between"
                )
    return grades


def _with_questions(path: Path, file: Path, corpus: Path | None) -> QuestionSet:
    records = _by_id(file, lambda record: record.optional("id") or str(record.number))
    read = [_question(name, record) for name, record in records.items()]
    questions = tuple(question for question in read if question)
    _check_any(file, "questions with a source, a quote or answers", questions)
    lacking = "questions have no source, quote or answers and are left out"
    notes = _note(len(read) - len(questions), lacking)
    return QuestionSet(path, questions, corpus, tuple(notes))


def _question(name: str, line: "_Record") -> Question | None:
    """The question of a line, None where nothing tells what answers it."""
    text, unanswerable = line.text("question"), line.optional("unanswerable")
    if unanswerable is not None:
        if unanswerable not in list(Unanswerable):
            raise line.error(f'unanswerable is "{unanswerable}"; it takes "absent" or "near"')
        return Question(name, text, None, Unanswerable(unanswerable))
    quote = line.optional("quote")
    if quote is not None and not _words(quote):
        raise line.error("quote has no word")
    wanted = Quote(line.optional("source"), quote, line.texts("answers"))
    known = wanted.source is not None or wanted.text is not None or wanted.answers
    return Question(name, text, wanted) if known else None


def _check_any(file: Path, what: str, found: Sequence[object]) -> None:
    if not found:
        raise QuestionSetError(f"{file} has no {what}.")


def _note(number: int, say: str) -> list[str]:
    return [f"{number:,} {say}."] if number else []


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of JSON."""

    file: Path
    number: int
    fields: Mapping[str, object]

    def error(self, what: str) -> QuestionSetError:
        """What is wrong with the line, after its place."""
        return QuestionSetError(f"{self.file}:{self.number}: {what}")

    def text(self, name: str) -> str:
        """A field that must be there. Raises QuestionSetError."""
        if (value := self.optional(name)) is None:
            raise self.error(f"{name} is missing")
        return value

    def optional(self, name: str) -> str | None:
        """A field without the white space around it, None where it is missing or empty."""
        return self._checked(name, self.fields.get(name)) or None

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list, those without a word left out."""
        value = self.fields.get(name) or []
        if not isinstance(value, list):
            raise self.error(f"{name} is no list")
        return tuple(text for item in value if _words(text := self._checked(name, item)))

    def _checked(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"{name} is no text: {json.dumps(value)[:40]}")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.error(f"{name} has half of a surrogate pair, which is no text") from error
        return value.strip()


def _by_id(file: Path, id_of: Callable[[_Record], str]) -> dict[str, _Record]:
    """The lines of a file by their ids, no two of which may be the same."""
    records: dict[str, _Record] = {}
    for record in _records(file):
        name = id_of(record)
        if name in records:
            raise record.error(f"the id {name} is that of line {records[name].number} already")
        records[name] = record
    return records


def _records(file: Path) -> Iterator[_Record]:
    for number, line in _lines(file):
        try:
            fields = json.loads(line)
        except json.JSONDecodeError as error:
            what = f"this is not JSON: {error.msg} at character {error.pos + 1}"
            raise QuestionSetError(f"{file}:{number}: {what}") from error
        except RecursionError as error:
            raise QuestionSetError(f"{file}:{number}: this is nested too deeply") from error
        if not isinstance(fields, dict):
            raise QuestionSetError(f"{file}:{number}: this is no JSON object")
        yield _Record(file, number, fields)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, each with its number."""
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise QuestionSetError(f"{file} is missing.") from error
    except OSError as error:
        raise QuestionSetError(f"{file} cannot be read: {error.strerror}.") from error
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            raise QuestionSetError(f"{file}:{number}: this is not UTF-8") from error
        if line.strip():
            yield number, line
