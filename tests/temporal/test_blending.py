"""Adding shares of differences, in bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vidstyle.temporal.blending import Blender, Picture, Share

_PICTURES = arrays(np.uint8, (4, 6, 3))


@given(base=_PICTURES, plus=_PICTURES, minus=_PICTURES, share=st.integers(0, 255))
def test_it_adds_the_share_of_the_difference_to_the_nearest_level(
    base: Picture, plus: Picture, minus: Picture, share: int
) -> None:
    blended = Blender()(base, plus, minus, _all(share))
    exact = np.clip(base + share / 255 * (plus.astype(float) - minus), 0, 255)
    assert np.abs(blended - exact).max() <= 0.5 + 1e-6


@given(base=_PICTURES, other=_PICTURES)
def test_where_two_pictures_agree_nothing_changes(base: Picture, other: Picture) -> None:
    assert np.array_equal(Blender()(base, other, other, _all(200)), base)


@given(base=_PICTURES, other=_PICTURES)
def test_the_whole_difference_leads_to_the_other_picture(base: Picture, other: Picture) -> None:
    assert np.array_equal(Blender()(base, other, base, _all(255)), other)


def test_another_size_is_no_trouble_and_inputs_are_left_alone() -> None:
    blend = Blender()
    for side in (8, 5, 8):
        dark, light = np.full((side, side, 3), 10, np.uint8), np.full((side, side, 3), 30, np.uint8)
        blended = blend(dark, light, dark, np.full((2, 2), 127, np.uint8))
        assert blended.shape == dark.shape
        assert np.all(blended == 20)
        assert np.all(dark == 10)
        assert np.all(light == 30)


def _all(share: int) -> Share:
    return np.full((4, 6), share, np.uint8)
