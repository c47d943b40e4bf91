"""Light networks on planes of YUV 4:2:0, beside the same by way of RGB."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.nets.test_smoothing import smooth_levels
from vidstyle.engines.planar import PlanarTransfer, to_planes
from vidstyle.nets.graphs import LiteTransfer, SlimTransfer
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk
from vidstyle.nets.slim_johnson import SlimJohnson
from vidstyle.video.colour import BT709_LIMITED, Colour, Matrix, Range

SHAPE = LiteShape(half=4, quarter=8, eighth=8, eighth_blocks=1, mixing_rank=2)
COLOURS = [BT709_LIMITED, Colour(matrix=Matrix.SMPTE170M, range=Range.FULL)]


def trunk() -> LiteTrunk:
    torch.manual_seed(0)
    return LiteTrunk(SHAPE).eval().requires_grad_(False)


def maps(colour: Colour) -> Tensor:
    return torch.from_numpy(colour.conversion)


def soft_planes(height: int, width: int, colour: Colour) -> Tensor:
    """Of two pictures whose colours are all there in RGB."""
    rows, columns = np.mgrid[0:height, 0:width]
    red = 128 + 90 * np.sin(rows / 7)
    green = 128 + 90 * np.cos(columns / 11)
    picture = np.stack([red, green, 200 - 2 * rows % 90], axis=2).astype(np.uint8)
    pictures = torch.from_numpy(np.stack([picture, picture[::-1]]))
    return to_planes(pictures, maps(colour)).to(torch.uint8)


def by_way_of_rgb(planes: Tensor, code: Tensor, strength: float, colour: Colour) -> Tensor:
    """The same, but for levels of RGB that are not whole: the network would enlarge the error."""
    height = planes.shape[1] * 2 // 3
    luma = planes[:, None, :height].float()
    chroma = planes[:, height:].reshape(len(planes), 2, height // 2, -1).float()
    levels = rgb_of(luma, chroma, colour)
    smooth = rgb_of(smooth_levels(luma, cell=8), smooth_levels(chroma, cell=4), colour)
    painted, _ = trunk().paint(smooth.permute(0, 3, 1, 2) / 255.0, code)
    stylised = painted.permute(0, 2, 3, 1) * 255.0
    return to_planes(torch.lerp(levels, stylised, strength), maps(colour))


def rgb_of(luma: Tensor, chroma: Tensor, colour: Colour) -> Tensor:
    yuv = torch.cat([luma, functional.interpolate(chroma, scale_factor=2.0)], dim=1)
    conversion = maps(colour)[0]
    return yuv.permute(0, 2, 3, 1) @ conversion[:, :3].T + conversion[:, 3]


def codes() -> Tensor:
    return torch.randn(1, trunk().code_size, generator=torch.Generator().manual_seed(1)) * 0.3


@pytest.mark.parametrize("colour", COLOURS, ids=str)
@pytest.mark.parametrize("size", [(48, 64), (40, 72)])
@pytest.mark.parametrize("strength", [1.0, 0.4])
def test_planes_are_painted_as_rgb_is(
    colour: Colour, size: tuple[int, int], strength: float
) -> None:
    planes, graph = soft_planes(*size, colour), PlanarTransfer(LiteTransfer(trunk()))

    painted = graph(planes, codes(), torch.tensor([strength]), maps(colour))

    assert painted.dtype == torch.uint8
    difference = painted.float() - by_way_of_rgb(planes, codes(), strength, colour)
    assert difference.abs().max() <= 1
    assert difference.abs().mean() < 0.01
    assert (painted.float() - planes.float()).abs().mean() > 5, "it paints"


@pytest.mark.parametrize("size", [(46, 62), (2, 2), (6, 34)])
def test_sides_may_be_any_even_ones(size: tuple[int, int]) -> None:
    height, width = size
    planes = soft_planes(*size, BT709_LIMITED)
    others = codes(), torch.ones(1), maps(BT709_LIMITED)
    graph = PlanarTransfer(LiteTransfer(trunk()))

    painted = graph(planes, *others)

    # Continued by its mirror image, as a picture that has such sides.
    down, right = -height % 8, -width % 8
    luma = np.pad(planes[:, :height], ((0, 0), (0, down), (0, right)), mode="reflect")
    squares = planes[:, height:].reshape(2, 2, height // 2, width // 2)
    around = ((0, 0), (0, 0), (0, down // 2), (0, right // 2))
    chroma = np.pad(squares, around, mode="reflect").reshape(2, -1, width + right)
    larger = graph(torch.from_numpy(np.concatenate([luma, chroma], axis=1)), *others)
    assert painted.shape == planes.shape
    assert torch.equal(painted[:, :height], larger[:, :height, :width])


def test_without_strength_planes_come_back_as_they_were() -> None:
    planes = soft_planes(48, 64, BT709_LIMITED)
    noise = torch.randint(0, 256, planes.shape, dtype=torch.uint8)
    graph = PlanarTransfer(LiteTransfer(trunk()))
    for each in (planes, noise):
        assert torch.equal(graph(each, codes(), torch.zeros(1), maps(BT709_LIMITED)), each)


def test_levels_may_be_floats() -> None:
    planes = soft_planes(48, 64, BT709_LIMITED)
    graph, others = PlanarTransfer(LiteTransfer(trunk())), (codes(), torch.ones(1))

    painted = graph(planes.float(), *others, maps(BT709_LIMITED))

    assert painted.dtype == torch.float32
    assert torch.equal(painted.to(torch.uint8), graph(planes, *others, maps(BT709_LIMITED)))


def test_a_network_of_one_style_paints_planes_with_its_own_code() -> None:
    network = SlimJohnson(SHAPE).eval().requires_grad_(False)
    network.code.copy_(codes())
    network.trunk.load_state_dict(trunk().state_dict())
    planes, others = soft_planes(48, 64, BT709_LIMITED), (torch.ones(1), maps(BT709_LIMITED))

    painted = PlanarTransfer(SlimTransfer(network))(planes, *others)

    expected = PlanarTransfer(LiteTransfer(trunk()))(planes, codes(), *others)
    assert torch.equal(painted, expected)
