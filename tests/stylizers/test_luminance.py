import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Pixels
from vidstyle.stylizers.luminance import fitted_luma, grey, with_luma_of


def test_grey_is_the_luma_in_all_channels() -> None:
    frames = np.zeros((2, 3, 4, 3), np.uint8)
    frames[1] = (255, 0, 0)

    found = grey(frames)

    assert found.shape == frames.shape
    assert np.unique(found[1]).tolist() == [76]


def test_a_style_gets_the_light_of_the_content() -> None:
    draw = np.random.default_rng(0)
    content = np.clip(draw.normal(170, 20, (60, 50, 3)), 0, 255).astype(np.uint8)
    style = np.clip(draw.normal(60, 35, (40, 70, 3)), 0, 255).astype(np.uint8)

    fitted = fitted_luma(grey(style), grey(content)).astype(float)

    wanted = grey(content[np.newaxis]).astype(float)
    assert abs(fitted.mean() - wanted.mean()) < 1
    assert abs(fitted.std() - wanted.std()) < 1


def test_a_flat_style_stays_flat() -> None:
    flat = np.full((8, 8, 3), 30, np.uint8)
    content = np.full((8, 8, 3), 200, np.uint8)

    assert np.unique(fitted_luma(grey(flat), grey(content))).tolist() == [200]


def noise(low: int, high: int, shape: tuple[int, ...] = (6, 8, 3)) -> Pixels:
    return np.random.default_rng(low).integers(low, high, shape, np.uint8)


def luma_and_chroma(frame: Pixels) -> NDArray[np.int16]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb), np.int16)


def test_luma_of_the_stylised_and_chroma_of_the_content() -> None:
    # Mid tones: nothing is clipped.
    stylised, content = noise(100, 140), noise(110, 150)

    result = luma_and_chroma(with_luma_of(stylised, content))

    assert abs(result[..., 0] - luma_and_chroma(stylised)[..., 0]).max() <= 1
    assert abs(result[..., 1:] - luma_and_chroma(content)[..., 1:]).max() <= 2


def test_a_grey_content_stays_grey() -> None:
    content = np.full((4, 4, 3), 90, np.uint8)

    result = with_luma_of(noise(0, 255, content.shape), content)

    assert np.ptp(result.astype(int), axis=-1).max() <= 1


def test_of_planes_chroma_stays_where_it_is() -> None:
    stylised, content = (noise(low, 256, (12, 12)) for low in (0, 1))
    before = content.copy()

    result = with_luma_of(stylised, content)

    assert np.array_equal(result[:8], stylised[:8])
    assert np.array_equal(result[8:], before[8:])
    assert np.array_equal(content, before)


def test_of_planes_the_luma_is_fitted_to_the_content_s() -> None:
    stylised, content = noise(10, 60, (90, 80)), noise(110, 200, (90, 80))
    result = with_luma_of(stylised, content, fitted=True)
    assert abs(result[:60].mean() - content[:60].mean()) < 1
    assert abs(result[:60].std() - content[:60].std()) < 1
