"""FAISS: the sentence vectors of a snapshot, and the nearest of them to a question."""

from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np

from index.arrays import Mask, Numbers, Vectors
from index.errors import DamagedSnapshot


def write(path: Path, vectors: Iterable[Vectors], dimension: int) -> int:
    """Write unit vectors, given as arrays (n, dimension) in the order of their rows; their number.

    The file is not flushed to disk; the caller does that.
    """
    index = faiss.IndexFlatIP(dimension)
    for array in vectors:
        index.add(array)
    faiss.write_index(index, str(path))
    return int(index.ntotal)


class VectorIndex:
    """The vectors of a snapshot, memory-mapped. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(index, faiss.IndexFlatIP):
            raise DamagedSnapshot(f"{path} is a {type(index).__name__}, not an IndexFlatIP.")
        self._index = index
        shape = (index.ntotal, index.d)
        self._vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(
            shape
        )

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, question: Vectors, limit: int, within: Mask | None = None) -> Numbers:
        """The rows with the highest cosine to the question, best first: at most `limit`.

        `within` says of each row whether it may be among them: (rows,).
        """
        most = min(limit, len(self) if within is None else int(within.sum()))
        if not most:
            return np.empty(0, np.int64)
        chosen = None
        if within is not None:
            bits = np.packbits(within, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            chosen = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, rows = self._index.search(question[np.newaxis], most, params=chosen)
        found: Numbers = rows[0]
        return found

    def cosines(self, question: Vectors, rows: Numbers) -> Vectors:
        """The exact cosine of each row to the question: (rows,)."""
        # Unlike a matrix product, einsum gives a row the same bits whatever rows are beside it.
        cosines: Vectors = np.einsum("ij,j->i", self._vectors[rows], question)
        return cosines
