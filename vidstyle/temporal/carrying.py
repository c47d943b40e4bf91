"""Moves pictures along a flow."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Layer
from vidstyle.temporal.blending import Plane

Padded = NDArray[np.uint8]
"""RGB and anything (h, w, 4), for OpenCV carries four channels in half the time of three; or a
plane (h, w)."""


def padded(layer: Layer) -> Padded:
    """RGB with a fourth channel; a plane as it is."""
    if layer.ndim == 2:
        return layer
    return np.asarray(cv2.cvtColor(layer, cv2.COLOR_RGB2RGBA), np.uint8)


class Carried:
    """What of a layer lies at p + flow(p), at p; beyond the edges, the edges.

    Args:
        layer: (H, W, 4) or (H, W).
        x: the flow to the right, at a size of its own, (h, w), in pixels of that size.
        y: the same downwards.
    """

    def __init__(self, layer: Padded, x: Plane, y: Plane) -> None:
        (height, width), (low_height, low_width) = layer.shape[:2], x.shape
        self._layer = layer
        self._flow = (_rounded(x, width / low_width), _rounded(y, height / low_height))
        self._x, self._y = (cv2.resize(plane, (width, height)) for plane in self._flow)

    def __getitem__(self, strip: slice) -> Layer:
        """Some rows of it, (rows, W, 3) or (rows, W)."""
        # The flow starts from rows of the strip, and points to those of all.
        y = self._y[strip] + np.float32(strip.start)
        return self._fetched(self._x[strip], y, cv2.WARP_RELATIVE_MAP)

    def at(self, columns: Plane, rows: Plane) -> Layer:
        """Single pixels of it, (h, w, 3) or (h, w).

        Args:
            columns: whole numbers (h, w): a place for each of the flow's own.
            rows: likewise.
        """
        x, y = self._flow
        return self._fetched(x + columns, y + rows)

    def _fetched(self, x: Any, y: Any, flag: int = 0) -> Layer:
        flags = cv2.INTER_LINEAR | flag
        fetched = cv2.remap(self._layer, x, y, flags, None, cv2.BORDER_REPLICATE)
        if fetched.ndim == 3:
            fetched = cv2.cvtColor(fetched, cv2.COLOR_RGBA2RGB)
        return np.asarray(fetched, np.uint8)


def _rounded(plane: Plane, step: float) -> Plane:
    """In pixels of the picture, to a 32nd: noise of the flow must not move what stands still."""
    rounded = np.rint(plane * np.float32(32 * step)) * np.float32(1 / 32)
    return np.asarray(rounded, np.float32)
