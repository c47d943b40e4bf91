"""Frames as layers."""

import cv2
import numpy as np

from vidstyle.layers import layers_of, luma_of, scaled, size_of, spread


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


def test_a_frame_at_another_size() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (8, 12, 3)).astype(np.uint8)
    planes = np.random.default_rng(1).integers(0, 255, (12, 12)).astype(np.uint8)
    assert size_of(rgb) == size_of(planes) == (12, 8)
    for frame in (rgb, planes):
        result = scaled(frame, (6, 4), cv2.INTER_AREA)
        assert size_of(result) == (6, 4)
        for layer, before in zip(layers_of(result), layers_of(frame), strict=True):
            size = (before.shape[1] // 2, before.shape[0] // 2)
            expected = cv2.resize(before, size, interpolation=cv2.INTER_AREA)
            np.testing.assert_array_equal(layer, expected)


def test_light_and_dark() -> None:
    plane = np.full((2, 2), 9, np.uint8)
    assert luma_of(plane) is plane
    assert luma_of(np.full((2, 2, 3), (0, 255, 0), np.uint8)).tolist() == [[150] * 2] * 2


def test_a_value_for_each_number() -> None:
    values = np.array([[1, 2]], np.uint8)
    assert spread(values, np.zeros((1, 2), np.uint8)) is values
    assert spread(values, np.zeros((1, 2, 3), np.uint8)).tolist() == [[[1] * 3, [2] * 3]]
