"""Pictures in pairs: two neighbours of a row as one pixel with 6 channels.

Frames (N, H, W, 3) lie in memory so already: nothing is moved on the way in. A convolution with a
stride of two rows then sees squares of 2 × 2 pixels, and what it gives for each square, its quad of
12 channels, is put in rows again on the way out.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

# With zeros, the deepest features at the border are unlike all others: a band of another colour.
PADDING: Final = "replicate"
"""Of the light networks' convolutions."""

# The deepest features of the light networks have an eighth of the picture's height and width.
_MULTIPLE = 8


def continued(frames: Tensor, *, multiple: int = _MULTIPLE) -> Tensor:
    """Frames (N, H, W, C) of any type, padded by reflection to multiples at the right and below."""
    for axis in (1, 2):
        length = int(frames.shape[axis])
        if length % multiple:
            # Made on the device: a copy from the host could not be recorded in a CUDA graph.
            places = torch.arange(length + -length % multiple, device=frames.device)
            period = max(1, 2 * (length - 1))
            there = places % period
            frames = frames.index_select(axis, torch.minimum(there, period - there))
    return frames


def to_pairs(frames: Tensor) -> Tensor:
    """Frames (N, H, W, C) of any type, W even, to pairs (N, 2 C, H, W / 2), in the same memory."""
    count, height, width, channels = (int(length) for length in frames.shape)
    return frames.reshape(count, height, width // 2, 2 * channels).permute(0, 3, 1, 2)


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
        weight = _over_pairs(self.weight.view(-1, 3, 2, 2, 3, 3))
        return functional.conv2d(_edged(pairs), weight, self.bias, stride=(2, 1))

    def of_levels(self, pairs: Tensor, matrix: Tensor, chroma: Tensor | None = None) -> Tensor:
        """The same features but for constants, of levels: what leads from them is in the weights.

        Constants are left to the normalisation that follows, which would take them off again.

        Args:
            pairs: of two parts whose sum is meant, float tensor (N, 4 C, H, W / 2), 2 C of either.
            matrix: float32 tensor (3, C), or with `chroma` (3, C + 2), to the colours that
                `forward` takes.
            chroma: likewise, of each square: (N, 4, H / 2, W / 2).
        """
        squares = self.weight.float().view(-1, 3, 2, 2, 3, 3)
        weight = (squares.movedim(1, 5) @ matrix).movedim(5, 1).to(pairs.dtype)
        colours = int(pairs.shape[1]) // 4
        of_pairs = _over_pairs(weight[:, :colours]).repeat(1, 2, 1, 1)
        features = functional.conv2d(_edged(pairs), of_pairs, stride=(2, 1))
        if chroma is not None:
            chroma = functional.pad(chroma.to(pairs.dtype), (1, 1, 1, 1), mode=PADDING)
            of_chroma = weight[:, colours:].sum((2, 3)).repeat(1, 2, 1, 1)
            features = features + functional.conv2d(chroma, of_chroma)
        return features


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


def _edged(pairs: Tensor) -> Tensor:
    """Padded on all sides by the squares at the edges: two rows, and a pair."""
    pairs = torch.cat([pairs[:, :, :2], pairs, pairs[:, :, -2:]], dim=2)
    return functional.pad(pairs, (1, 1, 0, 0), mode=PADDING)


def _over_pairs(weight: Tensor) -> Tensor:
    """From kernels (N, C, row, column, 3, 3) over squares to kernels (N, 2 C, 6, 3) over pairs."""
    count, channels = weight.shape[:2]
    return weight.permute(0, 3, 1, 4, 2, 5).reshape(count, 2 * channels, 6, 3)


def _even(colours: Tensor) -> Tensor:
    """12 of (colour, row, column) whose kernels have one sum for the four pixels of a colour."""
    quads = colours.view(3, 4, *colours.shape[1:])
    sums = quads.mean(dim=(3, 4), keepdim=True) if quads.dim() > 2 else quads
    return (quads - sums + sums.mean(dim=1, keepdim=True)).reshape(colours.shape)


def _by_rows(colours: Tensor) -> Tensor:
    """From 12 of (colour, row, column) to 12 of (row, column, colour)."""
    return colours.view(3, 4, *colours.shape[1:]).transpose(0, 1).flatten(0, 1)
