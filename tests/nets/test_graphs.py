import pytest
import torch
from torch import Tensor, nn

from vidstyle.nets.adain import ShallowDecoder, channel_statistics
from vidstyle.nets.graphs import (
    AdaINTransfer,
    LiteTransfer,
    PictureTransfer,
    SlimTransfer,
    StyleCode,
    StyleStatistics,
)
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.nets.pictures import to_float, to_levels
from vidstyle.nets.slim_johnson import SlimJohnson
from vidstyle.nets.vgg import NormalisedVGGEncoder


@pytest.fixture
def frames() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (2, 16, 24, 3), dtype=torch.uint8, generator=generator)


class Inverted(nn.Module):
    def forward(self, pictures: Tensor) -> Tensor:
        return 1 - pictures


def test_bytes_survive_the_way_there_and_back() -> None:
    levels = torch.arange(256, dtype=torch.uint8).repeat(3).view(1, 16, 16, 3)

    assert torch.equal(to_levels(to_float(levels)), levels)


def test_channels_stay_in_order() -> None:
    red = torch.tensor([255, 0, 0], dtype=torch.uint8).expand(1, 2, 2, 3)

    assert to_float(red)[0, :, 0, 0].tolist() == [1.0, 0.0, 0.0]


def test_values_are_clamped_and_rounded() -> None:
    pictures = torch.tensor([-0.5, 0.4 / 255, 0.6 / 255, 1.5]).view(1, 1, 4, 1).expand(1, 3, 4, 1)

    assert to_levels(pictures)[0, :, 0, 0].tolist() == [0, 0, 1, 255]


@pytest.mark.parametrize(("strength", "expected"), [(0.0, 100), (0.4, 122), (1.0, 155)])
def test_strength_blends_pixels(strength: float, expected: int) -> None:
    frames = torch.full((1, 2, 2, 3), 100, dtype=torch.uint8)

    result = PictureTransfer(Inverted())(frames, torch.tensor([strength]))

    assert result.unique().tolist() == [expected]


@pytest.fixture
def slim() -> SlimJohnson:
    torch.manual_seed(0)
    network = SlimJohnson(LiteShape(half=4, quarter=8, eighth=8, eighth_blocks=1)).eval()
    nn.init.normal_(network.code, std=0.3)
    return network


@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
@torch.inference_mode()
def test_a_light_network_paints_in_pairs_what_it_paints_in_pictures(
    slim: SlimJohnson, frames: Tensor, strength: float
) -> None:
    blend = torch.tensor([strength])
    expected = PictureTransfer(slim)(frames, blend)

    steered = LiteTransfer(slim.trunk)(frames, slim.code, blend)

    assert (steered.int() - expected.int()).abs().max() <= 1
    assert torch.equal(SlimTransfer(slim)(frames, blend), steered)
    if strength == 0.0:
        assert torch.equal(steered, frames)


@torch.inference_mode()
def test_a_light_network_takes_levels_as_floats_too(slim: SlimJohnson, frames: Tensor) -> None:
    graph, full = SlimTransfer(slim), torch.ones(1)

    result = graph(frames.float(), full)

    assert result.dtype == torch.float32
    assert torch.equal(result, graph(frames, full).float())


def test_a_style_becomes_its_code() -> None:
    class Mean(nn.Module):
        def forward(self, pictures: Tensor) -> Tensor:
            return pictures.mean((2, 3)).half()

    frames = torch.tensor([0, 51, 255], dtype=torch.uint8).expand(1, 4, 4, 3)

    code = StyleCode(Mean())(frames)

    torch.testing.assert_close(code, torch.tensor([[0, 0.2, 1]]), rtol=1e-3, atol=0)
    assert code.dtype == torch.float32


def test_alpha_zero_is_the_reconstruction(frames: Tensor) -> None:
    encoder, decoder = NormalisedVGGEncoder("relu3_1"), ShallowDecoder()
    graph, style = AdaINTransfer(encoder, decoder), torch.ones(1, 256, 1, 1)

    with torch.inference_mode():
        result = graph(frames, style, style, torch.zeros(1))
        assert torch.equal(result, to_levels(decoder(encoder(to_float(frames)))))


def test_a_contents_own_statistics_change_nothing(frames: Tensor) -> None:
    encoder, decoder = NormalisedVGGEncoder("relu3_1"), ShallowDecoder()
    graph = AdaINTransfer(encoder, decoder)

    with torch.inference_mode():
        mean, std = StyleStatistics(encoder)(frames[:1])
        full = graph(frames[:1], mean, std, torch.ones(1))
        none = graph(frames[:1], mean, std, torch.zeros(1))
    assert (full.int() - none.int()).abs().max() <= 1


def test_style_statistics_are_those_of_the_features(frames: Tensor) -> None:
    encoder = NormalisedVGGEncoder("relu1_1")

    with torch.inference_mode():
        statistics = StyleStatistics(encoder)(frames)
        mean, std = channel_statistics(encoder(to_float(frames)))

    assert statistics.shape == (2, 2, 64, 1, 1)
    torch.testing.assert_close(statistics[0], mean)
    torch.testing.assert_close(statistics[1], std)
