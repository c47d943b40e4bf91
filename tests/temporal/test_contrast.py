"""Contrast that mixing takes, and that is given back."""

import numpy as np

from vidstyle.temporal.blending import Picture
from vidstyle.temporal.contrast import ContrastKeeper

_LOW = (80, 45)


def _strokes(seed: int) -> Picture:
    random = np.random.default_rng(seed)
    return np.repeat(random.integers(80, 176, (180, 320, 1)), 3, axis=2).astype(np.uint8)


def test_a_mean_of_two_paintings_regains_the_contrast_of_one() -> None:
    first, second = _strokes(1), _strokes(2)
    mean = ((first.astype(int) + second) // 2).astype(np.uint8)
    kept = ContrastKeeper()(mean, second, low=_LOW)
    assert mean.std() < 0.75 * second.std()
    assert 0.93 * second.std() < kept.std() < 1.07 * second.std()
    assert abs(kept.mean() - mean.mean()) < 1


def test_a_painting_that_has_its_contrast_does_not_change() -> None:
    painting = _strokes(3)
    assert np.array_equal(ContrastKeeper()(painting, painting, low=_LOW), painting)


def test_contrast_is_never_taken() -> None:
    painting, flat = _strokes(4), np.full((180, 320, 3), 128, np.uint8)
    assert np.array_equal(ContrastKeeper()(painting, flat, low=_LOW), painting)


def test_contrast_is_at_most_doubled() -> None:
    strong = _strokes(5)
    weak = (128 + (strong.astype(int) - 128) // 8).astype(np.uint8)
    kept = ContrastKeeper()(weak, strong, low=_LOW)
    assert 1.8 * weak.std() < kept.std() < 2.1 * weak.std()
