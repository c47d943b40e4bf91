"""Depthwise convolutions written out as sums."""

from typing import Any

import pytest
import torch
from torch import nn

from vidstyle.engines.depthwise import write_out_depthwise
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "replicate", "reflect"])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_sum_is_its_convolution(stride: int, padding: int, padding_mode: Any, bias: bool) -> None:
    convolution = nn.Conv2d(
        6, 6, 3, stride=stride, padding=padding, groups=6, bias=bias, padding_mode=padding_mode
    )
    features = torch.randn(2, 6, 11, 14)
    network = nn.Sequential(convolution, nn.Conv2d(6, 4, 1)).requires_grad_(False)
    expected = network(features)

    write_out_depthwise(network)

    assert not isinstance(network[0], nn.Conv2d)
    assert isinstance(network[1], nn.Conv2d)
    torch.testing.assert_close(network(features), expected, rtol=1e-4, atol=1e-5)


def test_a_light_network_keeps_its_weights_names() -> None:
    trunk = LiteTrunk(LiteShape(half=4, quarter=8, eighth=16, eighth_blocks=1, mixing_rank=2))
    names = trunk.state_dict().keys()
    pictures, code = torch.rand(1, 3, 32, 48), torch.randn(1, trunk.code_size)
    with torch.no_grad():
        expected, _ = trunk.paint(pictures, code)

        write_out_depthwise(trunk)

        assert trunk.state_dict().keys() == names
        assert all(m.groups == 1 for m in trunk.modules() if isinstance(m, nn.Conv2d))
        torch.testing.assert_close(trunk.paint(pictures, code)[0], expected, rtol=1e-4, atol=1e-5)
