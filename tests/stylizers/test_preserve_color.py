from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.stylizers.preserve_color import PreserveColor, with_luma_of
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer

Frames = NDArray[np.uint8]


class Dark(Stylizer):
    """Halves every value; notes what it is told."""

    info = "dark"

    def __init__(self) -> None:
        self.told: list[object] = []

    def set_style(self, styles: Sequence[Style]) -> None:
        self.told.append(styles)

    def stylize(self, frames: Frames) -> Frames:
        return frames // 2

    def reset(self) -> None:
        self.told.append("reset")


def noise(low: int, high: int) -> Frames:
    return np.random.default_rng(low).integers(low, high, (2, 6, 8, 3), np.uint8)


def luma_and_chroma(frames: Frames) -> NDArray[np.int16]:
    rows = frames.reshape(-1, frames.shape[2], 3)
    return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2YCrCb), np.int16)


def test_luma_of_the_stylised_and_chroma_of_the_content() -> None:
    # Mid tones: nothing is clipped.
    stylised, content = noise(100, 140), noise(110, 150)

    result = luma_and_chroma(with_luma_of(stylised, content))

    assert abs(result[..., 0] - luma_and_chroma(stylised)[..., 0]).max() <= 1
    assert abs(result[..., 1:] - luma_and_chroma(content)[..., 1:]).max() <= 2


def test_a_grey_content_stays_grey() -> None:
    content = np.full((1, 4, 4, 3), 90, np.uint8)

    result = with_luma_of(noise(0, 255)[:1, :4, :4], content)

    assert np.ptp(result.astype(int), axis=-1).max() <= 1


def test_red_stays_red() -> None:
    content = np.full((1, 4, 4, 3), (200, 40, 40), np.uint8)

    red, green, blue = PreserveColor(Dark()).stylize(content)[0, 0, 0].astype(int)

    assert red - green > 100
    assert abs(green - blue) <= 2
    assert red < 200


def test_the_wrapped_method_is_told_everything() -> None:
    dark, styles = Dark(), [Style(name="a")]
    stylizer = PreserveColor(dark)

    stylizer.set_style(styles)
    stylizer.reset()

    assert dark.told == [styles, "reset"]
    assert stylizer.info == "dark"


def test_frames_that_are_not_contiguous() -> None:
    wide = noise(0, 255)

    part = wide[:, ::2, 1:7]
    assert PreserveColor(Dark()).stylize(part).shape == part.shape


def test_of_planes_chroma_stays_where_it_is() -> None:
    stylised, content = (noise(low, 256).reshape(2, 12, 12) for low in (0, 1))
    before = content.copy()

    result = with_luma_of(stylised, content)

    assert np.array_equal(result[:, :8], stylised[:, :8])
    assert np.array_equal(result[:, 8:], before[:, 8:])
    assert np.array_equal(content, before)
