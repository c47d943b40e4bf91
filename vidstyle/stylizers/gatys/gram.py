"""The style loss of one layer, with its gradient in closed form.

As the library would work it out, the loss of a large map costs several passes over it in single
precision; here it is one matrix product each way, in the map's own precision.
"""

from typing import Any

import torch
from torch import Tensor


def gram_products(features: Tensor, cover: Tensor | None = None) -> Tensor:
    """Gram matrices: products of every two channels, averaged over positions and channels.

    G = F Fᵀ / (C H W) (Johnson et al. 2016, equation 3); with a cover, a weighted mean (Gatys et
    al. 2017, arXiv:1611.07865, section 4).

    Args:
        features: float tensor (N, C, H, W) of any precision, fastest in the channels_last format.
        cover: float tensor (N or 1, 1, H, W), 0 to 1: how much each position counts.

    Returns:
        Float32 tensor (N, C, C).
    """
    return _products(_rows(features), *_roots(features, cover))


def gram_loss(
    features: Tensor, target: Tensor, factor: float, cover: Tensor | None = None
) -> Tensor:
    """`factor` ‖G - target‖², summed over the pictures.

    Args:
        features: float tensor (N, C, H, W) of any precision.
        target: float32 tensor (C, C), the Gram matrix that all are compared with.
        factor: of the loss.
        cover: as in `gram_products`.

    Returns:
        Float32 scalar.
    """
    loss: Tensor = _GramLoss.apply(features, target, factor, cover)  # type: ignore[no-untyped-call]
    return loss


class _GramLoss(torch.autograd.Function):
    """‖G - T‖² and its gradient 4 F (G - T) / (C H W)."""

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, target: Tensor, factor: float, cover: Tensor | None
    ) -> Tensor:
        rows = _rows(features)
        root, share = _roots(features, cover)
        difference = _products(rows, root, share) - target
        ctx.save_for_backward(rows, difference, *([] if root is None else [root]))
        ctx.slope = 4 * factor * share
        ctx.size = features.shape[2:]
        return factor * difference.square().sum()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        rows, difference, *roots = ctx.saved_tensors
        slopes = (difference * (gradients[0] * ctx.slope)).to(rows.dtype)
        gradient = torch.bmm(rows, slopes)
        for root in roots:
            gradient = gradient * root.square()
        height, width = ctx.size
        count, _, channels = gradient.shape
        shaped = gradient.view(count, height, width, channels).permute(0, 3, 1, 2)
        return shaped, None, None, None


def _rows(features: Tensor) -> Tensor:
    """(N, H W, C): a view in the channels_last format."""
    return features.permute(0, 2, 3, 1).flatten(1, 2)


def _roots(features: Tensor, cover: Tensor | None) -> tuple[Tensor | None, float]:
    """What rows are multiplied by before the product, if anything, and the product after it."""
    channels, height, width = features.shape[1:]
    if cover is None:
        return None, 1 / (channels * height * width)
    total = max(float(cover.sum()) / len(cover), 1e-6)
    return _rows(cover).sqrt().to(features.dtype), 1 / (channels * total)


def _products(rows: Tensor, root: Tensor | None, share: float) -> Tensor:
    covered = rows if root is None else rows * root
    return torch.bmm(covered.transpose(1, 2), covered).float() * share
