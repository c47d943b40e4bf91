import pytest
import torch

from vidstyle.evaluation.cost import network_cost
from vidstyle.nets.adain_lite import AdaINLite
from vidstyle.nets.lite_trunk import LiteShape
from vidstyle.nets.slim_johnson import SlimJohnson

TINY = LiteShape(half=4, quarter=8, eighth=8, quarter_blocks=(1, 1), eighth_blocks=1, mixing_rank=2)


def tiny(seed: int = 0) -> AdaINLite:
    torch.manual_seed(seed)
    return AdaINLite(TINY, style_width=4, style_hidden=16).eval()


@pytest.mark.parametrize("size", [(1, 5), (9, 9), (37, 50), (64, 48)])
@torch.inference_mode()
def test_any_size_of_picture_is_kept(size: tuple[int, int]) -> None:
    network = tiny()
    code = network.encode_style(torch.rand(1, 3, 33, 20))

    result = network(torch.rand(2, 3, *size), code)

    assert result.shape == (2, 3, *size)
    assert result.min() >= 0
    assert result.max() <= 1


@torch.inference_mode()
def test_a_style_is_one_flat_code() -> None:
    network = tiny()

    codes = network.encode_style(torch.rand(3, 3, 64, 64))

    assert codes.shape == (3, network.code_size)
    assert codes.dtype == torch.float32


@torch.inference_mode()
def test_each_picture_of_a_batch_has_its_own_style() -> None:
    network = tiny()
    codes = 5 * torch.randn(2, network.code_size, generator=torch.Generator().manual_seed(1))
    content = torch.rand(1, 3, 32, 32)

    both = network(content.expand(2, -1, -1, -1), codes)

    torch.testing.assert_close(both[1:], network(content, codes[1:]), rtol=1e-4, atol=1e-5)
    assert (both[0] - both[1]).abs().max() > 0.05, "the code makes a difference"


@torch.inference_mode()
def test_light_and_contrast_of_the_content_do_not_matter() -> None:
    network, content = tiny(), torch.rand(1, 3, 64, 64)
    code = torch.zeros(1, network.code_size)

    plain, dim = network(content, code), network(0.5 * content + 0.2, code)

    # But for the variance that is added before dividing.
    assert (plain - dim)[..., 16:-16, 16:-16].abs().mean() < 0.02


@torch.inference_mode()
def test_a_flat_picture_stays_flat() -> None:
    network = tiny()

    result = network(torch.full((1, 3, 96, 96), 0.5), torch.zeros(1, network.code_size))

    assert result[..., 32:-32, 32:-32].std(dim=(2, 3)).max() < 1e-3


@torch.inference_mode()
def test_the_head_starts_without_a_checkerboard() -> None:
    weight = tiny().trunk.head.weight

    assert (weight.view(3, 4, -1) == weight.view(3, 4, -1)[:, :1]).all()


@torch.inference_mode()
def test_features_have_a_quarter_of_the_size_and_lie_over_the_picture() -> None:
    network = tiny()
    code = torch.zeros(1, network.code_size)
    content = torch.rand(1, 3, 40, 64)

    pictures, features = network.trunk.paint(content, code)

    assert features.shape == (1, 8, 10, 16)
    torch.testing.assert_close(pictures, network(content, code))


@torch.inference_mode()
def test_half_precision_keeps_statistics_in_single() -> None:
    network = tiny().bfloat16()
    code = torch.zeros(1, network.code_size)

    result = network(torch.rand(1, 3, 64, 64).bfloat16(), code)

    assert result.dtype == torch.bfloat16
    assert result.isfinite().all()


@torch.inference_mode()
def test_a_frame_costs_what_a_cpu_has() -> None:
    network = AdaINLite().eval()
    code = network.encode_style(torch.rand(1, 3, 64, 64))

    cost = network_cost(network.trunk, torch.rand(1, 12, 360, 320), code)

    assert cost.multiply_adds <= 6_000 * 360 * 640
    assert cost.parameters <= 1_500_000


@torch.inference_mode()
def test_a_slim_johnson_is_the_trunk_with_its_own_code() -> None:
    network = SlimJohnson(TINY).eval()
    content = torch.rand(1, 3, 24, 24)
    torch.nn.init.normal_(network.code)

    torch.testing.assert_close(network(content), network.trunk.paint(content, network.code)[0])
    assert {"code", "trunk.stem.weight"} <= network.state_dict().keys()


@torch.inference_mode()
def test_a_slim_johnson_starts_as_an_adain_lite_with_its_style() -> None:
    network, slim = tiny(), SlimJohnson(TINY).eval()
    content, style = torch.rand(2, 3, 24, 24), torch.rand(1, 3, 40, 40)

    slim.start_as(network, style)

    torch.testing.assert_close(slim(content), network(content, network.encode_style(style)))
