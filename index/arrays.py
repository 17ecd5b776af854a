"""The arrays that cross module borders."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Unit vectors: (dimension,), or (n, dimension)."""

Scores = npt.NDArray[np.float64]
"""One score for each of the passages asked about, the higher the better."""

Numbers = npt.NDArray[np.int64]
"""Passages by their number, or sentences by theirs, which is their row among the vectors."""
