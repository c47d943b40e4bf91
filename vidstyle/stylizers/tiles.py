"""Large pictures cut into tiles that overlap, and put together again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Span:
    """Where a tile lies along one side of the picture, in pixels.

    Attributes:
        start: of the tile.
        stop: of the tile.
        keep_start: of the part that is used.
        keep_stop: of the part that is used.
    """

    start: int
    stop: int
    keep_start: int
    keep_stop: int


def spans(length: int, *, tile: int, margin: int) -> Iterator[Span]:
    """Tiles along a side, all of one length; the used parts cover it without overlap.

    Args:
        length: of the side, in pixels.
        tile: of each tile, margins included: more than twice the margin.
        margin: at least so many pixels of a tile are not used, but for the picture's own borders.
    """
    if length <= tile:
        yield Span(0, length, 0, length)
        return
    if 2 * margin >= tile:
        raise ValueError(f"tiles of {tile} pixels have nothing inside margins of {margin}")
    done = 0
    while done < length:
        start = min(max(0, done - margin), length - tile)
        stop = start + tile
        keep_stop = length if stop == length else stop - margin
        yield Span(start, stop, done, keep_stop)
        done = keep_stop


def in_tiles(
    run: Callable[[Picture], Picture], picture: Picture, *, tile: int, margin: int
) -> Picture:
    """`run` on tiles of a picture.

    Args:
        run: uint8 (1, h, w, 3) to the same shape.
        picture: uint8 (H, W, 3).
        tile: see `spans`.
        margin: see `spans`; where it is as far as `run` looks, no seam can be seen.

    Returns:
        uint8 (H, W, 3).
    """
    result = np.empty_like(picture)
    height, width = picture.shape[:2]
    for row in spans(height, tile=tile, margin=margin):
        for column in spans(width, tile=tile, margin=margin):
            part = picture[row.start : row.stop, column.start : column.stop]
            painted = run(part[np.newaxis])[0]
            result[row.keep_start : row.keep_stop, column.keep_start : column.keep_stop] = painted[
                row.keep_start - row.start : row.keep_stop - row.start,
                column.keep_start - column.start : column.keep_stop - column.start,
            ]
    return result
