"""Pictures strip by strip."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.temporal.strips import Enlarged, strips


@given(height=st.integers(1, 3000), width=st.integers(1, 5000))
def test_strips_are_all_rows_in_order(height: int, width: int) -> None:
    rows = [row for strip in strips(height, width) for row in range(strip.start, strip.stop)]
    assert rows == list(range(height))


def test_strips_of_a_plane_are_what_all_of_it_would_be() -> None:
    plane = np.random.default_rng(0).normal(size=(9, 16)).astype(np.float32)
    enlarged = Enlarged(plane, (72, 128))
    parts = [enlarged[slice(first, first + 8)] for first in range(0, 72, 8)]
    np.testing.assert_allclose(np.vstack(parts), cv2.resize(plane, (128, 72)), atol=1e-5)
