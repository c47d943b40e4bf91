"""Style losses: how far the textures and colours of a picture are from those of a style."""

import torch
from torch import Tensor

from vidstyle.losses.features import Features, StyleTargets, gram_matrix
from vidstyle.nets.adain import channel_statistics


def statistics_style_loss(
    output: Features, targets: StyleTargets, *, balanced: bool = True
) -> Tensor:
    """Difference of the means and deviations of all channels, summed over the targets' layers.

    Plain: Σ mean((μ - μₛ)²) + mean((σ - σₛ)²) over the layers, after Huang & Belongie 2017
    (equation 13; mean squares in place of norms, as in the authors' code).
    Balanced: each layer is divided by the style's own energy there, mean(μₛ²) + mean(σₛ²), so that
    layers and styles weigh alike; after the finding of Cheng et al. 2021 (arXiv:2104.10064) that
    the unnormalised loss leaves half of the outputs over- or under-stylised.

    Args:
        output: features of the output, of N pictures.
        targets: of N styles, or of one for all.
        balanced: whether to divide by the style's energy.

    Returns:
        Float32 scalar, a mean over the batch.
    """
    losses = []
    for layer, target_mean in targets.means.items():
        target_deviation = targets.deviations[layer]
        mean, deviation = (part.flatten(1) for part in channel_statistics(output[layer]))
        loss = _mean_square(mean - target_mean) + _mean_square(deviation - target_deviation)
        if balanced:
            loss = loss / (_mean_square(target_mean) + _mean_square(target_deviation))
        losses.append(loss.mean())
    return torch.stack(losses).sum()


def gram_style_loss(output: Features, targets: StyleTargets, *, balanced: bool = False) -> Tensor:
    """Squared Frobenius distance of Gram matrices, summed over the targets' layers.

    Σ ‖G - Gₛ‖² with G = F Fᵀ / (C H W), as Johnson et al. 2016 (equation 4). The loss of Gatys et
    al. 2016 (equation 4) is a quarter of it, for pictures of one size.

    Args:
        output: features of the output, of N pictures.
        targets: of N styles, or of one for all, measured with `grams`.
        balanced: whether to divide each layer by the style's own ‖Gₛ‖².

    Returns:
        Float32 scalar, a mean over the batch.

    Raises:
        ValueError: the targets have no Gram matrices.
    """
    if not targets.grams:
        raise ValueError("style targets have no Gram matrices: measure them with grams=True")
    losses = []
    for layer, target in targets.grams.items():
        loss = (gram_matrix(output[layer]) - target).square().sum(dim=(1, 2))
        if balanced:
            loss = loss / target.square().sum(dim=(1, 2))
        losses.append(loss.mean())
    return torch.stack(losses).sum()


def _mean_square(values: Tensor) -> Tensor:
    return values.square().mean(dim=1)
