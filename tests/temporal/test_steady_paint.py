"""Paintings held steady, strip by strip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.temporal.steady_paint import strips


@given(height=st.integers(1, 3000), width=st.integers(1, 5000), channels=st.sampled_from([0, 3]))
def test_strips_are_all_rows_in_order(height: int, width: int, channels: int) -> None:
    shape = (height, width, channels) if channels else (height, width)
    layer = np.broadcast_to(np.uint8(0), shape)
    rows = [row for strip in strips(layer) for row in range(strip.start, strip.stop)]
    assert rows == list(range(height))


@pytest.mark.parametrize("shape", [(720, 1280, 3), (720, 3840)])
def test_a_strip_holds_as_many_numbers_of_any_layer(shape: tuple[int, ...]) -> None:
    first, *_ = strips(np.zeros(shape, np.uint8))
    assert first == slice(0, 51)
