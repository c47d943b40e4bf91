"""The temporal loss of Ruder et al. 2016 (arXiv:1604.08610), of frames optimised together."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vidstyle.temporal.warp import warp


@dataclass(frozen=True)
class Link:
    """Two frames of a batch, of which the later is held to the earlier.

    Attributes:
        later: its number in the batch.
        earlier: its number in the batch.
        flow: float tensor (1, 2, H, W): what pixel p of the later shows is at p + flow(p) in the
            earlier.
        weight: float tensor (1, 1, H, W), 0 to 1: how far that is to be trusted.
    """

    later: int
    earlier: int
    flow: Tensor
    weight: Tensor


@dataclass(frozen=True)
class TemporalTerm:
    """Mean of weight · (picture - where the earlier ones have moved to)² (equation 7).

    Attributes:
        target: float tensor (N, 3, H, W), the mean of what earlier frames, that are done, show.
        weight: float tensor (N, 1, H, W), the sum of their weights; 0 where none is to be trusted.
        links: between the frames themselves.
    """

    target: Tensor
    weight: Tensor
    links: Sequence[Link] = ()

    def __call__(self, pictures: Tensor) -> Tensor:
        """The sum over pictures (N, 3, H, W): float32 scalar."""
        size = pictures[0].numel()
        loss = (self.weight * (pictures - self.target).square()).sum()
        for link in self.links:
            moved = warp(pictures[link.earlier : link.earlier + 1], link.flow)
            change = pictures[link.later : link.later + 1] - moved
            loss = loss + (link.weight * change.square()).sum()
        return loss / size


def merged(targets: Sequence[Tensor], weights: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The one target and weight whose loss is the sum of all of these, but for a constant.

    Args:
        targets: float tensors (1, 3, H, W).
        weights: float tensors (1, 1, H, W).

    Returns:
        The weighted mean of the targets, 0 where there is no weight, and the sum of the weights.
    """
    total = torch.stack(list(weights)).sum(dim=0)
    weighted = torch.stack([w * t for w, t in zip(weights, targets, strict=True)]).sum(dim=0)
    return weighted / total.clamp(min=1e-6), total
