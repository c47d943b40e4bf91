"""Sizes as users write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.errors import UsageError
from vidstyle.runs.sizes import LARGEST, SMALLEST, SizeWish, described_sizes, wished_size
from vidstyle.video.convert import Size


def test_a_number_is_the_shorter_side() -> None:
    assert SizeWish.parse(720) == SizeWish.parse("720")


def test_both_sides_are_taken_as_they_are() -> None:
    assert SizeWish.parse("1280x720").of(Size(10, 10)) == Size(1280, 720)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Size(1920, 1080), Size(640, 360)),
        (Size(1080, 1920), Size(360, 640)),
        (Size(100, 100), Size(360, 360)),
        (Size(1001, 563), Size(640, 360)),
    ],
)
def test_the_shorter_side_keeps_the_shape(source: Size, expected: Size) -> None:
    assert SizeWish.parse("360").of(source) == expected


@pytest.mark.parametrize(
    "text", ["", "wide", "0", "100000", "640x0", "-5", "640x360x3", "1.5", "8", "9" * 5000]
)
def test_a_wrong_size_is_one_clear_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"size") as error:
        SizeWish.parse(text)
    assert "\n" not in str(error.value)


def test_without_a_wish_it_is_the_source_s() -> None:
    assert SizeWish.parse_any(None) is None
    assert wished_size(None, Size(31, 7)) == Size(31, 7)
    assert wished_size(SizeWish.parse_any("360"), Size(1920, 1080)) == Size(640, 360)


def test_sizes_are_told_in_one_word_where_they_are_one() -> None:
    assert described_sizes(Size(640, 360), Size(640, 360)) == "640x360"
    assert described_sizes(Size(640, 360), Size(1280, 720)) == "640x360 for 1280x720"


def test_a_strip_that_would_grow_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="at most"):
        SizeWish.parse("720").of(Size(100_000, 1))


@given(short=st.integers(SMALLEST, 2000), width=st.integers(1, 5000), height=st.integers(1, 5000))
def test_sides_are_even_and_the_shape_is_kept(short: int, width: int, height: int) -> None:
    if short * max(width, height) / min(width, height) > LARGEST - 2:
        return
    size = SizeWish(short).of(Size(width, height))
    assert size.width % 2 == size.height % 2 == 0
    assert abs(min(size.width, size.height) - short) <= 1
    assert abs(size.width * height - size.height * width) <= 2 * max(width, height)
