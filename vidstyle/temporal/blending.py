"""Adds to a picture a share of the difference of two others, pixel by pixel."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""A picture (h, w, 3), RGB."""

Share = NDArray[np.uint8]
"""A share for each pixel (h, w), from 0 (nothing) to 255 (all)."""

Plane = NDArray[np.float32]
"""A number for each pixel (h, w)."""


class Blender:
    """Computes base + share · (plus - minus), to the nearest level.

    In bytes, and in memory that serves for every frame: floats take twice the time, and so does
    memory that the system has to find anew.
    """

    def __init__(self) -> None:
        self._share: Any = None
        self._shares: Any = None
        self._more: Any = None
        self._less: Any = None
        self._sum: Any = None

    def __call__(self, base: Picture, plus: Picture, minus: Picture, share: Share) -> Picture:
        """The sum, clipped; good until the next call, which writes to the same memory.

        Args:
            base: uint8 (h, w, 3), RGB.
            plus: like `base`.
            minus: like `base`.
            share: of any size; enlarged to that of `base`.
        """
        self._share = cv2.resize(share, base.shape[1::-1], self._share)
        self._shares = cv2.merge((self._share, self._share, self._share), self._shares)
        self._more = self._scaled(cv2.subtract(plus, minus, self._more))
        self._less = self._scaled(cv2.subtract(minus, plus, self._less))
        brighter = cv2.add(base, self._more, self._more)
        self._sum = cv2.subtract(brighter, self._less, self._sum)
        return np.asarray(self._sum, np.uint8)

    def _scaled(self, difference: Any) -> Any:
        return cv2.multiply(difference, self._shares, difference, scale=1 / 255)
