import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.evaluation.cost import network_cost
from vidstyle.nets.johnson import TransformerNet
from vidstyle.nets.lite_trunk import LiteTrunk
from vidstyle.nets.slim_johnson import SlimJohnson

PICTURES = torch.rand(2, 3, 16, 12)


def test_a_convolution_by_hand() -> None:
    cost = network_cost(nn.Conv2d(3, 8, 3, padding=1), PICTURES)

    assert cost.parameters == 8 * 3 * 9 + 8
    assert cost.multiply_adds == 2 * 16 * 12 * 8 * 3 * 9
    assert cost.activation_bytes == 4 * 2 * 8 * 16 * 12


def test_strides_and_groups() -> None:
    cost = network_cost(nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=4), torch.rand(1, 4, 16, 12))

    assert cost.multiply_adds == 8 * 6 * 8 * 1 * 9
    assert cost.activation_bytes == 4 * 8 * 8 * 6


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution(groups: int) -> None:
    module = nn.ConvTranspose2d(6, 4, 4, stride=2, padding=1, groups=groups)

    cost = network_cost(module, torch.rand(1, 6, 8, 8))

    assert cost.multiply_adds == 8 * 8 * 6 * 4 * 16 // groups


def test_a_linear_layer() -> None:
    cost = network_cost(nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 12, 5)), PICTURES)

    assert cost.multiply_adds == 2 * 3 * 16 * 12 * 5
    assert cost.activation_bytes == 4 * 2 * 5


def test_functions_count_as_modules_do() -> None:
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.rand(8, 3, 3, 3))

        def forward(self, pictures: Tensor) -> Tensor:
            return functional.conv2d(pictures, self.weight)

    assert network_cost(Functional(), PICTURES) == network_cost(
        nn.Conv2d(3, 8, 3, bias=False), PICTURES
    )


def test_several_arguments() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = nn.Conv2d(3, 4, 1)
            self.code = nn.Linear(6, 4)

        def forward(self, pictures: Tensor, code: Tensor) -> Tensor:
            scaled: Tensor = self.convolution(pictures) * self.code(code)[..., None, None]
            return scaled

    cost = network_cost(Scaled(), PICTURES, torch.rand(2, 6))

    assert cost.multiply_adds == 2 * 16 * 12 * 3 * 4 + 2 * 6 * 4


def test_what_multiplies_nothing_costs_nothing() -> None:
    cost = network_cost(
        nn.Sequential(nn.InstanceNorm2d(3), nn.ReLU(), nn.Upsample(scale_factor=2)), PICTURES
    )

    assert (cost.parameters, cost.multiply_adds, cost.activation_bytes) == (0, 0, 0)


def test_half_precision_takes_half_the_bytes() -> None:
    module = nn.Conv2d(3, 8, 3)
    single = network_cost(module, PICTURES)

    half = network_cost(module.bfloat16(), PICTURES.bfloat16())

    assert half.activation_bytes * 2 == single.activation_bytes
    assert half.multiply_adds == single.multiply_adds


def test_in_inference_mode_it_counts_the_same() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 14 * 10, 5))
    expected = network_cost(module, PICTURES)

    with torch.inference_mode():
        assert network_cost(module, torch.rand(2, 3, 16, 12)) == expected


def test_johnsons_network() -> None:
    """The published one: 1.68 million parameters."""
    cost = network_cost(TransformerNet(), torch.rand(1, 3, 64, 64))

    assert cost.parameters == pytest.approx(1.68e6, rel=0.01)
    assert 100_000 < cost.multiply_adds / 64**2 < 300_000


class Painting(nn.Module):
    def __init__(self, trunk: LiteTrunk) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, pictures: Tensor, code: Tensor) -> Tensor:
        return self.trunk.paint(pictures, code)[0]


def test_a_learned_code_costs_nothing_but_its_parameters() -> None:
    network, pictures = SlimJohnson(), torch.rand(1, 3, 16, 16)
    trunk = network_cost(Painting(network.trunk), pictures, torch.zeros(network.code.shape))

    cost = network_cost(network, pictures)

    assert cost.multiply_adds == trunk.multiply_adds
    assert cost.parameters == trunk.parameters + network.code.numel()
