"""Gives back to a mix of two paintings the contrast that mixing took from it."""

from typing import Any

import cv2
import numpy as np

from vidstyle.temporal.blending import Picture, Plane, Share

# Strokes are what luma has beside its mean over this square.
_STROKE = (5, 5)

# Contrast is measured over this square of the low size.
_AROUND = (5, 5)

# Levels² added to each measure: so faint a contrast is not worth mending.
_FLOOR = 1.0


class ContrastKeeper:
    """Raises the strokes of a mix to the contrast that they have in the fresh painting.

    Where the strokes of two paintings do not agree, their mean is flat; raised to the variance of
    either it keeps its look (after the variance-preserving blending of Heitz & Neyret 2018,
    "High-performance by-example noise using a histogram-preserving blending operator"). Where they
    agree, nothing changes. Contrast is at most doubled.
    """

    def __init__(self) -> None:
        # Memory that serves for every frame.
        self._more: Any = None
        self._less: Any = None

    def __call__(self, mixed: Picture, fresh: Picture, *, low: tuple[int, int]) -> Picture:
        """The mix with the local contrast of the fresh painting.

        Args:
            mixed: uint8 (H, W, 3), RGB.
            fresh: uint8 (H, W, 3), RGB: one of the paintings that were mixed.
            low: width and height of the size at which contrast is measured.

        Returns:
            uint8 (H, W, 3), RGB.
        """
        luma, ground = _luma_and_ground(mixed)
        wanted, found = (
            _variance(*_luma_and_ground(fresh), low),
            _variance(luma, ground, low),
        )
        missing = cv2.resize(_missing(wanted, found), luma.shape[::-1])
        self._more = _grey(_scaled(cv2.subtract(luma, ground), missing), self._more)
        self._less = _grey(_scaled(cv2.subtract(ground, luma), missing), self._less)
        brighter = cv2.add(mixed, self._more, self._more)
        return np.asarray(cv2.subtract(brighter, self._less), np.uint8)


def _luma_and_ground(painting: Picture) -> tuple[Any, Any]:
    luma = cv2.cvtColor(painting, cv2.COLOR_RGB2GRAY)
    return luma, cv2.blur(luma, _STROKE)


def _variance(luma: Any, ground: Any, low: tuple[int, int]) -> Plane:
    """Of strokes, at the low size."""
    # Single pixels, whose variance is that of all; means would have less.
    pixels, means = (
        cv2.resize(plane, low, interpolation=cv2.INTER_NEAREST) for plane in (luma, ground)
    )
    strokes = cv2.subtract(pixels, means, dtype=cv2.CV_32F)
    return np.asarray(cv2.blur(strokes * strokes, _AROUND), np.float32)


def _missing(wanted: Plane, found: Plane) -> Share:
    """By what share strokes are to be raised, from the variance they have."""
    gain = np.sqrt((wanted + _FLOOR) / (found + _FLOOR)) - 1.0
    return np.asarray(np.clip(255.0 * gain, 0.0, 255.0), np.uint8)


def _scaled(strokes: Any, share: Any) -> Any:
    return cv2.multiply(strokes, share, strokes, scale=1 / 255)


def _grey(luma: Any, memory: Any) -> Any:
    return cv2.merge((luma, luma, luma), memory)
