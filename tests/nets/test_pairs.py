"""Pictures in pairs, and from quads back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from vidstyle.nets.pairs import PairStem, QuadHead, continued, from_quads, to_pairs

lengths = st.integers(1, 70)


@given(height=lengths, width=lengths)
def test_frames_of_any_size_are_continued(height: int, width: int) -> None:
    frames = torch.arange(2 * height * width * 3).view(2, height, width, 3)

    whole = continued(frames)

    assert torch.equal(whole[:, :height, :width], frames)
    assert [length % 8 for length in whole.shape[1:3]] == [0, 0]


def test_what_is_missing_is_the_mirror_image() -> None:
    row = torch.arange(20).view(1, 1, 20, 1).expand(1, 9, 20, 3)

    assert continued(row).shape == (1, 16, 24, 3)
    assert continued(row)[0, 0, :, 0].tolist() == [*range(20), 18, 17, 16, 15]


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.bfloat16])
def test_pairs_are_neighbours_of_a_row_in_the_same_memory(dtype: torch.dtype) -> None:
    frames = torch.arange(2 * 8 * 3).to(dtype).view(1, 2, 8, 3)

    pairs = to_pairs(frames)

    assert pairs.dtype == dtype
    assert pairs.data_ptr() == frames.data_ptr()
    assert pairs[0, :, 1, 2].tolist() == [36, 37, 38, 39, 40, 41]


@given(count=st.integers(1, 2), rows=st.integers(1, 5), columns=st.integers(1, 5))
def test_quads_are_squares_of_pixels(count: int, rows: int, columns: int) -> None:
    frames = torch.arange(count * rows * columns * 12).view(count, 2 * rows, 2 * columns, 3)

    assert torch.equal(from_quads(_quads(frames)), frames)


@torch.inference_mode()
def test_a_stem_on_pairs_is_a_convolution_over_unshuffled_pixels() -> None:
    frames, stem = torch.rand(2, 8, 12, 3), PairStem(5)
    unshuffled = functional.pixel_unshuffle(frames.permute(0, 3, 1, 2), 2)

    expected = functional.conv2d(_framed(unshuffled), stem.weight, stem.bias)

    torch.testing.assert_close(stem(to_pairs(frames)), expected)


@torch.inference_mode()
def test_a_head_is_a_convolution_before_pixels_are_shuffled() -> None:
    features, head = torch.rand(2, 5, 4, 6), QuadHead(5)
    # Its kernels have one sum, and nothing is taken off.
    head.weight -= head.weight.mean(dim=(2, 3), keepdim=True)
    assert head.bias is not None
    head.bias.fill_(0.5)
    colours = functional.conv2d(_framed(features), head.weight, head.bias)

    expected = functional.pixel_shuffle(colours, 2).permute(0, 2, 3, 1)

    torch.testing.assert_close(from_quads(head(features)), expected)


@torch.inference_mode()
def test_a_head_paints_plain_features_plain() -> None:
    plain = torch.rand(2, 5, 1, 1).expand(2, 5, 4, 6)

    painted = from_quads(QuadHead(5)(plain))

    torch.testing.assert_close(painted, painted[:, :1, :1].expand_as(painted))


def _framed(features: Tensor) -> Tensor:
    return functional.pad(features, (1, 1, 1, 1), mode="replicate")


def _quads(frames: Tensor) -> Tensor:
    """Quads by PyTorch's own rearrangement, whose channels are (colour, row, column)."""
    by_colour = functional.pixel_unshuffle(frames.permute(0, 3, 1, 2), 2)
    count, _, rows, columns = by_colour.shape
    return by_colour.view(count, 3, 4, rows, columns).transpose(1, 2).flatten(1, 2)
