"""How near pictures and numbers are to a reference."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vidstyle.engines import Precision
from vidstyle.engines.parity import ALIKE, ParityError, check_parity
from vidstyle.runs.parity import measure_parity
from vidstyle.runs.trial_pictures import trial_pictures

Pictures = NDArray[np.uint8]


@pytest.fixture(scope="module")
def content() -> Pictures:
    return np.asarray(trial_pictures(Precision.FP32).frames(96, 128)[0])


@pytest.fixture(scope="module")
def painted() -> Pictures:
    """Another picture with plenty of texture stands for what a network makes of the content."""
    style = trial_pictures(Precision.FP32).styles[0][0]
    return np.asarray(cv2.resize(style, (128, 96), interpolation=cv2.INTER_AREA), np.uint8)[None]


def test_the_same_pictures(painted: Pictures, content: Pictures) -> None:
    same = measure_parity(painted, painted, content)
    assert same.psnr == ALIKE
    assert same.ssim == pytest.approx(1)
    assert same.drift == 0


def test_pictures_that_are_one_level_off(painted: Pictures, content: Pictures) -> None:
    darker = np.minimum(painted, 254)
    parity = measure_parity(darker, darker + np.uint8(1), content)
    assert parity.psnr == pytest.approx(48.13, abs=0.01), "20 log10 255"
    assert parity.ssim == pytest.approx(1, abs=1e-3)
    assert parity.drift is not None
    assert 0.001 < parity.drift < 0.03


def test_texture_that_is_lost_fails_although_the_pixels_are_near(
    painted: Pictures, content: Pictures
) -> None:
    levels = painted.astype(float)
    # Pixels in the middle hardly change with the contrast; the texture's strength does.
    flatter = np.round((levels - levels.mean()) * 0.965 + levels.mean()).astype(np.uint8)
    parity = measure_parity(painted, flatter, content)

    assert parity.psnr >= 40
    with pytest.raises(ParityError, match=r"\(style \d\.\d% off, allowed are 3%\)"):
        check_parity(parity, precision=Precision.BF16, what="tiny")


def test_the_unchanged_content_is_all_of_the_way_off(painted: Pictures, content: Pictures) -> None:
    assert measure_parity(painted, content, content).drift == pytest.approx(1)


def test_what_leaves_the_content_as_it_is_has_no_style_to_lose(content: Pictures) -> None:
    noise = np.random.default_rng(0).integers(-1, 2, content.shape)
    nearly = np.clip(content.astype(int) + noise, 0, 255).astype(np.uint8)
    drift = measure_parity(content, nearly, content).drift
    assert drift is not None
    assert drift < 0.03


def test_numbers_are_compared_relative_to_their_size() -> None:
    numbers = np.full((2, 3), 50, np.float32)
    assert measure_parity(numbers, numbers * 1.01, numbers).psnr == pytest.approx(40, abs=0.01)
    same = measure_parity(numbers, numbers, numbers)
    assert (same.psnr, same.ssim, same.drift) == (ALIKE, None, None)


def test_what_is_no_number_does_not_pass() -> None:
    numbers = np.full((2, 3), 50, np.float32)
    parity = measure_parity(numbers, numbers * np.nan, numbers)
    with pytest.raises(ParityError):
        check_parity(parity, precision=Precision.FP32, what="tiny")
