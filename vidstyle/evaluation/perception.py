"""How near outputs are to their content and their style, by the features of a network."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from vidstyle.losses.content import content_loss
from vidstyle.losses.features import Features, LossNetwork, StyleTargets
from vidstyle.losses.style import gram_style_loss, statistics_style_loss


@dataclass(frozen=True)
class PerceptualFigures:
    """Losses of outputs, as means over them; the less, the nearer.

    Attributes:
        content: of instance-normalised relu4_1; see `content_loss`.
        style: of means and deviations, balanced; see `statistics_style_loss`.
        style_of_content: what `style` is for the content itself, unchanged.
        gram: of Gram matrices, balanced; see `gram_style_loss`.
    """

    content: float
    style: float
    style_of_content: float
    gram: float


@torch.no_grad()
def perceptual_figures(
    network: LossNetwork, output: Tensor, *, content: Tensor, style: Tensor
) -> PerceptualFigures:
    """The figures of outputs beside their content and style pictures.

    Args:
        network: VGG-19 with `STYLE_LAYERS` for figures that can be compared.
        output: float tensor (N, 3, H, W), RGB in [0, 1].
        content: float tensor (N, 3, H, W), RGB in [0, 1].
        style: float tensor (N, 3, h, w) or (1, 3, h, w), RGB in [0, 1], of any size.
    """
    of_output, of_content = network(output), network(content)
    targets = StyleTargets.measure(network(style), grams=True)
    return PerceptualFigures(
        content=float(content_loss(of_output, of_content)),
        style=float(statistics_style_loss(of_output, targets)),
        style_of_content=float(statistics_style_loss(of_content, targets)),
        gram=float(gram_style_loss(of_output, targets, balanced=True)),
    )


def lpips(first: Features, second: Features, weights: Mapping[str, Tensor]) -> Tensor:
    """Learned perceptual distance of each picture (Zhang et al. 2018, arXiv:1801.03924, eq. 1).

    Its weights do not come with vidstyle, and belong to one network: figures can be compared with
    published ones where features and weights are those of the published LPIPS.

    Args:
        first: features of N pictures.
        second: features of N others.
        weights: of each channel, float tensors (C,), by layer; these layers count.

    Returns:
        Float32 tensor (N,): 0 for the same picture.
    """
    distances = []
    for layer, weight in weights.items():
        difference = _to_unit_length(first[layer]) - _to_unit_length(second[layer])
        weighted = difference.square() * weight.view(1, -1, 1, 1)
        distances.append(weighted.sum(dim=1).mean(dim=(1, 2)))
    return torch.stack(distances).sum(dim=0)


def _to_unit_length(features: Tensor) -> Tensor:
    length = features.float().square().sum(dim=1, keepdim=True).sqrt()
    return features.float() / (length + 1e-10)
