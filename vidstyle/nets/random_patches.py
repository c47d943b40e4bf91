"""Patches of pictures along random directions: a comparison that needs no trained weights."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vidstyle.nets.extractors import check_layers

PATCH_LAYERS = ("patches",)
"""The one layer that features can be taken from."""

_SIDE = 7
_DIRECTIONS = 96


class RandomPatches(nn.Module):
    """A loss network: every patch of 7 × 7 pixels, along fixed random directions of length 1.

    Two pictures whose patches are distributed alike along all directions have the same patches
    (Elnekave & Weiss 2022, arXiv:2203.11862, section 3).

    Args:
        layers: "patches".

    Raises:
        ValueError: there is no such layer.
    """

    def __init__(self, layers: Sequence[str] = PATCH_LAYERS) -> None:
        super().__init__()
        check_layers(layers, known=PATCH_LAYERS)
        generator = torch.Generator().manual_seed(0)
        directions = torch.randn(_DIRECTIONS, 3 * _SIDE**2, generator=generator)
        directions = functional.normalize(directions).view(-1, 3, _SIDE, _SIDE)
        self.directions = nn.Parameter(directions)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """How far each patch lies along each direction.

        Args:
            pictures: float tensor (N, 3, H, W), RGB in [0, 1], H and W from 7.

        Returns:
            For "patches" a float tensor (N, 96, H - 6, W - 6).
        """
        return {"patches": functional.conv2d(pictures, self.directions)}
