"""Detail that a smaller working size lost."""

import cv2
import numpy as np

from vidstyle.layers import Pixels, layers_of
from vidstyle.video.detail import restore_detail
from vidstyle.video.frame import RgbPicture


def _lines() -> RgbPicture:
    """Thin dark lines on grey: too fine for half the size."""
    picture = np.full((64, 96, 3), 160, np.uint8)
    picture[:, ::4] = 90
    return picture


def _halved(picture: RgbPicture) -> RgbPicture:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _contrast(picture: RgbPicture) -> float:
    return float(picture[8:-8, 8:-8].astype(float).std())


def test_fine_lines_come_back() -> None:
    source = _lines()
    plain = restore_detail(_halved(source), source, amount=0.0)
    detailed = restore_detail(_halved(source), source, amount=1.0)
    assert plain.shape == detailed.shape == source.shape
    assert _contrast(plain) < 1
    assert _contrast(detailed) > 0.6 * _contrast(source)


def test_planes_get_the_same_detail_and_keep_their_chroma() -> None:
    source, paint = _lines(), np.full((16, 24, 3), (200, 100, 60), np.uint8)
    by_rgb = _planes(restore_detail(paint, source))
    luma, *chroma = layers_of(restore_detail(_planes(paint), _planes(source)))
    expected, *expected_chroma = layers_of(by_rgb)
    # The most that is added is a little more where white is 235.
    assert abs(luma.astype(int) - expected).max() <= 6
    for plane, other in zip(chroma, expected_chroma, strict=True):
        assert abs(plane.astype(int) - other).max() <= 2


def _planes(picture: RgbPicture) -> Pixels:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)


def test_colours_stay_those_of_the_paint() -> None:
    source = _lines()
    paint = np.zeros((16, 24, 3), np.uint8)
    paint[:] = (200, 100, 60)
    detailed = restore_detail(paint, source, amount=1.0)
    difference = detailed.astype(int) - (200, 100, 60)
    assert np.ptp(difference, axis=2).max() == 0


def test_a_picture_of_the_same_size_is_left_alone() -> None:
    source = _lines()
    paint = 255 - source
    assert np.array_equal(restore_detail(paint, source, amount=1.0), paint)


def test_bright_and_dark_do_not_wrap() -> None:
    source = _lines()
    for level in (0, 255):
        paint = np.full((16, 24, 3), level, np.uint8)
        assert abs(restore_detail(paint, source, amount=1.0).astype(int) - level).max() <= 41
