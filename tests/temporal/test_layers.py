"""Frames as layers."""

import numpy as np

from vidstyle.temporal.layers import layers_of, luma_of, spread


def test_rgb_is_one_layer() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    (layer,) = layers_of(picture)
    assert layer is picture


def test_planes_are_three_in_the_memory_of_the_frame() -> None:
    # Rows of chroma do not fill rows of luma.
    planes = np.arange(9 * 6, dtype=np.uint8).reshape(9, 6)
    luma, u, v = layers_of(planes)
    assert (luma.shape, u.shape, v.shape) == ((6, 6), (3, 3), (3, 3))
    assert u.ravel().tolist() == list(range(36, 45))
    assert v.ravel().tolist() == list(range(45, 54))
    for layer in (luma, u, v):
        layer[...] = 7
    assert (planes == 7).all()


def test_light_and_dark() -> None:
    plane = np.full((2, 2), 9, np.uint8)
    assert luma_of(plane) is plane
    assert luma_of(np.full((2, 2, 3), (0, 255, 0), np.uint8)).tolist() == [[150] * 2] * 2


def test_a_value_for_each_number() -> None:
    values = np.array([[1, 2]], np.uint8)
    assert spread(values, np.zeros((1, 2), np.uint8)) is values
    assert spread(values, np.zeros((1, 2, 3), np.uint8)).tolist() == [[[1] * 3, [2] * 3]]
