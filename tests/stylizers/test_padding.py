from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidstyle.errors import UsageError
from vidstyle.stylizers.padding import Frames, pad, with_padding

SIZES = st.integers(1, 70)


def noise(*shape: int) -> Frames:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@given(height=SIZES, width=SIZES, multiple=st.sampled_from([4, 8]))
def test_every_size_comes_back(height: int, width: int, multiple: int) -> None:
    frames = noise(2, height, width, 3)

    def run(padded: Frames) -> Frames:
        assert padded.shape[1] % multiple == padded.shape[2] % multiple == 0
        assert min(padded.shape[1:3]) >= 32
        return 255 - padded

    assert np.array_equal(with_padding(run, frames, multiple=multiple), 255 - frames)


def test_edges_are_continued() -> None:
    frames = noise(2, 33, 34, 3)

    padded = pad(frames, multiple=4)

    assert padded.shape == (2, 36, 36, 3)
    assert np.array_equal(padded, np.pad(frames, ((0, 0), (0, 3), (0, 2), (0, 0)), mode="edge"))


@pytest.mark.parametrize("size", [(32, 40), (360, 640)])
def test_what_fits_is_not_copied(size: tuple[int, int]) -> None:
    frames = noise(1, *size, 3)

    assert pad(frames, multiple=8) is frames


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((1, 8, 8), np.uint8),
        np.zeros((1, 8, 8, 4), np.uint8),
        np.zeros((1, 8, 8, 3), np.float32),
        np.zeros((8, 8), np.uint8),
        np.zeros((1, 0, 8, 3), np.uint8),
    ],
)
def test_what_is_no_batch_of_frames_is_one_line(frames: NDArray[Any]) -> None:
    with pytest.raises(UsageError, match=r"^frames are \w+ \(.*\): give uint8 \(N, H, W, 3\), RGB"):
        with_padding(lambda padded: padded, frames, multiple=1)
