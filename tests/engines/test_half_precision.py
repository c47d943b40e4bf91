"""Networks in fp16, with what must not be."""

import pytest
import torch
from torch import Tensor, nn

from tests.engines.tiny import normalising, smoothing
from vidstyle.engines import Precision
from vidstyle.engines.half_precision import in_precision
from vidstyle.engines.planar import JFIF, PlanarTransfer
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.graphs import LiteTransfer, PictureTransfer
from vidstyle.nets.johnson import TransformerNet
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk

FP16 = Precision.FP16


class Seen(nn.Module):
    """Keeps the types of the numbers that come by."""

    def __init__(self) -> None:
        super().__init__()
        self.types: list[torch.dtype] = []

    def forward(self, features: Tensor) -> Tensor:
        self.types.append(features.dtype)
        return features


def frames(height: int = 32, width: int = 40) -> Tensor:
    return torch.randint(0, 256, (1, height, width, 3), dtype=torch.uint8)


def test_what_is_in_a_graph_computes_in_fp16_between_8_bit_pictures() -> None:
    seen = Seen()
    graph = in_precision(PictureTransfer(nn.Sequential(smoothing(), seen)), FP16)

    result = graph(frames(), torch.ones(1))

    assert result.dtype == torch.uint8
    (copy,) = (module for module in graph.modules() if isinstance(module, Seen))
    assert copy.types == [torch.float16]
    assert seen.types == [], "the module itself stays as it was"


def test_between_planes_the_network_alone_computes_in_fp16() -> None:
    seen = Seen()
    planar = PlanarTransfer(PictureTransfer(nn.Sequential(smoothing(), seen)))
    planes = torch.randint(60, 200, (1, 48, 40), dtype=torch.uint8)
    full = torch.ones(1)

    graph = in_precision(planar, FP16)
    result = graph(planes, full, JFIF)

    (copy,) = (module for module in graph.modules() if isinstance(module, Seen))
    assert copy.types == [torch.float16]
    assert (result.int() - planar(planes, full, JFIF).int()).abs().max() <= 1


def test_a_light_network_paints_planes_in_fp16() -> None:
    torch.manual_seed(0)
    shape = LiteShape(half=4, quarter=8, eighth=8, eighth_blocks=1, mixing_rank=2)
    trunk = LiteTrunk(shape).eval().requires_grad_(False)
    planar = PlanarTransfer(LiteTransfer(trunk))
    planes = torch.randint(60, 200, (1, 48, 40), dtype=torch.uint8)
    others = torch.zeros(1, trunk.code_size), torch.ones(1), JFIF

    result = in_precision(planar, FP16)(planes, *others)

    assert (result.int() - planar(planes, *others).int()).abs().max() <= 3


def test_fp32_is_a_copy_as_it_is() -> None:
    module = PictureTransfer(smoothing())
    graph = in_precision(module, Precision.FP32)

    assert graph is not module
    assert {parameter.dtype for parameter in graph.parameters()} == {torch.float32}


@pytest.mark.parametrize("norm", [normalising(groups=3), nn.InstanceNorm2d(3), nn.BatchNorm2d(3)])
def test_normalisations_stay_in_fp32(norm: nn.Module) -> None:
    """Where the sum of squares of a picture is far above what fp16 holds."""
    picture = 100 + 150 * torch.rand(1, 3, 64, 64)
    expected = norm.eval()(picture)

    halved = in_precision(nn.Sequential(nn.Sequential(norm)), FP16)

    assert torch.allclose(halved(picture), expected, atol=0.03, rtol=1e-3)
    assert torch.float32 in {tensor.dtype for tensor in halved.state_dict().values()} or isinstance(
        norm, nn.InstanceNorm2d
    )


def worst(graph: nn.Module, *inputs: Tensor) -> int:
    """The largest difference in levels that fp16 makes."""
    with torch.no_grad():
        expected, result = graph(*inputs), in_precision(graph, FP16)(*inputs)
    return int((expected.int() - result.int()).abs().max())


def test_the_networks_draw_the_same() -> None:
    torch.manual_seed(0)
    lite = AdaINLite(LiteShape(half=8, quarter=16, eighth=16)).eval()
    code = 0.3 * torch.randn(1, lite.code_size)
    johnson = PictureTransfer(TransformerNet(width=4)).eval()

    assert worst(LiteTransfer(lite.trunk), frames(), code, torch.ones(1)) <= 2
    assert worst(johnson, frames(), torch.ones(1)) <= 2
