"""FAISS: the sentence vectors of a snapshot, and the nearest of them to a question.

Vectors are stored as 16-bit floats, and every cosine that is told is computed from these, in 32
bits. A question is compared with all of them, up to EXACT_UP_TO; beyond, with those in the lists
that are nearest to it: `wherein.index.dense.approximate`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import faiss
import numpy as np

from wherein.index.arrays import Mask, Numbers, Vectors
from wherein.index.dense import approximate as neighbours
from wherein.index.dense.approximate import Lists, Tuning, one_thread, selector
from wherein.index.dense.float16 import Halves, to_floats
from wherein.index.errors import DamagedSnapshot

EXACT_UP_TO = 20_000
"""So many vectors are compared with every question: more take longer than encoding it."""

_STORED = "stored.faiss"
_LISTS = "lists.faiss"
_TOGETHER = 4096  # arrays, each of the sentences of a passage, are added at once
_BLOCK = 512  # rows whose cosines are computed at once, so that they stay in the cache


def write(
    folder: Path, vectors: Iterable[Vectors | Halves], dimension: int
) -> tuple[int, Tuning | None]:
    """Write unit vectors, given as arrays (n, dimension) in the order of their rows.

    Their number, and how the lists were tuned: None where there are too few vectors for any. The
    same vectors give the same files. `folder` must exist and be empty. Nothing is flushed to disk;
    the caller does that.
    """
    stored = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    for arrays in _together(vectors):
        stored.add(np.concatenate(arrays, dtype=np.float32))
    faiss.write_index(stored, str(folder / _STORED))
    count = int(stored.ntotal)
    if count <= EXACT_UP_TO:
        return count, None
    stored = _read(folder / _STORED)  # its memory is the file's, and can be taken back
    return count, neighbours.write(folder / _LISTS, _rows(stored))


class VectorIndex:
    """The vectors of a snapshot, memory-mapped. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._stored = _read(folder / _STORED)
        self._vectors = _rows(self._stored)
        # Whole rows are gathered in half the time that their numbers take.
        self._whole = self._vectors.view(f"V{self._vectors.strides[0]}")[:, 0]
        lists = folder / _LISTS
        self._lists = Lists(lists) if lists.exists() else None

    def __len__(self) -> int:
        return len(self._vectors)

    def nearest(self, question: Vectors, limit: int, within: Mask | None = None) -> Numbers:
        """Rows with the highest cosines to the question, about best first: at most `limit`.

        Fewer only where there are no more. `within` says of each row whether it may be among them:
        (rows,). Of up to EXACT_UP_TO rows these are exactly the nearest, of more nearly all of
        them: see `wherein.index.dense.approximate.TARGET`.
        """
        rows = len(self) if within is None else int(np.count_nonzero(within))
        most = min(limit, rows)
        if not most:
            return np.empty(0, np.int64)
        if self._lists and rows > EXACT_UP_TO:
            found = self._lists.nearest(question, most, within)
            if len(found) == most:
                return found
        return self._nearest_of_all(question, most, within)

    def stored(self, first: int, last: int) -> Halves:
        """The rows from `first` to before `last` as they are stored. Valid while this is open."""
        return self._vectors[first:last]

    def _nearest_of_all(self, question: Vectors, most: int, within: Mask | None) -> Numbers:
        one_thread()
        chosen = None
        if within is not None:
            chosen = faiss.SearchParameters(sel=selector(within))  # type: ignore[call-arg]
        _, rows = self._stored.search(question[np.newaxis], most, params=chosen)
        found: Numbers = rows[0]
        return found

    def cosines(self, question: Vectors, rows: Numbers) -> Vectors:
        """The cosine of each row to the question: (rows,)."""
        cosines = np.empty(len(rows), np.float32)
        floats = np.empty((min(_BLOCK, len(rows)), len(question)), np.float32)
        for start in range(0, len(rows), _BLOCK):
            halves = self._whole[rows[start : start + _BLOCK]].view(np.float16)
            halves = halves.reshape(-1, len(question))
            block = floats[: len(halves)]
            to_floats(halves, block)
            # Unlike a matrix product, vecdot gives a row the same bits whatever is beside it.
            np.vecdot(block, question, out=cosines[start : start + len(halves)])
        return cosines


def _read(path: Path) -> faiss.IndexScalarQuantizer:
    """The stored vectors of a file, memory-mapped."""
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    halves = faiss.ScalarQuantizer.QT_fp16
    if not isinstance(index, faiss.IndexScalarQuantizer) or index.sq.qtype != halves:
        found = type(index).__name__
        raise DamagedSnapshot(f"{path} is a {found}, not an IndexScalarQuantizer of 16 bits.")
    return index


def _rows(stored: faiss.IndexScalarQuantizer) -> Halves:
    """The stored vectors: (n, dimension). The memory is the index's, and goes with it."""
    size = stored.ntotal * stored.code_size
    halves: Halves = faiss.rev_swig_ptr(stored.codes.data(), size).view(np.float16)
    return halves.reshape(stored.ntotal, stored.d)


def _together(vectors: Iterable[Vectors | Halves]) -> Iterator[tuple[Vectors | Halves, ...]]:
    """Many arrays at once."""
    arrays = iter(vectors)
    while some := tuple(islice(arrays, _TOGETHER)):
        yield some
