"""Contrast that mixing takes, and that is given back."""

import numpy as np

from vidstyle.temporal.blending import ALL, Mask, Picture, Plane
from vidstyle.temporal.contrast import missing_contrast, raise_strokes

_HALF = np.full((45, 80), ALL // 2, np.uint8)


def _differences(seed: int) -> Plane:
    return np.random.default_rng(seed).normal(0, 30, (45, 80)).astype(np.float32)


def _strokes(seed: int) -> Picture:
    random = np.random.default_rng(seed)
    return np.repeat(random.integers(80, 176, (180, 320, 1)), 3, axis=2).astype(np.uint8)


def _all(level: int) -> Mask:
    return np.full((180, 320), level, np.uint8)


def test_where_strokes_do_not_agree_their_mean_lacks_contrast() -> None:
    tenth = np.full_like(_HALF, ALL // 10)
    missing = missing_contrast(_differences(1), _differences(2), tenth)
    # Of two paintings that have nothing to do with each other variances add up.
    lost = 1 / np.sqrt(0.9**2 + 0.1**2) - 1
    assert 1.2 * lost < missing.mean() / 255 < 1.8 * lost


def test_where_they_agree_nothing_is_missing() -> None:
    assert not missing_contrast(_differences(1), _differences(1), _HALF).any()


def test_contrast_is_never_taken_and_not_raised_without_bounds() -> None:
    flat = np.zeros((45, 80), np.float32)
    assert not missing_contrast(flat, _differences(1), _HALF).any()
    opposite = missing_contrast(_differences(1), -_differences(1), _HALF)
    assert np.unique(opposite).size == 1
    assert 0 < opposite[0, 0] < 128


def test_strokes_are_raised_around_the_same_mean() -> None:
    painting = _strokes(3)
    raised = raise_strokes(painting.copy(), _all(128))
    assert 1.4 * painting.std() < raised.std() < 1.6 * painting.std()
    assert abs(raised.mean() - painting.mean()) < 1


def test_strokes_that_lack_nothing_stay() -> None:
    painting = _strokes(4)
    assert np.array_equal(raise_strokes(painting.copy(), _all(0)), painting)
