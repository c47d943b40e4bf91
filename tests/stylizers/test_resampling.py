import numpy as np
import pytest

from vidstyle.stylizers.resampling import resampled


def test_size_and_flat_colours_are_kept() -> None:
    picture = np.full((30, 41, 3), (10, 128, 250), np.uint8)

    result = resampled(picture, (17, 12))

    assert result.shape == (12, 17, 3)
    assert (result == (10, 128, 250)).all()


def test_a_little_smaller_stays_sharp() -> None:
    """Averages over areas leave 0.65 of the contrast of these pixels."""
    noise = np.random.default_rng(0).integers(0, 255, (288, 288, 1), np.uint8).repeat(3, axis=2)

    result = resampled(noise, (272, 272))

    assert result.std() > 0.8 * noise.std()


def test_what_is_too_fine_becomes_grey() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, ::2] = 255

    result = resampled(picture, (20, 64))

    assert np.abs(result[:, 2:-2].astype(int) - 128).max() < 12


@pytest.mark.parametrize("size", [(8, 8), (64, 48)])
def test_parts_of_pictures_too(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    part = picture[::2, 10:50]

    assert (resampled(part, size) == resampled(np.ascontiguousarray(part), size)).all()
