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
    missing = missing_contrast(_differences(1), _differences(2), _HALF)
    # The mean of two has half of the variance of one.
    assert abs(missing.mean() / 255 - (np.sqrt(2) - 1)) < 0.05


def test_where_they_agree_nothing_is_missing() -> None:
    assert not missing_contrast(_differences(1), _differences(1), _HALF).any()


def test_contrast_is_never_taken_and_at_most_doubled() -> None:
    flat = np.zeros((45, 80), np.float32)
    assert not missing_contrast(flat, _differences(1), _HALF).any()
    opposite = missing_contrast(_differences(1), -_differences(1), _HALF)
    assert (opposite == 255).mean() > 0.9


def test_strokes_are_raised_around_the_same_mean() -> None:
    painting = _strokes(3)
    raised = raise_strokes(painting.copy(), _all(128))
    assert 1.4 * painting.std() < raised.std() < 1.6 * painting.std()
    assert abs(raised.mean() - painting.mean()) < 1


def test_strokes_that_lack_nothing_stay() -> None:
    painting = _strokes(4)
    assert np.array_equal(raise_strokes(painting.copy(), _all(0)), painting)
