"""Approximate search over the codes of many vectors: an inverted file with product quantization.

FAISS's IndexIVFPQFastScan. Product quantization (Jégou et al. 2011) stores four components of a
vector in four bits. "Fast scan" (André et al. 2015) looks the codes up in registers. Up to
`DenseConfig.single_list_up_to` vectors form one list, which every search reads. More vectors are
divided into lists of similar vectors, and a search reads (probes) the lists nearest to the
question. The build measures how many lists a search must probe: see `wherein.index.dense.tuning`.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import ceil
from pathlib import Path
from typing import cast

import faiss
import numpy as np

from wherein.index.arrays import Mask, Numbers, Vectors
from wherein.index.dense.config import DenseConfig
from wherein.index.dense.float16 import Float16Vectors, to_float32
from wherein.index.dense.tuning import (
    SEED,
    Tuning,
    blocks,
    evenly_spaced,
    make_samples,
    merge_nearest,
    nearest_in_block,
    tune,
)
from wherein.index.encoding.cores import cores
from wherein.index.errors import DamagedSnapshot

_TRAINING_ITERATIONS = 6
_TRAINING_VECTORS_PER_LIST = 40
_MIN_TRAINING_VECTORS = 10_000


class ApproximateIndex:
    """Finds rows that are near a question. Several threads may search at once.

    Args:
        path: A file that `write` made.

    Raises:
        DamagedSnapshot: The file holds another type of index.
    """

    def __init__(self, path: Path) -> None:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(index, faiss.IndexIVFPQFastScan):
            raise DamagedSnapshot(
                f"{path} is damaged: it contains an index of type {type(index).__name__}, not an "
                "IndexIVFPQFastScan. Run `wherein reindex FOLDER` to build a new index."
            )
        assert index.invlists is not None
        self._index, self._lists = index, index.invlists
        self._list_sizes = np.array([self._lists.list_size(i) for i in range(index.nlist)])

    def nearest(self, question: Vectors, limit: int, within: Mask | None = None) -> Numbers:
        """Find rows near a question in the lists that a search probes.

        Under a filter, a search probes more lists, until these hold as many admitted rows as the
        lists of a search without a filter hold rows.

        Args:
            question: A unit vector: (dimension,).
            limit: The maximum number of rows.
            within: Which rows the filters admit: (rows,). None admits all.

        Returns:
            At most `limit` rows, approximately best first.
        """
        use_one_thread()
        nprobe = self._index.nprobe if within is None else self._probes_within(question, within)
        selector = None if within is None else make_selector(within)
        parameters = faiss.SearchParametersIVF(nprobe=nprobe, sel=selector)  # type: ignore[call-arg]
        _, rows = self._index.search(question[np.newaxis], limit, params=parameters)
        found: Numbers = rows[0][rows[0] >= 0]
        return found

    def _probes_within(self, question: Vectors, within: Mask) -> int:
        """Count the lists to probe for as many admitted rows as a search otherwise compares."""
        _, order = self._index.quantizer.search(question[np.newaxis], self._index.nlist)
        wanted = int(self._list_sizes[order[0, : self._index.nprobe]].sum())
        admitted = 0
        for probed, number in enumerate(order[0].tolist(), 1):
            rows = faiss.rev_swig_ptr(self._lists.get_ids(number), int(self._list_sizes[number]))
            admitted += int(np.count_nonzero(within[rows]))
            if admitted >= wanted:
                return probed
        return int(self._index.nlist)


def use_one_thread() -> None:
    """Make FAISS search in the calling thread only: other threads search for other questions."""
    faiss.omp_set_num_threads(1)


def make_selector(within: Mask) -> faiss.IDSelector:
    """Make the FAISS selector of the admitted rows.

    Args:
        within: Which rows may be found: (rows,).

    Returns:
        A bitmap of the rows.
    """
    return faiss.IDSelectorBitmap(np.packbits(within, bitorder="little"))  # type: ignore[call-arg, arg-type]


def write(path: Path, rows: Float16Vectors, config: DenseConfig) -> Tuning:
    """Build, tune and write the lists. The number of cores does not change the file.

    Each FAISS call uses one thread, so that no sum depends on the number of threads.

    Args:
        path: The file to write.
        rows: All stored vectors: (rows, dimension).
        config: When vectors are divided into lists, and the recall to reach.

    Returns:
        The number of lists, the number that a search probes, and the measured recall.
    """
    with ThreadPoolExecutor(cores(), initializer=use_one_thread) as pool:
        index = pool.submit(_build, rows, config).result()
        samples = make_samples(rows)
        nearest = pool.map(partial(nearest_in_block, rows, samples), blocks(len(rows)))
        # At least the lists that hold `single_list_up_to` vectors.
        least = ceil(index.nlist * min(1, config.single_list_up_to / len(rows)))
        tuning = pool.submit(
            tune, index, rows, merge_nearest(samples, nearest), least, config.target_recall
        ).result()
    faiss.write_index(index, str(path))
    return tuning


def _build(rows: Float16Vectors, config: DenseConfig) -> faiss.IndexIVFPQFastScan:
    """Train the lists and the codes with evenly spaced rows, then add all rows."""
    nlist = round(len(rows) ** 0.5) if len(rows) > config.single_list_up_to else 1
    dimension = rows.shape[1]
    codes = max(n for n in range(1, max(2, dimension // 4 + 1)) if dimension % n == 0)
    kind = f"IVF{nlist},PQ{codes}x4fs"
    made = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
    index = cast("faiss.IndexIVFPQFastScan", made)
    index.cp.niter, index.cp.seed = _TRAINING_ITERATIONS, SEED
    index.cp.min_points_per_centroid = 1
    index.cp.max_points_per_centroid = _TRAINING_VECTORS_PER_LIST
    wanted = max(_TRAINING_VECTORS_PER_LIST * nlist, _MIN_TRAINING_VECTORS)
    index.train(evenly_spaced(rows, wanted))
    for block in blocks(len(rows)):
        index.add(to_float32(rows[block]))
    return index
