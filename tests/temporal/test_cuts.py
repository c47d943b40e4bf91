"""Where a new scene begins."""

import cv2
import numpy as np
import pytest

from vidstyle.temporal.blending import Picture
from vidstyle.temporal.cuts import CutDetector


def _scene(seed: int, colour: tuple[int, int, int]) -> Picture:
    noise = np.random.default_rng(seed).normal(size=(180, 320, 1)).astype(np.float32)
    shapes = cv2.GaussianBlur(noise, (0, 0), 20)[..., np.newaxis]
    shapes *= 60 / shapes.std()
    return np.clip(np.array(colour) + shapes, 0, 255).astype(np.uint8)


_FIRST, _SECOND = _scene(1, (150, 120, 60)), _scene(2, (60, 90, 170))


def test_another_scene_is_a_cut_and_the_same_one_is_none() -> None:
    is_cut = CutDetector()
    assert [is_cut(picture) for picture in (_FIRST, _FIRST, _SECOND, _SECOND, _FIRST)] == [
        *(False, False, True, False, True)
    ]


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_no_scene(level: int) -> None:
    is_cut, blank = CutDetector(), np.full((180, 320, 3), level, np.uint8)
    assert [is_cut(picture) for picture in (_FIRST, blank, _FIRST, blank, _SECOND)] == [
        *(False, False, False, False, True)
    ]


def test_motion_and_a_change_of_light_are_no_cuts() -> None:
    is_cut = CutDetector()
    moved = np.roll(_FIRST, 25, axis=1)
    brighter = np.clip(moved.astype(int) + 40, 0, 255).astype(np.uint8)
    assert not any(is_cut(picture) for picture in (_FIRST, moved, brighter))


def test_after_a_reset_the_first_picture_begins_nothing() -> None:
    is_cut = CutDetector()
    is_cut(_FIRST)
    is_cut.reset()
    assert not is_cut(_SECOND)
