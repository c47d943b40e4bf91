"""Plain surfaces made smooth, in fractions of a level, before they are painted."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

# Levels. What differs by less from the mean of its surroundings becomes that mean, what differs by
# twice as much stays: 8 bits and codecs leave steps of a level or two, and more is texture, which
# strokes follow.
_PLAIN = 1.5

# Surroundings have this many cells a side.
_CELLS = 5


def smoothed(levels: Tensor, *, cell: int) -> Tensor:
    """Levels whose steps on plain surfaces are gradients.

    A network takes the edges of blocks and of single levels for edges of things: it paints bricks
    on dark walls and stripes in skies. FFmpeg's gradfun works alike, but gives 8 bits, and their
    dithering is painted as well.

    Args:
        levels: float tensor (N, C, H, W) in 0 to 255, or less a constant; H and W multiples of
            `cell`.
        cell: side of the squares, in pixels, that means are first taken of.

    Returns:
        Float tensor of the same shape.
    """
    shape = [int(length) for length in levels.shape]
    height, width = shape[2:]
    # Planes by themselves: few channels together OpenVINO would first fill up to sixteen.
    levels = levels.reshape(-1, 1, height, width)
    means = functional.avg_pool2d(levels, cell)
    rows, columns = (
        torch.from_numpy(_spread(length, cell)).to(levels) for length in (height, width)
    )
    # As products of matrices: OpenVINO takes 14 times as long to interpolate few channels.
    difference = rows @ means @ columns.transpose(0, 1) - levels
    share = (2.0 - difference.abs() / _PLAIN).clamp(0.0, 1.0)
    return (levels + difference * share).reshape(shape)


def _spread(length: int, cell: int) -> NDArray[np.float32]:
    """From means of cells to means of surroundings, of each pixel: (length, length / cell).

    Means of `_CELLS` cells, in between them linear. Beyond a border gradients go on.
    """
    count, reach = length // cell, _CELLS // 2 + 1
    cells = np.eye(count)
    inner = np.minimum(np.arange(1, reach + 1), count - 1)
    before, after = 2 * cells[0] - cells[inner[::-1]], 2 * cells[-1] - cells[count - 1 - inner]
    continued = np.concatenate([before, cells, after])
    surroundings = np.lib.stride_tricks.sliding_window_view(continued, _CELLS, axis=0).mean(axis=-1)
    # The first of them is of the cell before the border.
    place = (np.arange(length) + 0.5) / cell + 0.5
    first = place.astype(int)
    share = (place - first)[:, np.newaxis]
    spread = (1 - share) * surroundings[first] + share * surroundings[first + 1]
    return np.asarray(spread, np.float32)
