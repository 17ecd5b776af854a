"""16-bit floating-point numbers, as vectors are stored (IEEE 754 binary16)."""

import numpy as np
import numpy.typing as npt

from wherein.index.arrays import Vectors

Float16Vectors = npt.NDArray[np.float16]
"""Stored vectors: (n, dimension). Each number is finite."""

_CLEAR_COPIED_SIGN = np.int32(~0x70000000)  # the shift below copies the sign into three more bits
_BIAS_DIFFERENCE = np.float32(2.0**112)  # between the exponents of binary32 and binary16


def to_float32(stored: Float16Vectors, out: Vectors | None = None) -> Vectors:
    """Convert numbers to 32 bits without rounding, faster than NumPy's own cast.

    Args:
        stored: Finite numbers: (n, dimension), float16.
        out: Where to write the result. None makes a new array.

    Returns:
        The same numbers: (n, dimension), float32.
    """
    result = np.empty(stored.shape, np.float32) if out is None else out
    bits = result.view(np.int32)
    np.copyto(bits, stored.view(np.int16))
    np.left_shift(bits, 13, out=bits)
    np.bitwise_and(bits, _CLEAR_COPIED_SIGN, out=bits)
    np.multiply(result, _BIAS_DIFFERENCE, out=result)
    return result
