"""Mixing pictures, in shorts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vidstyle.temporal.blending import ALL, Picture, Share, blend

_PICTURES = arrays(np.uint8, (4, 6, 3))


@given(base=_PICTURES, other=_PICTURES, share=st.integers(0, ALL))
def test_it_goes_a_share_of_the_way_to_the_other_picture_to_the_nearest_level(
    base: Picture, other: Picture, share: int
) -> None:
    exact = base + share / ALL * (other.astype(float) - base)
    assert np.abs(blend(base, other, _all(share)) - exact).max() <= 0.5


@given(base=_PICTURES, share=st.integers(0, ALL))
def test_where_two_pictures_agree_nothing_changes(base: Picture, share: int) -> None:
    assert np.array_equal(blend(base, base, _all(share)), base)


@given(base=_PICTURES, other=_PICTURES)
def test_it_goes_all_the_way_or_none_of_it(base: Picture, other: Picture) -> None:
    assert np.array_equal(blend(base, other, _all(ALL)), other)
    assert np.array_equal(blend(base, other, _all(0)), base)


def _all(share: int) -> Share:
    return np.full((4, 6), share, np.uint8)
