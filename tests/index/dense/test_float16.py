"""Conversion of stored 16-bit numbers to 32 bits."""

import numpy as np

from wherein.index.dense.float16 import to_float32


def test_every_finite_number_of_16_bits_is_converted_without_rounding() -> None:
    stored = np.arange(65_536, dtype=np.uint16).view(np.float16)
    stored = stored[np.isfinite(stored)][np.newaxis]
    expected = stored.astype(np.float32).view(np.int32).tolist()  # bits, for the sign of zero
    assert to_float32(stored).view(np.int32).tolist() == expected
    out = np.empty(stored.shape, np.float32)
    assert to_float32(stored, out) is out
    assert out.view(np.int32).tolist() == expected
