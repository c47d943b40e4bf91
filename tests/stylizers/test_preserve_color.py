"""Methods whose colours are not wanted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vidstyle.stylizers.luminance import grey
from vidstyle.stylizers.preserve_color import PreserveColor
from vidstyle.stylizers.style import Style
from vidstyle.stylizers.stylizer import Stylizer

Frames = NDArray[np.uint8]


class Dark(Stylizer):
    """Upside down, dark and pale; notes what it is told."""

    info = "dark"

    def __init__(self) -> None:
        self.told: list[object] = []

    def set_style(self, styles: Sequence[Style]) -> None:
        self.told.append(styles)

    def stylize(self, frames: Frames) -> Frames:
        return frames[:, ::-1] // 4

    def reset(self) -> None:
        self.told.append("reset")


def noise() -> Frames:
    """Two frames, the second of which is darker."""
    frames = np.random.default_rng(0).integers(70, 130, (2, 30, 40, 3), np.uint8)
    frames[0] += 60
    return frames


def test_each_frame_is_as_light_and_as_rich_in_contrast_as_its_content() -> None:
    content = noise()
    result = PreserveColor(Dark()).stylize(content)
    for own, wanted, upside_down in zip(
        grey(result), grey(content), grey(content[:, ::-1]), strict=True
    ):
        assert abs(own.mean() - wanted.mean()) < 1
        assert abs(own.std() - wanted.std()) < 1
        assert abs(own.astype(int) - upside_down).mean() < 3


def test_red_stays_red() -> None:
    content = np.full((1, 4, 4, 3), (200, 40, 40), np.uint8)
    red, green, blue = PreserveColor(Dark()).stylize(content)[0, 0, 0].astype(int)
    assert red - green > 100
    assert abs(green - blue) <= 2


def test_the_wrapped_method_is_told_everything() -> None:
    dark, styles = Dark(), [Style(name="a")]
    stylizer = PreserveColor(dark)

    stylizer.set_style(styles)
    stylizer.reset()

    assert dark.told == [styles, "reset"]
    assert stylizer.info == "dark"


def test_no_frames_are_none() -> None:
    assert PreserveColor(Dark()).stylize(noise()[:0]).shape == (0, 30, 40, 3)


def test_frames_that_are_not_contiguous() -> None:
    part = noise()[:, ::2, 1:7]
    assert PreserveColor(Dark()).stylize(part).shape == part.shape
