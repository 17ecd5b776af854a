"""Vectors are scaled to unit length."""

import numpy as np

from wherein.index.encoding.unit_length import to_unit_length


def test_rows_get_length_1_and_zeros_stay() -> None:
    scaled = to_unit_length(np.array([[3, 4], [0, 0], [0, -2]], np.float32))
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0.0, 0.0], [0.0, -1.0]], rtol=1e-6)
    assert scaled.dtype == np.float32


def test_one_vector_keeps_its_shape() -> None:
    np.testing.assert_allclose(to_unit_length(np.array([0, 5], np.float32)), [0, 1])
