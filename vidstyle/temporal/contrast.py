"""Gives back to a mix of two paintings the contrast that mixing took from it."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Painting = NDArray[np.float32]
"""RGB (H, W, 3), in levels of 0 to 255; may go beyond."""

Luma = NDArray[np.float32]
"""Luma (H, W), in levels."""

Gain = NDArray[np.float32]
"""A factor less one, (h, w)."""

# Fine strokes are what is left beside a mean over this square, broad ones the same of the low size.
_FINE, _BROAD = (5, 5), (9, 9)

# Contrast is measured over these squares of the low size.
_AROUND_FINE, _AROUND_BROAD = (7, 7), (15, 15)

# Levels² added to each measure: so faint a contrast is not worth mending.
_FLOOR = 1.0

_LARGEST_GAIN = 1.5
"""Contrast is raised by no more than 1 + this."""


def keep_contrast(mixed: Painting, fresh: NDArray[np.uint8], *, low: tuple[int, int]) -> Painting:
    """The mix with the local contrast of the fresh painting, in fine and in broad strokes.

    Where strokes of two paintings do not agree, their mean is flat; scaling it to the variance of
    either keeps its look (after the variance-preserving blending of Heitz & Neyret 2018,
    "High-performance by-example noise using a histogram-preserving blending operator"). Where they
    agree, nothing changes.

    Args:
        mixed: float32 (H, W, 3), RGB in levels.
        fresh: uint8 (H, W, 3), RGB: one of the paintings that were mixed.
        low: width and height of the size at which contrast is measured.

    Returns:
        Float32 (H, W, 3), RGB, clipped to 0 to 255.
    """
    fine = _fine(cv2.cvtColor(mixed, cv2.COLOR_RGB2GRAY))
    wanted = _fine(np.asarray(cv2.cvtColor(fresh, cv2.COLOR_RGB2GRAY), np.float32))
    fine *= _enlarged(_gain(_sampled(wanted, low), _sampled(fine, low), _AROUND_FINE), fine)

    broad = _broad(mixed, low)
    broad_wanted = cv2.cvtColor(_broad(fresh, low), cv2.COLOR_RGB2GRAY)
    gain = _gain(broad_wanted, cv2.cvtColor(broad, cv2.COLOR_RGB2GRAY), _AROUND_BROAD)
    broad *= gain[..., np.newaxis]

    mended = cv2.add(mixed, _enlarged(broad, mixed))
    mended = cv2.add(mended, cv2.merge([fine, fine, fine]))
    return np.clip(mended, 0.0, 255.0, out=np.asarray(mended, np.float32))


def _fine(luma: NDArray[Any]) -> Luma:
    return np.asarray(cv2.subtract(luma, cv2.blur(luma, _FINE)), np.float32)


def _broad(painting: NDArray[np.uint8] | Painting, low: tuple[int, int]) -> Painting:
    shrunk = np.asarray(cv2.resize(painting, low, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(cv2.subtract(shrunk, cv2.blur(shrunk, _BROAD)), np.float32)


def _sampled(strokes: Luma, low: tuple[int, int]) -> Luma:
    # Not means: single pixels, whose variance is that of all.
    return np.asarray(cv2.resize(strokes, low, interpolation=cv2.INTER_NEAREST), np.float32)


def _gain(wanted: NDArray[Any], strokes: NDArray[Any], around: tuple[int, int]) -> Gain:
    """What `strokes` are to be raised by to the contrast of `wanted`."""
    ratio = (cv2.blur(wanted * wanted, around) + _FLOOR) / (
        cv2.blur(strokes * strokes, around) + _FLOOR
    )
    return np.asarray(np.clip(np.sqrt(ratio) - 1.0, 0.0, _LARGEST_GAIN), np.float32)


def _enlarged(small: NDArray[np.float32], like: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(small, like.shape[1::-1]), np.float32)
