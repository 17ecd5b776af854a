"""The columns of a catalog: what a question asks about any passage or sentence, as arrays on disk.

The arrays are memory-mapped. Opening them reads nothing, and a question reads only its own rows.
"""

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Mask, Numbers, expand_ranges
from wherein.index.dates.interval import Interval

_COUNTED = (
    *("same_as", "document_of_passage", "is_caption", "first_sentence", "passage_of_sentence"),
    *("date_sentences", "date_passages", "date_known", "date_firsts", "date_lasts"),
)
_MASKS = ("is_caption", "date_known")


class Texts:
    """Short ASCII texts, one for each row. A row may have none.

    Args:
        texts: The texts, empty where a row has none: (rows,).
    """

    def __init__(self, texts: npt.NDArray[np.bytes_]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, row: int) -> str | None:
        return bytes(self._texts[row]).decode("ascii") or None

    def of(self, rows: Numbers) -> list[str | None]:
        """Return the text of each row, None where a row has none."""
        return [text.decode("ascii") or None for text in self._texts[rows].tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class DateColumns:
    """All dates of the passages, in the order of their passages. Each column is (dates,).

    Attributes:
        sentences: The number of the sentence that the date begins in.
        passages: The number of the passage.
        known: Whether the year is known.
        firsts: The ordinal of the first day: see `Interval.ordinals`.
        lasts: The ordinal of the last day.
        edtf: The days in EDTF. None means that only the day of publication, which is not known,
            tells the days.
    """

    sentences: Numbers
    passages: Numbers
    known: Mask
    firsts: Numbers
    lasts: Numbers
    edtf: Texts

    def of(self, passages: Numbers) -> tuple[Numbers, Numbers]:
        """Find the dates of some passages.

        Args:
            passages: The numbers of the passages: (n,).

        Returns:
            The rows of their dates, and for each row the position of its passage in `passages`.
            Both have the shape (rows,).
        """
        starts = np.searchsorted(self.passages, passages)
        ends = np.searchsorted(self.passages, passages, side="right")
        return expand_ranges(starts, ends - starts)


@dataclass(frozen=True, slots=True, eq=False)
class PassageColumns:
    """What is known of each passage. Each column is (passages,).

    Attributes:
        same_as: The first passage with the same content, itself if it is the first.
        documents: The number of the document.
        is_caption: Whether the passage is the caption of a picture.
        first_sentence: The number of the first sentence: (passages + 1,). The last element is the
            number of all sentences.
    """

    same_as: Numbers
    documents: Numbers
    is_caption: Mask
    first_sentence: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class SentenceColumns:
    """What is known of each sentence. Each column is (sentences,).

    Attributes:
        passages: The number of the passage.
        has_date: Whether the sentence has a date with a known day or month; the year may be
                missing.
    """

    passages: Numbers
    has_date: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All columns of a catalog.

    Attributes:
        passages: One row for each passage.
        sentences: One row for each sentence.
        dates: One row for each date.
    """

    passages: PassageColumns
    sentences: SentenceColumns
    dates: DateColumns

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the columns in a folder into memory."""

        def column(name: str) -> npt.NDArray[Any]:
            # A plain array over the mapped file: slices of numpy.memmap take long to make.
            mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            return np.asarray(mapped.view(np.ndarray))

        return cls(
            PassageColumns(
                same_as=column("same_as"),
                documents=column("document_of_passage"),
                is_caption=column("is_caption"),
                first_sentence=column("first_sentence"),
            ),
            SentenceColumns(passages=column("passage_of_sentence"), has_date=column("has_date")),
            DateColumns(
                sentences=column("date_sentences"),
                passages=column("date_passages"),
                known=column("date_known"),
                firsts=column("date_firsts"),
                lasts=column("date_lasts"),
                edtf=Texts(column("date_edtf")),
            ),
        )


class ColumnWriter:
    """Collects the columns. Passages must be added in the order of their numbers."""

    def __init__(self) -> None:
        self._numbers = {name: array("q") for name in _COUNTED}
        self._edtf: list[bytes] = []

    def add_passage(self, document: int, same_as: int, sentences: int, *, is_caption: bool) -> int:
        """Add a passage and its sentences.

        Args:
            document: The number of the document.
            same_as: The number of the first passage with the same content.
            sentences: The number of sentences.
            is_caption: Whether the passage is a caption.

        Returns:
            The number of its first sentence.
        """
        columns = self._numbers
        number, first = len(columns["same_as"]), len(columns["passage_of_sentence"])
        columns["document_of_passage"].append(document)
        columns["same_as"].append(same_as)
        columns["is_caption"].append(is_caption)
        columns["first_sentence"].append(first)
        columns["passage_of_sentence"].extend([number] * sentences)
        return first

    def add_date(self, sentence: int, interval: Interval) -> None:
        """Add the next date of the passage that was added last.

        Args:
            sentence: The number of the sentence that the date begins in.
            interval: The days that the date means.
        """
        columns, (first, last) = self._numbers, interval.ordinals
        columns["date_sentences"].append(sentence)
        columns["date_passages"].append(columns["passage_of_sentence"][sentence])
        columns["date_known"].append(not interval.is_open)
        columns["date_firsts"].append(first)
        columns["date_lasts"].append(last)
        self._edtf.append((interval.edtf or "").encode("ascii"))

    def write(self, folder: Path) -> None:
        """Write the columns. The caller flushes them to disk.

        Args:
            folder: The folder, which must not exist.
        """
        folder.mkdir()
        columns: dict[str, npt.NDArray[Any]] = {
            name: np.array(numbers, np.int64) for name, numbers in self._numbers.items()
        }
        sentences = len(columns["passage_of_sentence"])
        columns["first_sentence"] = np.append(columns["first_sentence"], sentences)
        columns["has_date"] = np.zeros(sentences, np.bool_)
        has_edtf = np.array([edtf != b"" for edtf in self._edtf], np.bool_)
        columns["has_date"][columns["date_sentences"][has_edtf]] = True
        columns |= {name: columns[name].astype(np.bool_) for name in _MASKS}
        columns["date_edtf"] = np.array(self._edtf, np.bytes_) if self._edtf else np.empty(0, "S1")
        for name, column in columns.items():
            np.save(folder / f"{name}.npy", column)
