"""Mixes two pictures, pixel by pixel."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Layer, spread

Picture = NDArray[np.uint8]
"""A picture (h, w, 3), RGB."""

# A product of a share and a difference of levels must not be too large for a short.
_BITS = 7

ALL = 1 << _BITS
"""The largest share."""

Share = NDArray[np.uint8]
"""A share for each pixel (h, w), from 0 (nothing) to `ALL`."""

Mask = NDArray[np.uint8]
"""How much something is so, for each pixel (h, w), from 0 (not at all) to 255 (entirely)."""

Plane = NDArray[np.float32]
"""A number for each pixel (h, w)."""


def blend(base: Layer, other: Layer, share: Share) -> Layer:
    """base + share · (other - base), to the nearest level; all of one size.

    In shorts: floats take twice the time.
    """
    difference = np.subtract(other, base, dtype=np.int16)
    difference *= spread(share, base)
    difference += ALL // 2
    difference >>= _BITS
    difference += base
    return difference.astype(np.uint8)


def enlarged(share: Share, size: tuple[int, int]) -> Share:
    """The share or mask at another height and width."""
    height, width = size
    return np.asarray(cv2.resize(share, (width, height)), np.uint8)
