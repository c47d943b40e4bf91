"""Pictures keep their shape in frames of another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.video.making import corners, looks_like_corners
from vidstyle.video.convert import Size
from vidstyle.video.letterbox import Rectangle, fitted, letterboxed, scaled

sizes = st.builds(Size, st.integers(1, 4000), st.integers(1, 4000))


@pytest.mark.parametrize(
    ("size", "into", "place"),
    [
        (Size(640, 360), Size(1280, 720), Rectangle(0, 0, 1280, 720)),
        (Size(640, 360), Size(640, 480), Rectangle(0, 60, 640, 360)),
        (Size(480, 640), Size(640, 480), Rectangle(140, 0, 360, 480)),
        (Size(4000, 1), Size(10, 10), Rectangle(0, 4, 10, 1)),
    ],
)
def test_places(size: Size, into: Size, place: Rectangle) -> None:
    assert fitted(size, into) == place


@given(size=sizes, into=sizes)
def test_a_place_is_inside_touches_two_edges_and_keeps_the_shape(size: Size, into: Size) -> None:
    place = fitted(size, into)
    assert place.width == into.width or place.height == into.height
    assert 0 <= place.left <= into.width - place.width
    assert 0 <= place.top <= into.height - place.height
    assert abs(into.width - place.width - 2 * place.left) <= 1
    scale = min(into.width / size.width, into.height / size.height)
    assert place.width == pytest.approx(max(1, size.width * scale), abs=0.51)
    assert place.height == pytest.approx(max(1, size.height * scale), abs=0.51)


@given(shape=st.integers(1, 60), scale=st.integers(1, 40))
def test_equal_shapes_leave_no_bars(shape: int, scale: int) -> None:
    size, into = Size(16 * shape, 9 * shape), Size(16 * scale, 9 * scale)
    assert fitted(size, into) == Rectangle(0, 0, into.width, into.height)


def test_bars_are_black_and_the_picture_is_whole() -> None:
    framed = letterboxed(corners(64, 48), Size(128, 48))
    assert framed.shape == (48, 128, 3)
    assert not framed[:, :32].any()
    assert not framed[:, -32:].any()
    assert np.array_equal(framed[:, 32:-32], corners(64, 48))


@pytest.mark.parametrize("size", [Size(32, 24), Size(128, 96)])
def test_scales_up_and_down(size: Size) -> None:
    picture = letterboxed(corners(64, 48), size)
    assert picture.shape == (size.height, size.width, 3)
    assert looks_like_corners(picture, corners(size.width, size.height))


def test_a_picture_of_that_size_is_itself() -> None:
    picture = corners(64, 48)
    assert letterboxed(picture, Size(64, 48)) is picture
    assert scaled(picture, Size(64, 48)) is picture
