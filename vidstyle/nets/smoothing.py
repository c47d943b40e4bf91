"""Plain surfaces made smooth, in fractions of a level, before they are painted."""

import torch
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
    # Made where they are used: a copy from the host could not be recorded in a CUDA graph.
    rows, columns = (_spread(length, cell, levels.device) for length in (height, width))
    # As products of matrices: OpenVINO takes 14 times as long to interpolate few channels.
    difference = rows @ means @ columns.transpose(0, 1) - levels
    share = (2.0 - difference.abs() / _PLAIN).clamp(0.0, 1.0)
    return (levels + difference * share).reshape(shape)


def _spread(length: int, cell: int, device: torch.device) -> Tensor:
    """From means of cells to means of surroundings, of each pixel: (length, length / cell).

    Means of `_CELLS` cells, in between them linear. Beyond a border gradients go on.
    """
    count, reach = length // cell, _CELLS // 2 + 1
    cells = torch.eye(count, device=device)
    inner = torch.arange(1, reach + 1, device=device).clamp(max=count - 1)
    before, after = 2 * cells[:1] - cells[inner.flip(0)], 2 * cells[-1:] - cells[count - 1 - inner]
    place = (torch.arange(length, device=device) + 0.5) / cell - 0.5
    distance = place.unsqueeze(1) - torch.arange(-reach, count + reach, device=device)
    weights = (reach - distance.abs()).clamp(0.0, 1.0) / _CELLS
    return weights @ torch.cat([before, cells, after])
