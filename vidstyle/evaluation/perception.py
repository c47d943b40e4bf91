"""How near outputs are to their content and their style, by the features of a network."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vidstyle.losses.content import content_loss
from vidstyle.losses.features import LossNetwork, StyleTargets
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
