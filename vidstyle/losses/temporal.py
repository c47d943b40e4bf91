"""Temporal losses: what moves in the input shall move alike in the output, and else stand still."""

import torch
from torch import Tensor
from torch.nn import functional

from vidstyle.temporal.known_motion import MotionPair
from vidstyle.temporal.warp import warp

# Relative luminance of linear RGB, as ReCoNet takes it (ITU-R BT.709).
_LUMINANCE = (0.2126, 0.7152, 0.0722)

# Side of the neighbourhood that changes of luminance are averaged over, in pixels.
_AROUND = 9

# A cell of features counts where all of its pixels are visible, but for rounding.
_WHOLLY = 1 - 1e-4


def output_temporal_loss(first_output: Tensor, second_output: Tensor, pair: MotionPair) -> Tensor:
    """Mean squared change of the output along the motion, beyond the input's change in luminance.

    mean over visible pixels of (W(o₂) - o₁ - Δ)², where Δ = Y(W(i₂)) - Y(i₁) and W(x)(p) =
    x(p + flow(p)): ReCoNet (Gao et al. 2018, arXiv:1807.01197), where light that
    changes in the input may change in the output. Unlike there, Δ is averaged over a
    neighbourhood: light changes over areas, while noise, which the output must not repeat,
    averages out.

    Args:
        first_output: float tensor (N, 3, H, W), the output for `pair.first`.
        second_output: float tensor (N, 3, H, W), the output for `pair.second`.
        pair: the inputs and their motion, H × W.

    Returns:
        Float32 scalar; 0 where nothing is visible.
    """
    change = (warp(second_output, pair.flow) - first_output).float()
    return _masked_mean_square(change - _luminance_change(pair), pair.visible)


def feature_temporal_loss(
    first_features: Tensor, second_features: Tensor, pair: MotionPair
) -> Tensor:
    """Mean squared change of features along the motion, by the features' own mean square.

    ReCoNet (Gao et al. 2018, arXiv:1807.01197): the flow is averaged over each cell of
    the features' grid and measured in cells; a cell counts where all of its pixels are visible.
    Unlike there, it is divided by the mean square, which no gradient passes: the network gains
    nothing by shrinking its features, and any depth weighs alike.

    Args:
        first_features: float tensor (N, C, h, w), the network's own features of `pair.first`.
        second_features: float tensor (N, C, h, w), those of `pair.second`.
        pair: the inputs and their motion, of any size from h × w up.

    Returns:
        Float32 scalar; 0 where nothing is visible.
    """
    flow, visible = _on_grid(pair, (first_features.shape[2], first_features.shape[3]))
    change = (warp(second_features, flow) - first_features).float()
    energy = first_features.float().square().mean() + second_features.float().square().mean()
    scale = energy.detach() / 2 + torch.finfo(torch.float32).tiny
    return _masked_mean_square(change, visible) / scale


def _luminance_change(pair: MotionPair) -> Tensor:
    weights = torch.tensor(_LUMINANCE, device=pair.first.device).view(1, 3, 1, 1)
    change = ((warp(pair.second, pair.flow) - pair.first).float() * weights).sum(1, keepdim=True)
    # What is not visible has no change of its own: it is left out of the averages.
    visible = pair.visible.float()
    total = functional.avg_pool2d(change * visible, _AROUND, stride=1, padding=_AROUND // 2)
    count = functional.avg_pool2d(visible, _AROUND, stride=1, padding=_AROUND // 2)
    return torch.where(visible > 0, total / count.clamp(min=1e-6), 0.0)


def _on_grid(pair: MotionPair, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The flow, in cells, and the visibility, 0 or 1, on a grid of `size` (rows, columns)."""
    height, width = pair.flow.shape[2:]
    rows, columns = size
    cells = torch.tensor([columns / width, rows / height], device=pair.flow.device)
    flow = functional.interpolate(pair.flow.float(), size=size, mode="area")
    visible = functional.interpolate(pair.visible.float(), size=size, mode="area")
    return flow * cells.view(1, 2, 1, 1), (visible > _WHOLLY).float()


def _masked_mean_square(change: Tensor, visible: Tensor) -> Tensor:
    weights = visible.float()
    total = (change.square() * weights).sum()
    return total / (weights.sum() * change.shape[1]).clamp(min=1.0)
