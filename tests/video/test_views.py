"""What is shown of a picture and its original."""

import numpy as np
import pytest

from tests.video.making import corners
from vidstyle.video.frame import RgbPicture
from vidstyle.video.views import View, mirrored


def grey(width: int, height: int, value: int) -> RgbPicture:
    return np.full((height, width, 3), value, np.uint8)


def test_plain_is_the_stylised_picture() -> None:
    stylised = grey(8, 6, 200)
    assert View.PLAIN.of(grey(8, 6, 50), stylised) is stylised


def test_side_by_side_shows_both_whole() -> None:
    shown = View.SIDE.of(grey(8, 6, 50), grey(8, 6, 200))
    assert shown.shape == (6, 16, 3)
    assert (shown[:, :8] == 50).all()
    assert (shown[:, 8:] == 200).all()


@pytest.mark.parametrize("width", [8, 9])
def test_split_shows_half_of_each_with_a_line_between(width: int) -> None:
    shown = View.SPLIT.of(grey(width, 6, 50), grey(width, 6, 200))
    assert shown.shape == (6, width, 3)
    assert shown[0, :, 0].tolist() == [50] * 3 + [255] * 2 + [200] * (width - 5)


@pytest.mark.parametrize("view", [View.SPLIT, View.SIDE])
def test_an_original_of_another_size_is_brought_to_the_stylised(view: View) -> None:
    shown = view.of(corners(128, 96), corners(64, 48))
    assert np.abs(shown[:20, :20].astype(int) - corners(64, 48)[:20, :20]).max() == 0
    assert shown.shape[0] == 48


@pytest.mark.parametrize("view", list(View))
def test_pictures_are_left_as_they_are(view: View) -> None:
    original, stylised = grey(8, 6, 50), grey(8, 6, 200)
    view.of(original, stylised)
    assert (original == 50).all()
    assert (stylised == 200).all()


def test_one_pixel_can_be_split() -> None:
    assert View.SPLIT.of(grey(1, 1, 50), grey(1, 1, 200)).shape == (1, 1, 3)


def test_mirrored_exchanges_left_and_right() -> None:
    picture = corners(64, 48)
    assert np.array_equal(mirrored(picture), picture[:, ::-1])
    assert np.array_equal(mirrored(mirrored(picture)), picture)
