"""A lattice: what repeats with the grid of a network's features, and not with what is painted."""

from typing import Final

from torch import Tensor
from torch.nn import functional

# Pixels; the deepest features of the light networks lie so far apart.
_PERIOD = 8

# How many periods a window has each way: a lattice differs from sky to ground.
_REPEATS = 7

SMALLEST: Final = _PERIOD * (_REPEATS + 1)
"""Pixels: a window, and half a period around it."""


def lattice_loss(pictures: Tensor) -> Tensor:
    """Variance of the means of all pixels that lie alike on a grid of 8 pixels, in windows of 56.

    Means over the 49 pixels of each of the 8 × 8 phases, without what is larger than the grid, and
    beyond what means of unrelated pixels have: it is nearly 0 for strokes that no grid binds.
    Checkerboards of convolutions (Odena et al. 2016, doi:10.23915/distill.00003) are of this kind,
    and textures that are locked to the grid, as losses of style and steadiness together favour.

    Args:
        pictures: float tensor (N, C, H, W), H and W at least `SMALLEST`; a part of a window at the
            bottom or the right does not count.

    Returns:
        Float32 scalar.
    """
    levels, half = pictures.float(), _PERIOD // 2
    # Centred, and free of all that repeats.
    smooth = functional.avg_pool2d(functional.avg_pool2d(levels, _PERIOD, stride=1), 2, stride=1)
    detail = levels[:, :, half:-half, half:-half] - smooth
    side = _PERIOD * _REPEATS
    rows, columns = (length // side for length in detail.shape[2:])
    # (N, C, window, repeat, phase, window, repeat, phase), rows before columns.
    shape = (*detail.shape[:2], rows, _REPEATS, _PERIOD, columns, _REPEATS, _PERIOD)
    folded = detail[:, :, : rows * side, : columns * side].reshape(shape)
    means = folded.mean(dim=(3, 6), keepdim=True)
    within = (folded - means).square().mean(dim=(1, 3, 4, 6, 7)) / (_REPEATS**2 - 1)
    between = means.square().mean(dim=(1, 3, 4, 6, 7))
    # What repeats otherwise is less than unrelated: it must not be worth more than that.
    return (between - within).clamp(min=0).mean()
