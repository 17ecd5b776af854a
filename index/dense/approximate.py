"""Codes of very many vectors, in lists of those that are near each other: what is near a question?

FAISS's IVF, with four numbers in four bits (product quantization), which are looked up in registers
("fast scan"). Up to LISTS_BEYOND vectors stand in one list, all of which a question is compared
with. Of more lists it probes as many as a build finds that it takes to find what comparing with
all vectors finds, and no fewer than hold LISTS_BEYOND.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from wherein.index.arrays import Mask, Numbers, Vectors
from wherein.index.dense.float16 import Halves, to_floats
from wherein.index.encoding.cores import cores
from wherein.index.errors import DamagedSnapshot

LISTS_BEYOND = 4_000_000
"""So many codes are compared with every question, which takes 5 ms on one core."""

TARGET = 0.99
"""The share of the ten nearest that is to be found: so many lists are probed that it is."""

_NEAREST = 10
_COMPARED = (
    1000  # so many that the lists find are compared exactly: samples are harder than questions
)
_SAMPLES = 256
_MIXED = 4  # vectors make a sample, whose nearest are as hard to find as those of a question
_POINTS = 40  # vectors of which a list's centre is made
_ROUNDS = 6
_LEAST_POINTS = 10_000  # of which the codes are made
_SEED = 1
_BLOCK = 4096  # rows that are taken at once; more do not stay in the cache


@dataclass(frozen=True, slots=True)
class Tuning:
    """There are so many `lists`, and a question probes so many, which finds the share `recall`.

    That is of the ten nearest vectors, measured on `samples`, means of vectors that are stored.
    """

    lists: int
    probes: int
    recall: float
    samples: int


class Lists:
    """Finds rows that are near a question. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(index, faiss.IndexIVFPQFastScan):
            found = type(index).__name__
            raise DamagedSnapshot(f"{path} is a {found}, not an IndexIVFPQFastScan.")
        assert index.invlists is not None
        self._index, self._lists = index, index.invlists
        self._sizes = np.array([self._lists.list_size(i) for i in range(index.nlist)])

    def nearest(self, question: Vectors, limit: int, within: Mask | None = None) -> Numbers:
        """At most `limit` rows, those that come first in the lists that are probed.

        `within` says of each row whether it may be among them: (rows,). Then as many more lists are
        probed as it takes to compare with as many rows as without it.
        """
        one_thread()
        probes = self._index.nprobe if within is None else self._probes(question, within)
        sel = None if within is None else selector(within)
        chosen = faiss.SearchParametersIVF(nprobe=probes, sel=sel)  # type: ignore[call-arg]
        _, rows = self._index.search(question[np.newaxis], limit, params=chosen)
        found: Numbers = rows[0][rows[0] >= 0]
        return found

    def _probes(self, question: Vectors, within: Mask) -> int:
        """In how many lists there are as many rows that may be found as else would be probed."""
        _, order = self._index.quantizer.search(question[np.newaxis], self._index.nlist)
        wanted = int(self._sizes[order[0, : self._index.nprobe]].sum())
        found = 0
        for probed, number in enumerate(order[0].tolist(), 1):
            rows = faiss.rev_swig_ptr(self._lists.get_ids(number), int(self._sizes[number]))
            found += int(np.count_nonzero(within[rows]))
            if found >= wanted:
                return probed
        return int(self._index.nlist)


def one_thread() -> None:
    """Have FAISS search in the calling thread alone: others are at other questions."""
    faiss.omp_set_num_threads(1)


def selector(within: Mask) -> faiss.IDSelector:
    """The rows that may be found, as FAISS takes them; (rows,) is whether each may."""
    return faiss.IDSelectorBitmap(np.packbits(within, bitorder="little"))  # type: ignore[call-arg, arg-type]


def write(path: Path, rows: Halves) -> Tuning:
    """Make lists of the rows, tune and write them: equal rows, equal lists, on any cores.

    What FAISS does it does in one thread, so that no sum depends on how many there are.
    """
    with ThreadPoolExecutor(cores(), initializer=one_thread) as pool:
        index = pool.submit(_filled, rows).result()
        samples = _samples(rows)
        nearest = _merged(pool.map(partial(_nearest_in, rows, samples), _blocks(len(rows))))
        tuning = pool.submit(_tune, index, rows, samples, *nearest).result()
    faiss.write_index(index, str(path))
    return tuning


def _filled(rows: Halves) -> faiss.IndexIVFPQFastScan:
    """The lists with all the rows. Their centres and codes are made from rows evenly spaced."""
    lists = round(len(rows) ** 0.5) if len(rows) > LISTS_BEYOND else 1
    dimension = rows.shape[1]
    codes = max(n for n in range(1, max(2, dimension // 4 + 1)) if dimension % n == 0)
    kind = f"IVF{lists},PQ{codes}x4fs"
    made = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
    index = cast("faiss.IndexIVFPQFastScan", made)
    index.cp.niter, index.cp.seed = _ROUNDS, _SEED
    index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, _POINTS
    index.train(_spaced(rows, max(_POINTS * lists, _LEAST_POINTS)))
    for block in _blocks(len(rows)):
        index.add(_floats(rows[block]))
    return index


def _tune(
    index: faiss.IndexIVFPQFastScan,
    rows: Halves,
    samples: Vectors,
    nearest: Numbers,
    cosines: Vectors,
) -> Tuning:
    """Set how many lists are probed, by samples and what is nearest to them: (samples, _NEAREST).

    A few more are probed than planned where it takes them, since the codes are not exact.
    """
    # In the order in which a sample probes the lists, the place of the list of each of its nearest.
    _, order = index.quantizer.search(samples, index.nlist)
    owners = index.quantizer.search(_floats(rows[nearest.ravel()]), 1)[1].reshape(nearest.shape)
    places = np.take_along_axis(np.argsort(order, axis=1), owners, axis=1)
    planned = 1 + int(np.quantile(places, TARGET, method="higher"))
    index.nprobe = max(planned, ceil(index.nlist * min(1, LISTS_BEYOND / len(rows))))
    while True:
        recall = _recall(index, rows, samples, cosines[:, -1])
        if recall >= TARGET or index.nprobe == index.nlist:
            return Tuning(index.nlist, index.nprobe, round(recall, 4), len(samples))
        index.nprobe = min(index.nlist, index.nprobe + 1 + index.nprobe // 8)


def _samples(rows: Halves) -> Vectors:
    """Means of vectors evenly spaced and some others, which are about as near to them as questions.

    Made unit vectors: (samples, dimension).
    """
    others = np.random.default_rng(_SEED).integers(len(rows), size=(_SAMPLES, _MIXED - 1))
    sums = _spaced(rows, _SAMPLES)
    sums += _floats(rows[others[: len(sums)].ravel()]).reshape(len(sums), -1, rows.shape[1]).sum(1)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    unit: Vectors = (sums / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit


_Nearest = tuple[Numbers, Vectors]
"""Rows that are nearest to each sample, the nearest first, and their cosines."""


def _nearest_in(rows: Halves, samples: Vectors, block: slice) -> _Nearest:
    """Those of a block: (samples, _NEAREST)."""
    floats = _floats(rows[block])
    cosines, numbers = faiss.knn(samples, floats, _NEAREST, metric=faiss.METRIC_INNER_PRODUCT)
    return numbers + block.start, cosines


def _merged(blocks: Iterable[_Nearest]) -> _Nearest:
    """Those of all blocks: (samples, _NEAREST)."""
    all_numbers, all_cosines = zip(*blocks, strict=True)
    numbers, cosines = np.concatenate(all_numbers, axis=1), np.concatenate(all_cosines, axis=1)
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :_NEAREST]
    return np.take_along_axis(numbers, best, axis=1), np.take_along_axis(cosines, best, axis=1)


def _recall(
    index: faiss.IndexIVFPQFastScan, rows: Halves, samples: Vectors, worst: Vectors
) -> float:
    """The share of the nearest that is found. What is as near as the `worst` of them counts."""
    _, found = index.search(samples, _COMPARED)
    shares = []
    for sample, numbers, least in zip(samples, found, worst, strict=True):
        cosines = _floats(rows[numbers[numbers >= 0]]) @ sample
        near = int(np.count_nonzero(cosines >= least - 1e-6))
        shares.append(min(near, _NEAREST) / _NEAREST)
    return float(np.mean(shares))


def _spaced(rows: Halves, wanted: int) -> Vectors:
    """So many rows, evenly spaced; all where there are no more."""
    wanted = min(wanted, len(rows))
    return _floats(rows[np.arange(wanted) * len(rows) // wanted])


def _floats(rows: Halves) -> Vectors:
    floats = np.empty(rows.shape, np.float32)
    to_floats(rows, floats)
    return floats


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _BLOCK):
        yield slice(start, min(start + _BLOCK, count))
