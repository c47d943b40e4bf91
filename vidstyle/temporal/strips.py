"""Works through pictures strip by strip, so that what is worked out for one stays in the cache."""

from collections.abc import Iterator
from typing import Any

import cv2
from numpy.typing import NDArray

# Pixels. Half as many, or four times, are slower at 640×360.
_PIXELS = 1 << 16


def strips(height: int, width: int) -> Iterator[slice]:
    """The rows of a picture from above, strip by strip."""
    rows = max(1, _PIXELS // width)
    for first in range(0, height, rows):
        yield slice(first, min(height, first + rows))


class Enlarged:
    """A plane (h, w), uint8 or float32, at the size (H, W), of which only strips are worked out."""

    def __init__(self, plane: NDArray[Any], size: tuple[int, int]) -> None:
        height, self._width = size
        # All rows first: then each strip can be enlarged by itself.
        self._rows = cv2.resize(plane, (plane.shape[1], height))

    def __getitem__(self, strip: slice) -> NDArray[Any]:
        rows = self._rows[strip]
        return cv2.resize(rows, (self._width, len(rows)))
