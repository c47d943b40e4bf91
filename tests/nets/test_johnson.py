from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from vidstyle.nets.johnson import TransformerNet


@pytest.mark.parametrize("size", [(8, 8), (20, 32)])
def test_a_picture_keeps_its_shape(size: tuple[int, int]) -> None:
    with torch.inference_mode():
        assert TransformerNet(width=4)(torch.rand(2, 3, *size)).shape == (2, 3, *size)


def test_the_published_size_and_names() -> None:
    state = TransformerNet().state_dict()

    assert sum(tensor.numel() for tensor in state.values()) == 1_679_235
    assert state["res3.conv2.conv2d.weight"].shape == (128, 128, 3, 3)
    assert state["deconv3.conv2d.weight"].shape == (3, 32, 9, 9)
    assert state["in1.weight"].shape == (32,)


def test_its_normalisation_is_instance_normalisation() -> None:
    ours = TransformerNet(width=4).in1
    nn.init.normal_(ours.weight)
    nn.init.normal_(ours.bias)
    reference = nn.InstanceNorm2d(4, affine=True)
    reference.load_state_dict(ours.state_dict())
    features = 30 + 50 * torch.randn(2, 4, 16, 16)

    torch.testing.assert_close(ours(features), reference(features), rtol=1e-4, atol=1e-4)


def test_pictures_of_a_batch_do_not_mix() -> None:
    network, pictures = TransformerNet(width=4), torch.rand(2, 3, 16, 16)

    with torch.inference_mode():
        torch.testing.assert_close(
            network(pictures)[:1], network(pictures[:1]), rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("style", ["candy", "mosaic", "udnie"])
def test_the_published_weights_fit(shared_weights: Path, style: str) -> None:
    network = TransformerNet()
    network.load_state_dict(load_file(shared_weights / f"johnson_{style}.fp16.safetensors"))

    with torch.inference_mode():
        result = network(torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
    assert 0.2 < result.mean() < 0.8, "output is in [0, 1], not [0, 255]"
    assert result.std() > 0.05
