"""The sentence vectors of a snapshot: nearest vectors and cosines.

Vectors are stored as 16-bit floating-point numbers. Each cosine is computed from the stored
numbers, in 32 bits. Small collections are searched exactly. Large ones are searched approximately:
see `wherein.index.dense.approximate`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import faiss
import numpy as np

from wherein.index.arrays import Mask, Numbers, Vectors
from wherein.index.dense import approximate
from wherein.index.dense.approximate import ApproximateIndex, make_selector, use_one_thread
from wherein.index.dense.config import DEFAULT_DENSE, DenseConfig
from wherein.index.dense.float16 import Float16Vectors, to_float32
from wherein.index.dense.tuning import Tuning
from wherein.index.errors import DamagedSnapshot

_STORED = "stored.faiss"
_LISTS = "lists.faiss"
_ARRAYS_PER_BATCH = 4096  # each array has the sentences of one passage
_ROWS_PER_BLOCK = 512  # this number of rows stays in the processor's cache


def write(
    folder: Path,
    vectors: Iterable[Vectors | Float16Vectors],
    dimension: int,
    config: DenseConfig = DEFAULT_DENSE,
) -> tuple[int, Tuning | None]:
    """Write unit vectors. The same vectors give the same files.

    The caller flushes the files to disk.

    Args:
        folder: An existing, empty folder.
        vectors: Arrays of shape (n, dimension), in the order of their rows.
        dimension: The number of components of each vector.
        config: When a search is approximate.

    Returns:
        The number of vectors, and how the approximate search was tuned. The latter is None where
        all searches are exact.
    """
    stored = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    for arrays in _batches(vectors):
        stored.add(np.concatenate(arrays, dtype=np.float32))
    faiss.write_index(stored, str(folder / _STORED))
    count = int(stored.ntotal)
    if count <= config.exact_up_to:
        return count, None
    stored = _read(folder / _STORED)  # memory-mapped, so that the system can reclaim the memory
    return count, approximate.write(folder / _LISTS, _rows(stored), config)


class VectorIndex:
    """The vectors of a snapshot, mapped into memory. Several threads may search at once.

    Args:
        folder: A folder that `write` filled.
        config: The value that `write` got.

    Raises:
        DamagedSnapshot: A file holds another type of index.
    """

    def __init__(self, folder: Path, config: DenseConfig = DEFAULT_DENSE) -> None:
        self._config = config
        self._stored = _read(folder / _STORED)
        self._vectors = _rows(self._stored)
        # Each row as one opaque value, because NumPy gathers such rows twice as fast.
        self._opaque_rows = self._vectors.view(f"V{self._vectors.strides[0]}")[:, 0]
        lists = folder / _LISTS
        self._approximate = ApproximateIndex(lists) if lists.exists() else None

    def __len__(self) -> int:
        return len(self._vectors)

    def nearest(self, question: Vectors, limit: int, within: Mask | None = None) -> Numbers:
        """Find the rows with the highest cosines to a question.

        The result is exact up to `DenseConfig.exact_up_to` admitted rows. Beyond that number, it
        has the recall that the build measured.

        Args:
            question: A unit vector: (dimension,).
            limit: The maximum number of rows.
            within: Which rows the filters admit: (rows,). None admits all.

        Returns:
            `limit` rows, or all admitted rows where there are fewer, approximately best first.
        """
        rows = len(self) if within is None else int(np.count_nonzero(within))
        wanted = min(limit, rows)
        if not wanted:
            return np.empty(0, np.int64)
        if self._approximate and rows > self._config.exact_up_to:
            found = self._approximate.nearest(question, wanted, within)
            if len(found) == wanted:
                return found
        return self._exact_nearest(question, wanted, within)

    def stored_rows(self, start: int, stop: int) -> Float16Vectors:
        """Return the rows from `start` up to `stop`, exclusive, as a view of the stored memory.

        The view is valid while the index is open.
        """
        return self._vectors[start:stop]

    def cosines(self, question: Vectors, rows: Numbers) -> Vectors:
        """Compute the cosine of stored vectors to a question.

        Args:
            question: A unit vector: (dimension,).
            rows: The rows, in any order: (n,).

        Returns:
            One cosine a row: (n,), float32.
        """
        cosines = np.empty(len(rows), np.float32)
        buffer = np.empty((min(_ROWS_PER_BLOCK, len(rows)), len(question)), np.float32)
        for start in range(0, len(rows), _ROWS_PER_BLOCK):
            gathered = self._opaque_rows[rows[start : start + _ROWS_PER_BLOCK]].view(np.float16)
            stored = gathered.reshape(-1, len(question))
            block = buffer[: len(stored)]
            to_float32(stored, block)
            # Within a process, vecdot gives a row the same cosine in any selection of rows. A
            # matrix product does not: its order of summation depends on the number of rows.
            np.vecdot(block, question, out=cosines[start : start + len(stored)])
        return cosines

    def _exact_nearest(self, question: Vectors, limit: int, within: Mask | None) -> Numbers:
        use_one_thread()
        parameters = None
        if within is not None:
            parameters = faiss.SearchParameters(sel=make_selector(within))  # type: ignore[call-arg]
        _, rows = self._stored.search(question[np.newaxis], limit, params=parameters)
        found: Numbers = rows[0]
        return found


def _read(path: Path) -> faiss.IndexScalarQuantizer:
    """Map the stored vectors of a file into memory."""
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    float16 = faiss.ScalarQuantizer.QT_fp16
    if not isinstance(index, faiss.IndexScalarQuantizer) or index.sq.qtype != float16:
        raise DamagedSnapshot(
            f"{path} is damaged: it contains an index of type {type(index).__name__}, not 16-bit "
            "vectors. Run `wherein reindex FOLDER` to build a new index."
        )
    return index


def _rows(stored: faiss.IndexScalarQuantizer) -> Float16Vectors:
    """View the memory of an index as rows: (n, dimension). The index must outlive the view."""
    size = stored.ntotal * stored.code_size
    vectors: Float16Vectors = faiss.rev_swig_ptr(stored.codes.data(), size).view(np.float16)
    return vectors.reshape(stored.ntotal, stored.d)


def _batches(
    vectors: Iterable[Vectors | Float16Vectors],
) -> Iterator[tuple[Vectors | Float16Vectors, ...]]:
    """Group arrays into batches."""
    arrays = iter(vectors)
    while batch := tuple(islice(arrays, _ARRAYS_PER_BATCH)):
        yield batch
