from pathlib import Path
from typing import Any

import pytest
import torch

from vidstyle.evaluation.perception import lpips, perceptual_figures
from vidstyle.losses.features import LossNetwork
from vidstyle.nets.vgg import VGG19Features
from vidstyle.weights.checkpoint import read_state_dict


@pytest.fixture(scope="module")
def network() -> LossNetwork:
    torch.manual_seed(0)
    return LossNetwork(VGG19Features(["relu1_1", "relu4_1"]))


def test_the_content_itself_has_the_contents_style(network: LossNetwork) -> None:
    content, style = torch.rand(2, 3, 32, 32), torch.rand(1, 3, 40, 48) * 0.3

    figures = perceptual_figures(network, content, content=content, style=style)

    assert figures.content == pytest.approx(0, abs=1e-5)
    assert figures.style == pytest.approx(figures.style_of_content)
    assert figures.style > 0
    assert figures.gram > 0


def test_the_style_itself_has_no_style_loss(network: LossNetwork) -> None:
    content, style = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32)

    figures = perceptual_figures(network, style, content=content, style=style)

    assert figures.style == pytest.approx(0, abs=1e-5)
    assert figures.gram == pytest.approx(0, abs=1e-5)
    assert figures.content > 0.1


def test_figures_are_the_yardsticks(
    yardstick: Any, shared_weights: Path, shared_data: Path
) -> None:
    pictures = (sorted((shared_data / "val" / kind).iterdir())[0] for kind in ("content", "style"))
    content, style = (yardstick.square(picture, 96) for picture in pictures)
    output = (content + style) / 2
    vgg = yardstick.Vgg()
    of_output, of_content, of_style = vgg(output), vgg(content), vgg(style)
    weights = read_state_dict(shared_weights / "vgg19_features_relu5_1.fp16.safetensors")

    figures = perceptual_figures(LossNetwork.vgg19(weights), output, content=content, style=style)

    expected = yardstick.content_loss(of_output, of_content)
    assert figures.content == pytest.approx(expected, rel=1e-3)
    assert figures.style == pytest.approx(yardstick.style_loss(of_output, of_style), rel=1e-3)
    expected = yardstick.style_loss(of_content, of_style)
    assert figures.style_of_content == pytest.approx(expected, rel=1e-3)


def test_lpips_by_hand() -> None:
    # Unit vectors (1, 0) and (0.6, 0.8): differences -0.4 and 0.8.
    first = {"a": torch.tensor([[[[2.0]], [[0.0]]]])}
    second = {"a": torch.tensor([[[[3.0]], [[4.0]]]])}

    distance = lpips(first, second, {"a": torch.tensor([1.0, 0.5])})

    torch.testing.assert_close(distance, torch.tensor([0.16 + 0.5 * 0.64]))


def test_lpips_of_equal_pictures_is_nothing() -> None:
    features = {"a": torch.rand(3, 4, 5, 5), "b": torch.zeros(3, 2, 2, 2)}

    distance = lpips(features, features, {"a": torch.rand(4), "b": torch.rand(2)})

    assert torch.equal(distance, torch.zeros(3))
