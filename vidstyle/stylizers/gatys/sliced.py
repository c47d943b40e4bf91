"""The sliced Wasserstein distance as a style loss: how the values of each channel are spread.

Bonneel et al. 2015, "Sliced and Radon Wasserstein barycenters of measures", section 3.
"""

from torch import Tensor
from torch.nn import functional

QUANTILES = 4096
"""So many are kept of a style, whatever its size."""


def quantiles(features: Tensor) -> Tensor:
    """The values of every channel in rising order, evenly taken.

    Args:
        features: float tensor (N, C, H, W).

    Returns:
        Float32 tensor (N, C, 4096).
    """
    return _resampled(_sorted(features), QUANTILES)


def sliced_loss(features: Tensor, target: Tensor, factor: float) -> Tensor:
    """`factor` ‖Q - target‖², with Q the quantiles, summed over the pictures.

    All values are compared, not only those that `quantiles` takes.

    Args:
        features: float tensor (N, C, H, W).
        target: float32 tensor (C, 4096), the quantiles that all are compared with.
        factor: of the loss.

    Returns:
        Float32 scalar.
    """
    values = _sorted(features)
    count = values.shape[2]
    return factor * QUANTILES / count * (values - _resampled(target[None], count)).square().sum()


def _sorted(features: Tensor) -> Tensor:
    return features.flatten(2).float().sort(dim=2).values


def _resampled(values: Tensor, count: int) -> Tensor:
    """Sorted values (N, C, M) as `count` of them."""
    if values.shape[2] == count:
        return values
    return functional.interpolate(values, size=count, mode="linear", align_corners=True)
