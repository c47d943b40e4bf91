"""Moving pictures along a flow."""

import numpy as np
import pytest

from vidstyle.temporal.blending import Picture, Plane
from vidstyle.temporal.carrying import Carried, padded


def _ramp(height: int = 24, width: int = 32) -> Picture:
    """Four levels a pixel to the right, one downwards."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.dstack([4 * x + y, 2 * x, 3 * y]).astype(np.uint8)


def _flow(x: float, y: float, *, height: int, width: int) -> tuple[Plane, Plane]:
    return np.full((height, width), x, np.float32), np.full((height, width), y, np.float32)


def _carried(picture: Picture, x: Plane, y: Plane) -> Picture:
    """Strip by strip, of unequal height."""
    carried = Carried(padded(picture), x, y)
    return np.vstack([carried[strip] for strip in (slice(0, 5), slice(5, 24))])


@pytest.mark.parametrize(("x", "y"), [(3, 0), (0, -2), (-5, 4)])
def test_it_fetches_from_where_the_flow_points(x: int, y: int) -> None:
    picture = _ramp()
    carried = _carried(picture, *_flow(x, y, height=24, width=32))
    expected = np.roll(picture, (-y, -x), axis=(0, 1))
    assert np.array_equal(carried[6:-6, 6:-6], expected[6:-6, 6:-6])


def test_it_reads_between_pixels() -> None:
    picture = _ramp()
    carried = _carried(picture, *_flow(0.5, 0.0, height=24, width=32))
    middle = (picture[:, :-1].astype(float) + picture[:, 1:]) / 2
    assert np.abs(carried[:, :-1] - middle).max() <= 0.5


def test_a_flow_of_a_smaller_size_means_pixels_of_that_size() -> None:
    picture = _ramp()
    carried = _carried(picture, *_flow(2, 1, height=12, width=16))
    assert np.array_equal(carried[:-2, :-4], picture[2:, 4:])


def test_beyond_the_edges_are_the_edges() -> None:
    picture = _ramp()
    carried = _carried(picture, *_flow(100, 0, height=24, width=32))
    assert np.array_equal(carried, np.repeat(picture[:, -1:], 32, axis=1))


def test_single_pixels_are_those_of_the_whole() -> None:
    picture, flow = _ramp(), _flow(2, 1, height=12, width=16)
    columns, rows = np.meshgrid(np.arange(1, 32, 2), np.arange(1, 24, 2))
    pixels = Carried(padded(picture), *flow).at(columns.astype(np.float32), rows.astype(np.float32))
    assert np.array_equal(pixels, _carried(picture, *flow)[1::2, 1::2])
