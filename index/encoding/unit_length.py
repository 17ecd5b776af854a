"""Scales vectors to unit length, so that a dot product is a cosine."""

import numpy as np

from wherein.index.arrays import Vectors


def to_unit_length(vectors: Vectors) -> Vectors:
    """Scale vectors to length 1.

    Args:
        vectors: One vector, (dimension,), or several, (n, dimension).

    Returns:
        The scaled vectors, in the same shape, float32. A vector of zeros stays as it is: no token
        contributed to it.
    """
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return unit
