"""Tells where in a video a new scene begins."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# Structure is compared at this size: small enough that what moves a little stays where it is.
_THUMBNAIL = (32, 18)
_COLOURS = (64, 36)

# Two pictures of one scene correlate better than this, or else share most of their colours: a fast
# pan moves everything and keeps the colours, a flash changes the colours and keeps the structure.
_CORRELATION = 0.55
_OTHER_COLOURS = 0.4

# Levels. Beyond, a pixel is black or blown out, and tells nothing of the structure.
_DARKEST, _BRIGHTEST = 6, 249
_LEAST_CONTRAST = 3.0
_LEAST_SHARE = 0.25


class CutDetector:
    """Compares each picture with the one before it; cheap enough for every frame.

    A blank picture (black, or white by a flash) shows no scene: the next one that does is compared
    with the last one that did. Fades and dissolves are not cuts.
    """

    def __init__(self) -> None:
        self._last: _Features | None = None

    def __call__(self, picture: NDArray[np.uint8]) -> bool:
        """Whether a new scene begins with this picture, uint8 (H, W, 3), RGB; False for the first.

        Call it with every picture, in order.
        """
        features, last = _Features.of(picture), self._last
        if features.is_blank:
            return False
        self._last = features
        return last is not None and _differ(features, last)

    def reset(self) -> None:
        """Forget the pictures before."""
        self._last = None


@dataclass(frozen=True)
class _Features:
    luma: Any
    """At the thumbnail's size."""
    readable: Any
    """255 where the luma tells something."""
    colours: Any
    """A histogram of 8 × 8 × 8 colours."""

    @classmethod
    def of(cls, picture: NDArray[np.uint8]) -> "_Features":
        small = cv2.resize(picture, _COLOURS, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        luma = cv2.resize(grey, _THUMBNAIL, interpolation=cv2.INTER_AREA)
        readable = cv2.inRange(luma, _DARKEST + 1, _BRIGHTEST - 1)
        colours = cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3)
        return cls(luma, readable, colours)

    @property
    def is_blank(self) -> bool:
        if _covers_little(self.readable):
            return True
        _, deviation = cv2.meanStdDev(self.luma, mask=self.readable)
        return bool(deviation[0, 0] < _LEAST_CONTRAST)


def _differ(first: _Features, second: _Features) -> bool:
    common = cv2.compareHist(first.colours, second.colours, cv2.HISTCMP_INTERSECT)
    if common > (1 - _OTHER_COLOURS) * _COLOURS[0] * _COLOURS[1]:
        return False
    both = cv2.bitwise_and(first.readable, second.readable)
    if _covers_little(both):
        return False
    one, other = (np.asarray(each.luma[both > 0], np.float32) for each in (first, second))
    return _correlation(one, other) < _CORRELATION


def _covers_little(mask: Any) -> bool:
    return bool(cv2.countNonZero(mask) < _LEAST_SHARE * mask.size)


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    first, second = first - first.mean(), second - second.mean()
    scale = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / scale) if scale else 0.0
