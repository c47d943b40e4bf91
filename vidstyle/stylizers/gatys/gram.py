"""The style loss of one layer, with its gradient in closed form.

As the library would work it out, the loss of a large map costs several passes over it in single
precision; here it is one matrix product each way, in the map's own precision.
"""

from typing import Any

import torch
from torch import Tensor


def gram_products(features: Tensor) -> Tensor:
    """Gram matrices: products of every two channels, averaged over positions and channels.

    G = F Fᵀ / (C H W) (Johnson et al. 2016, equation 3).

    Args:
        features: float tensor (N, C, H, W) of any precision, fastest in the channels_last format.

    Returns:
        Float32 tensor (N, C, C).
    """
    return _products(_rows(features))


def gram_loss(features: Tensor, target: Tensor, factor: float) -> Tensor:
    """`factor` ‖G - target‖², summed over the pictures.

    Args:
        features: float tensor (N, C, H, W) of any precision.
        target: float32 tensor (C, C), the Gram matrix that all are compared with.
        factor: of the loss.

    Returns:
        Float32 scalar.
    """
    loss: Tensor = _GramLoss.apply(features, target, factor)  # type: ignore[no-untyped-call]
    return loss


class _GramLoss(torch.autograd.Function):
    """‖G - T‖² and its gradient 4 F (G - T) / (C H W)."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, target: Tensor, factor: float) -> Tensor:
        rows = _rows(features)
        difference = _products(rows) - target
        ctx.save_for_backward(rows, difference)
        ctx.slope = 4 * factor / rows[0].numel()
        ctx.size = features.shape[2:]
        return factor * difference.square().sum()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        rows, difference = ctx.saved_tensors
        slopes = (difference * (gradients[0] * ctx.slope)).to(rows.dtype)
        gradient: Tensor = torch.bmm(rows, slopes)
        shaped = gradient.view(len(rows), *ctx.size, -1).permute(0, 3, 1, 2)
        return shaped, None, None


def _rows(features: Tensor) -> Tensor:
    """(N, H W, C): a view in the channels_last format."""
    return features.permute(0, 2, 3, 1).flatten(1, 2)


def _products(rows: Tensor) -> Tensor:
    return torch.bmm(rows.transpose(1, 2), rows).float() / rows[0].numel()
