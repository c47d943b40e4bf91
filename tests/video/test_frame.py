"""One picture of a video."""

from fractions import Fraction

import av
import numpy as np
import pytest

from vidstyle.video.frame import Frame, Picture


def frame(picture: Picture) -> Frame:
    return Frame(picture=picture, index=0, pts=0, time_base=Fraction(1, 30))


def test_rgb_and_planes_are_told_apart() -> None:
    rgb, planes = np.zeros((4, 6, 3), np.uint8), np.zeros((6, 6), np.uint8)
    assert frame(rgb).rgb is frame(rgb).pixels is rgb
    assert frame(planes).pixels is planes
    with pytest.raises(TypeError, match="planes, not RGB"):
        _ = frame(planes).rgb


def test_what_a_codec_gives_is_neither() -> None:
    decoded = frame(av.VideoFrame(4, 4, "yuv420p"))
    with pytest.raises(TypeError, match="not been converted"):
        _ = decoded.pixels
    with pytest.raises(TypeError, match="not been converted"):
        _ = decoded.rgb
