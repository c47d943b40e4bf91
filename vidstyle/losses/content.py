"""Content loss: how far the things in a picture are from those in another."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.losses.features import Features
from vidstyle.nets.adain import channel_statistics

CONTENT_LAYERS = ("relu4_1",)
"""Where AdaIN measures content (Huang & Belongie 2017)."""


def content_loss(
    output: Features,
    content: Features,
    *,
    normalised: bool = True,
    layers: Sequence[str] = CONTENT_LAYERS,
) -> Tensor:
    """Mean squared difference of features (Johnson et al. 2016, equation 2), summed over `layers`.

    Args:
        output: features of the output.
        content: features of the content, of any precision: half is enough to keep them in. They
            may be those of `content_targets`.
        normalised: whether to compare instance-normalised features: colour and contrast, which
            belong to style, do not count then.
        layers: where.

    Returns:
        Float32 scalar, a mean over the batch.
    """
    losses = [_difference(output[layer], content[layer], normalised) for layer in layers]
    return torch.stack(losses).sum()


def content_targets(
    content: Features, *, normalised: bool = True, layers: Sequence[str] = CONTENT_LAYERS
) -> dict[str, Tensor]:
    """Features of the content to be kept for `content_loss`, in half precision.

    Where they are compared normalised, they are kept so: they are then about 1 in size, and
    normalising them again changes nothing.
    """
    return {
        layer: (instance_normalise(content[layer]) if normalised else content[layer]).half()
        for layer in layers
    }


def instance_normalise(features: Tensor) -> Tensor:
    """Features (N, C, H, W) with mean 0 and deviation 1 in every channel, as float32."""
    mean, deviation = channel_statistics(features)
    return (features.float() - mean) / deviation


def _difference(output: Tensor, content: Tensor, normalised: bool) -> Tensor:
    if normalised:
        output, content = instance_normalise(output), instance_normalise(content)
    return functional.mse_loss(output.float(), content.float())
