"""Plain surfaces made smooth, in fractions of a level, before they are painted."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

MIDDLE: Final = 128.0
"""Levels are counted from here: half precision tells small numbers apart better."""

# Levels. What differs by less from the mean of its surroundings becomes that mean, what differs by
# twice as much stays: 8 bits and codecs leave steps of a level or two, and more is texture, which
# strokes follow.
_PLAIN = 1.5

# Cells on either side of one, which are its surroundings.
_REACH = 2


def correction(levels: Tensor, *, cell: int) -> Tensor:
    """What makes gradients of the steps that levels have on plain surfaces.

    A network takes the edges of blocks and of single levels for edges of things: it paints bricks
    on dark walls and stripes in skies. FFmpeg's gradfun works alike, but gives 8 bits, and their
    dithering is painted as well.

    bfloat16 holds eight bits of a number, and of most levels no fractions. So all that is computed
    are differences from one pixel of each cell, and the sum of levels and corrections is left to
    the convolution that follows, which adds in single precision.

    Args:
        levels: whole levels, uint8 or float tensor (N, C, H, W) in 0 to 255; H and W multiples of
            `cell`.
        cell: side of the squares, in pixels, that means are first taken of.

    Returns:
        Float tensor of the same shape, what is to be added: up to `_PLAIN` either way.
    """
    height, width = (int(length) for length in levels.shape[2:])
    # Planes by themselves: few channels together OpenVINO would first fill up to sixteen.
    difference = _to_surroundings(levels.reshape(-1, height // cell, cell, width).float())
    share = (2.0 - difference.abs() / _PLAIN).clamp(0.0, 1.0)
    return (difference * share).reshape(levels.shape)


def _to_surroundings(stripes: Tensor) -> Tensor:
    """What leads from levels to the means of their surroundings, which are linear between cells.

    Args:
        stripes: float tensor (N, h, cell, W): planes in rows of cells.

    Returns:
        Float tensor of the same shape.
    """
    _, rows, cell, width = (int(length) for length in stripes.shape)
    columns, device = width // cell, stripes.device
    # Made where they are used: a copy from the host could not be recorded in a CUDA graph.
    down, across = _means(rows, device), _means(columns, device)
    own_rows = torch.eye(rows, device=device).repeat_interleave(3, dim=0)
    own_columns = torch.eye(columns, device=device).repeat_interleave(cell, dim=0)
    shares = _shares(cell, device)
    across = (shares @ across.view(columns, 3, columns)).view(width, columns)

    pixels = stripes[:, :, cell // 2, cell // 2 :: cell].unsqueeze(1)
    beyond = stripes - (pixels @ own_columns.transpose(0, 1)).view(-1, rows, 1, width)
    means = functional.avg_pool2d(beyond.view(-1, 1, rows * cell, width), cell)
    # As products of matrices: OpenVINO takes 14 times as long to interpolate few channels. Rows are
    # left to sums: in products with all of them, it would all take half as long again.
    surroundings = (down @ means + (down - own_rows) @ pixels) @ across.transpose(0, 1)
    change = pixels @ (across - own_columns).transpose(0, 1)
    difference = change.view(-1, rows, 1, width) - beyond
    near = torch.split(surroundings.view(-1, rows, 3, width), 1, dim=2)
    for part, share in zip(near, shares.unbind(1), strict=True):
        difference = difference + part * share.view(cell, 1)
    return difference


def _means(count: int, device: torch.device) -> Tensor:
    """Means of the surroundings of the cell before each one, of it, and of the one after.

    The outermost cells count half, so that all weights are fractions that bfloat16 holds. Beyond a
    border gradients go on. (3 count, count).
    """
    reach = _REACH + 1
    cells = torch.eye(count, device=device)
    inner = torch.arange(1, reach + 1, device=device).clamp(max=count - 1)
    before, after = 2 * cells[:1] - cells[inner.flip(0)], 2 * cells[-1:] - cells[count - 1 - inner]
    between = torch.cat([before, cells, after]).unfold(0, 2 * _REACH, 1).mean(2)
    means = (between[:-1] + between[1:]) / 2
    return means.unfold(0, 3, 1).transpose(1, 2).reshape(3 * count, count)


def _shares(cell: int, device: torch.device) -> Tensor:
    """Of each pixel of a cell, the shares of the cell before, its own and the next: (cell, 3)."""
    places = (torch.arange(cell, device=device) + 0.5) / cell - 0.5
    distances = places.unsqueeze(1) - torch.arange(-1, 2, device=device)
    return (1.0 - distances.abs()).clamp(min=0.0)
