"""Pictures in quads: 2 × 2 pixels as one with 12 channels.

Only the arrangement changes here, so that it can be done with 8-bit numbers: a quarter of the
memory to move.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# The deepest features of the light networks have an eighth of the picture's height and width.
_MULTIPLE = 8


def to_quads(pictures: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) of any type and size to quads (N, 12, h / 2, w / 2).

    h and w are the next multiples of 8: the picture is continued by its mirror image.
    """
    height, width = (int(length) for length in pictures.shape[2:])
    if height % _MULTIPLE:
        pictures = pictures.index_select(2, _continued(height).to(pictures.device))
    if width % _MULTIPLE:
        pictures = pictures.index_select(3, _continued(width).to(pictures.device))
    return functional.pixel_unshuffle(pictures, 2)


def from_quads(quads: Tensor, *, height: int, width: int) -> Tensor:
    """Quads of pictures of a height and width to these pictures (N, 3, height, width)."""
    return functional.pixel_shuffle(quads, 2)[:, :, :height, :width]


def _continued(length: int) -> Tensor:
    """Which pixels of a row of this length are in the continued row."""
    return torch.from_numpy(np.pad(np.arange(length), (0, -length % _MULTIPLE), mode="reflect"))
