"""Reads files of lines and of JSON lines. Each error names the file and the line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wherein.search.evaluation.errors import QuestionSetError
from wherein.search.evaluation.relevance import words_of


@dataclass(frozen=True, slots=True)
class JsonLine:
    """A line that holds a JSON object.

    Attributes:
        file: The file.
        number: The number of the line, from 1.
        fields: The object.
    """

    file: Path
    number: int
    fields: Mapping[str, object]

    def error(self, problem: str) -> QuestionSetError:
        """Return an error that names the place of the line."""
        return QuestionSetError(f"{self.file}:{self.number}: {problem}")

    def required(self, name: str) -> str:
        """Return the text of a field.

        Args:
            name: The name of the field.

        Returns:
            The text without surrounding white space.

        Raises:
            QuestionSetError: The field is missing, empty or not a text.
        """
        if (value := self.optional(name)) is None:
            raise self.error(f"{name} is missing")
        return value

    def optional(self, name: str) -> str | None:
        """Return the text of a field that may be missing.

        Args:
            name: The name of the field.

        Returns:
            The text without surrounding white space; None if it is missing or empty.

        Raises:
            QuestionSetError: The field is not a text.
        """
        return self._text(name, self.fields.get(name)) or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a field that is a list.

        Args:
            name: The name of the field.

        Returns:
            The texts that have a word, without surrounding white space.

        Raises:
            QuestionSetError: The field is not a list of texts.
        """
        value = self.fields.get(name) or []
        if not isinstance(value, list):
            raise self.error(f"{name} is not a list")
        return tuple(text for item in value if words_of(text := self._text(name, item)))

    def _text(self, name: str, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"{name} is not a text: {json.dumps(value)[:40]}")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.error(f"{name} is not valid text: it has half a surrogate pair") from error
        return value.strip()


def read_by_id(file: Path, id_of: Callable[[JsonLine], str]) -> dict[str, JsonLine]:
    """Read a file of JSON objects.

    Args:
        file: The file.
        id_of: Returns the id of a line.

    Returns:
        The lines by their ids.

    Raises:
        QuestionSetError: The file cannot be read, or two lines have the same id.
    """
    lines: dict[str, JsonLine] = {}
    for line in _read_objects(file):
        name = id_of(line)
        if name in lines:
            raise line.error(f"the id {name} is already that of line {lines[name].number}")
        lines[name] = line
    return lines


def read_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Read the lines of a UTF-8 file that are not blank.

    Args:
        file: The file.

    Yields:
        The number of each line, from 1, and its text.

    Raises:
        QuestionSetError: The file is missing, unreadable or not UTF-8.
    """
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


def _read_objects(file: Path) -> Iterator[JsonLine]:
    for number, text in read_lines(file):
        try:
            fields = json.loads(text)
        except json.JSONDecodeError as error:
            problem = f"this is not JSON: {error.msg} at character {error.pos + 1}"
            raise QuestionSetError(f"{file}:{number}: {problem}") from error
        except RecursionError as error:
            raise QuestionSetError(f"{file}:{number}: this is nested too deeply") from error
        if not isinstance(fields, dict):
            raise QuestionSetError(f"{file}:{number}: this is not a JSON object")
        yield JsonLine(file, number, fields)
