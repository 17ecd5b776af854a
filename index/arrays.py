"""The arrays that cross module borders."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Unit vectors: (dimension,), or (n, dimension)."""

Scores = npt.NDArray[np.float64]
"""One score for each of the passages asked about, the higher the better."""

Mask = npt.NDArray[np.bool_]
"""For each passage or sentence whether it is one of those that are meant."""

Numbers = npt.NDArray[np.int64]
"""Passages by their number, or sentences by theirs, which is their row among the vectors."""
