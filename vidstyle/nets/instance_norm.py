"""Instance normalisation (Ulyanov et al. 2016, arXiv:1607.08022), without parameters."""

import torch
from torch import Tensor, nn
from torch.nn import functional

_EPSILON = 1e-5


class InstanceNorm(nn.Module):
    """Brings each channel of each picture to mean 0 and variance 1.

    Args:
        channels: how many there are.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        if self.training:
            # Its gradient takes less time and memory than that of what is written out below.
            return functional.instance_norm(features, eps=_EPSILON)
        return normalised(features, *statistics(features))


def statistics(features: Tensor) -> tuple[Tensor, Tensor]:
    """Means and variances of the channels of features (N, C, H, W), each float32 (N, C, 1, 1)."""
    single = features.float()
    mean = single.mean((2, 3), keepdim=True)
    # Rounding may leave a flat channel a little below zero.
    return mean, (single.square().mean((2, 3), keepdim=True) - mean.square()).clamp(min=0.0)


def normalised(features: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Features (N, C, H, W), normalised by these statistics (N or 1, C, 1, 1)."""
    # Written out, and as one factor and one summand: the normalisation of a library keeps OpenVINO
    # from its fast memory layout.
    scale = torch.rsqrt(variance + _EPSILON)
    return (features * scale - mean * scale).to(features.dtype)
