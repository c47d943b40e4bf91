"""Networks between planes of YUV 4:2:0: the conversions are those of swscale, on the host."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from vidstyle.engines.planar import JFIF, PlanarTransfer, to_planes, to_rgb
from vidstyle.nets.graphs import PictureTransfer
from vidstyle.video.colour import BT709_LIMITED, Colour, Matrix, Range
from vidstyle.video.convert import FromPlanes, FromRgb, ToRgb

COLOURS = [
    Colour(matrix=matrix, range=range_)
    for matrix in (Matrix.BT709, Matrix.FCC, Matrix.SMPTE170M, Matrix.SMPTE240M, Matrix.BT2020)
    for range_ in (Range.LIMITED, Range.FULL)
]
SIZES = [(48, 64), (6, 10), (34, 38)]
"""Heights and widths; rows of chroma need not fill rows of luma."""


def pictures(height: int, width: int) -> NDArray[np.uint8]:
    """Two of them: noise, and soft colours."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    rows, columns = np.mgrid[0:height, 0:width]
    soft = np.stack([128 + 120 * np.sin(rows / 9), 255 * columns / width, 255 - 2 * rows], axis=2)
    return np.stack([noise, soft.clip(0, 255).astype(np.uint8)])


def by_swscale(rgb: NDArray[np.uint8], colour: Colour) -> NDArray[np.uint8]:
    """Pictures to planes."""
    return np.stack([FromRgb("yuv420p", colour)(each).to_ndarray() for each in rgb])


def conversion(colour: Colour) -> Tensor:
    return torch.from_numpy(colour.conversion)


@pytest.mark.parametrize("colour", COLOURS, ids=str)
@pytest.mark.parametrize("size", SIZES)
def test_to_planes_as_swscale_does(colour: Colour, size: tuple[int, int]) -> None:
    rgb = pictures(*size)
    planes = to_planes(torch.from_numpy(rgb), conversion(colour)).numpy()
    expected = by_swscale(rgb, colour)

    assert planes.shape == (2, size[0] * 3 // 2, size[1]) == expected.shape
    assert np.abs(planes - expected).max() <= 1
    assert np.abs(planes - expected).mean() < 0.3


@pytest.mark.parametrize("colour", COLOURS, ids=str)
@pytest.mark.parametrize("size", SIZES)
def test_to_rgb_as_swscale_does(colour: Colour, size: tuple[int, int]) -> None:
    planes = by_swscale(pictures(*size), colour)
    rgb = to_rgb(torch.from_numpy(planes), conversion(colour)).numpy()
    frames = [FromPlanes(colour)(each) for each in planes]
    expected = np.stack([ToRgb()(frame) for frame in frames])

    assert rgb.shape == (2, *size, 3)
    assert np.abs(rgb - expected).max() <= 1
    assert np.abs(rgb - expected).mean() < 0.05


@given(
    colour=st.sampled_from(COLOURS),
    square=st.tuples(*[st.integers(0, 255)] * 3),
    lighter=st.integers(0, 30),
)
def test_a_picture_comes_back(colour: Colour, square: tuple[int, int, int], lighter: int) -> None:
    """But for what chroma loses, where only light and dark differ within a square."""
    rgb = torch.tensor(square).float().expand(1, 4, 6, 3).clone()
    rgb[:, ::2] = (rgb[:, ::2] - lighter).clamp(0)
    maps = conversion(colour)
    planes = to_planes(rgb, maps)
    luma = planes[:, :4]

    again = to_planes(to_rgb(planes, maps), maps)[:, :4]

    # Colours that there are not are clipped in between.
    inside = to_rgb(planes, maps)
    if inside.min() > 0 and inside.max() < 255:
        assert (again - luma).abs().max() <= 1


class Turned(nn.Module):
    """Upside down; colours are not touched."""

    def forward(self, picture: Tensor) -> Tensor:
        return picture.flip(2)


@pytest.mark.parametrize("colour", [BT709_LIMITED, COLOURS[3]], ids=str)
def test_a_network_paints_planes_as_it_paints_pictures(colour: Colour) -> None:
    planes = torch.from_numpy(by_swscale(pictures(48, 64), colour))
    graph, strength, maps = PictureTransfer(Turned()), torch.ones(1), conversion(colour)

    painted = PlanarTransfer(graph)(planes, strength, maps)

    frames = to_rgb(planes, maps).to(torch.uint8)
    assert painted.dtype == torch.uint8
    assert torch.equal(painted, to_planes(graph(frames, strength), maps).to(torch.uint8))
    assert not torch.equal(painted, planes)


def test_levels_may_be_floats() -> None:
    planes = torch.from_numpy(by_swscale(pictures(6, 10), BT709_LIMITED))
    graph = PlanarTransfer(PictureTransfer(Turned()))
    strength, maps = torch.ones(1), conversion(BT709_LIMITED)

    painted = graph(planes.float(), strength, maps)

    assert painted.dtype == torch.float32
    assert torch.equal(painted.to(torch.uint8), graph(planes, strength, maps))


def test_jfif_is_bt601_in_full_range() -> None:
    full = Colour(matrix=Matrix.SMPTE170M, range=Range.FULL)
    torch.testing.assert_close(JFIF, conversion(full), rtol=0, atol=1e-3)
