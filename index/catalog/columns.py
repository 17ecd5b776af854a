"""The columns of a catalog: what a question asks of any passage or sentence, as arrays on disk.

They are memory-mapped, so that opening them reads nothing, and a question reads its own rows.
"""

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Mask, Numbers, expand_ranges


class Texts:
    """Short texts by their row, None where a row has none."""

    def __init__(self, texts: npt.NDArray[np.bytes_]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, row: int) -> str | None:
        return bytes(self._texts[row]).decode("ascii") or None

    def of(self, rows: Numbers) -> list[str | None]:
        """The text of each of these rows."""
        return [text.decode("ascii") or None for text in self._texts[rows].tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class DateColumns:
    """All the dates of the passages in their order, as columns of one length.

    `firsts` and `lasts` are ordinals of days, 0 before Christ, of which the calendar has no days,
    and where the year is not `known`. None in `edtf` is a date that only an unknown day of
    publication could tell.
    """

    sentences: Numbers
    passages: Numbers
    known: Mask
    firsts: Numbers
    lasts: Numbers
    edtf: Texts

    def of(self, passages: Numbers) -> tuple[Numbers, Numbers]:
        """The rows of the dates in these passages, and of each row the place of its passage."""
        begins = np.searchsorted(self.passages, passages)
        ends = np.searchsorted(self.passages, passages, side="right")
        return expand_ranges(begins, ends - begins)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What `wherein.index.catalog.reader.Catalog` says of its attributes of these names."""

    same_as: Numbers
    document_of_passage: Numbers
    is_caption: Mask
    first_sentence: Numbers
    passage_of_sentence: Numbers
    has_date: Mask
    dates: DateColumns

    @classmethod
    def open(cls, folder: Path) -> Self:
        def column(name: str) -> npt.NDArray[Any]:
            # A plain array over the mapped file, for a memmap takes long to be sliced.
            mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            return np.asarray(mapped.view(np.ndarray))

        return cls(
            same_as=column("same_as"),
            document_of_passage=column("document_of_passage"),
            is_caption=column("is_caption"),
            first_sentence=column("first_sentence"),
            passage_of_sentence=column("passage_of_sentence"),
            has_date=column("has_date"),
            dates=DateColumns(
                sentences=column("date_sentences"),
                passages=column("date_passages"),
                known=column("date_known"),
                firsts=column("date_firsts"),
                lasts=column("date_lasts"),
                edtf=Texts(column("date_edtf")),
            ),
        )


class ColumnWriter:
    """Gathers the columns as passages come, in the order of their numbers."""

    def __init__(self) -> None:
        self._numbers = {
            name: array("q")
            for name in (
                *("same_as", "document_of_passage", "is_caption", "first_sentence"),
                *("passage_of_sentence", "date_sentences", "date_passages", "date_known"),
                *("date_firsts", "date_lasts"),
            )
        }
        self._edtf: list[bytes] = []

    def add_passage(self, document: int, same_as: int, sentences: int, *, is_caption: bool) -> int:
        """Add a passage of so many sentences; the number of the first of these."""
        number, first = len(self._numbers["same_as"]), len(self._numbers["passage_of_sentence"])
        self._numbers["document_of_passage"].append(document)
        self._numbers["same_as"].append(same_as)
        self._numbers["is_caption"].append(is_caption)
        self._numbers["first_sentence"].append(first)
        self._numbers["passage_of_sentence"].extend([number] * sentences)
        return first

    def add_date(
        self, sentence: int, edtf: str | None, days: tuple[int, int], *, known: bool
    ) -> None:
        """Add a date of the passage added last; dates come in their order."""
        self._numbers["date_sentences"].append(sentence)
        self._numbers["date_passages"].append(self._numbers["passage_of_sentence"][sentence])
        self._numbers["date_known"].append(known)
        self._numbers["date_firsts"].append(days[0])
        self._numbers["date_lasts"].append(days[1])
        self._edtf.append((edtf or "").encode("ascii"))

    def write(self, folder: Path) -> None:
        """Write the columns into a folder, which is made. The caller flushes it to disk."""
        folder.mkdir()
        columns = {name: np.array(numbers, np.int64) for name, numbers in self._numbers.items()}
        sentences = len(columns["passage_of_sentence"])
        columns["first_sentence"] = np.append(columns["first_sentence"], sentences)
        has_date = np.zeros(sentences, np.bool_)
        means = np.array([edtf != b"" for edtf in self._edtf], np.bool_)
        has_date[columns["date_sentences"][means]] = True
        masks = {name: columns[name].astype(np.bool_) for name in ("is_caption", "date_known")}
        texts = np.array(self._edtf, np.bytes_) if self._edtf else np.empty(0, "S1")
        for name, column in {
            **columns,
            **masks,
            "has_date": has_date,
            "date_edtf": texts,
        }.items():
            np.save(folder / f"{name}.npy", column)
