"""Feature maps boiled down to two pixels with the same statistics.

Most of what a style loss costs on a CPU is not the loss network but the statistics of its largest
maps, and above all their gradient as the library works it out: half a dozen passes over maps in
single precision. Here it is one pass each way, in the maps' own precision.
"""

from typing import Any

import torch
from torch import Tensor


def condensed(features: Tensor) -> Tensor:
    """Two pixels whose mean and deviation are those of the whole map, in every channel.

    Args:
        features: float tensor (N, C, H, W) of any precision.

    Returns:
        float32 tensor (N, C, 1, 2): mean - deviation and mean + deviation.
    """
    mean, deviation = _Moments.apply(features)  # type: ignore[no-untyped-call]  # As in PyTorch.
    return torch.stack([mean - deviation, mean + deviation], dim=-1)[:, :, None]


class _Moments(torch.autograd.Function):
    """Means and standard deviations (N, C), and their gradient in closed form."""

    @staticmethod
    def forward(ctx: Any, features: Tensor) -> tuple[Tensor, Tensor]:
        count = features.shape[2] * features.shape[3]
        mean = features.mean((2, 3), dtype=torch.float32)
        norm = torch.linalg.vector_norm(features, dim=(2, 3), dtype=torch.float32)
        # A flat channel has no direction to become less flat in: its gradient is held finite.
        variance = (norm.square() / count - mean.square()).clamp(min=1e-6)
        deviation = variance.sqrt()
        ctx.save_for_backward(features, mean, deviation)
        return mean, deviation

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        features, mean, deviation = ctx.saved_tensors
        of_mean, of_deviation = gradients
        count = features.shape[2] * features.shape[3]
        # d mean / dx = 1 / n and d deviation / dx = (x - mean) / (n deviation).
        slope = of_deviation / (count * deviation)
        offset = of_mean / count - slope * mean
        slope, offset = (each[..., None, None].to(features.dtype) for each in (slope, offset))
        return torch.addcmul(offset, slope, features)
