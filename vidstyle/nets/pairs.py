"""Pictures in pairs: two neighbours of a row as one pixel with 6 channels.

Frames (N, H, W, 3) lie in memory so already: nothing is moved on the way in. A convolution with a
stride of two rows then sees squares of 2 × 2 pixels, and what it gives for each square, its quad of
12 channels, is put in rows again on the way out.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

# With zeros, the deepest features at the border are unlike all others: a band of another colour.
PADDING: Final = "replicate"
"""Of the light networks' convolutions."""

# The deepest features of the light networks have an eighth of the picture's height and width.
_MULTIPLE = 8


def continued(frames: Tensor) -> Tensor:
    """Frames (N, H, W, 3) of any type, continued by their mirror image to multiples of 8."""
    height, width = (int(length) for length in frames.shape[1:3])
    if height % _MULTIPLE:
        frames = frames.index_select(1, _mirrored(height).to(frames.device))
    if width % _MULTIPLE:
        frames = frames.index_select(2, _mirrored(width).to(frames.device))
    return frames


def to_pairs(frames: Tensor) -> Tensor:
    """Frames (N, H, W, 3) of any type, W even, to pairs (N, 6, H, W / 2), in the same memory."""
    count, height, width, _ = (int(length) for length in frames.shape)
    return frames.reshape(count, height, width // 2, 6).permute(0, 3, 1, 2)


def from_quads(quads: Tensor) -> Tensor:
    """Quads (N, 12, h, w), a pair above another, to frames (N, 2 h, 2 w, 3)."""
    count, _, rows, columns = (int(length) for length in quads.shape)
    squares = quads.permute(0, 2, 3, 1).reshape(count, rows, columns, 2, 6)
    return squares.transpose(2, 3).reshape(count, 2 * rows, 2 * columns, 3)


class PairStem(nn.Conv2d):
    """A convolution over squares of 2 × 2 pixels, 3 × 3 of them at a time, that are given as pairs.

    Its weights are those of a convolution over `torch.nn.functional.pixel_unshuffle`.

    Args:
        channels: of the result.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(12, channels, 3)

    def forward(self, pairs: Tensor) -> Tensor:
        """Float pairs (N, 6, H, W / 2) to features (N, channels, H / 2, W / 2)."""
        # Continued by whole squares: two rows, and a pair.
        pairs = torch.cat([pairs[:, :, :2], pairs, pairs[:, :, -2:]], dim=2)
        pairs = functional.pad(pairs, (1, 1, 0, 0), mode=PADDING)
        # From channels (colour, row, column) to (column, colour), and rows of the kernel.
        weight = self.weight.view(-1, 3, 2, 2, 3, 3).permute(0, 3, 1, 4, 2, 5)
        return functional.conv2d(pairs, weight.reshape(-1, 6, 6, 3), self.bias, stride=(2, 1))


class QuadHead(nn.Conv2d):
    """A convolution of 3 × 3 to quads, that paints plain areas plain.

    Its weights are those of a convolution before `torch.nn.functional.pixel_shuffle`, but for what
    would set the four pixels of a quad apart where features are the same all around: a lattice of
    2 × 2 pixels on every sky. Training finds it otherwise, for it passes as texture.

    Args:
        channels: of what it takes.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels, 12, 3)

    def forward(self, features: Tensor) -> Tensor:
        """Float features (N, channels, h, w) to quads (N, 12, h, w)."""
        assert self.bias is not None
        features = functional.pad(features, (1, 1, 1, 1), mode=PADDING)
        weight, bias = _even(self.weight), _even(self.bias)
        return functional.conv2d(features, _by_rows(weight), _by_rows(bias))


def _even(colours: Tensor) -> Tensor:
    """12 of (colour, row, column) whose kernels have one sum for the four pixels of a colour."""
    quads = colours.view(3, 4, *colours.shape[1:])
    sums = quads.mean(dim=(3, 4), keepdim=True) if quads.dim() > 2 else quads
    return (quads - sums + sums.mean(dim=1, keepdim=True)).reshape(colours.shape)


def _by_rows(colours: Tensor) -> Tensor:
    """From 12 of (colour, row, column) to 12 of (row, column, colour)."""
    return colours.view(3, 4, *colours.shape[1:]).transpose(0, 1).flatten(0, 1)


def _mirrored(length: int) -> Tensor:
    """Which pixels of a row of this length are in the continued row."""
    return torch.from_numpy(np.pad(np.arange(length), (0, -length % _MULTIPLE), mode="reflect"))
