"""Holds a stylised video steady as it comes: paint moves along with what it was painted from."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.cores import usable_cores
from vidstyle.errors import UsageError, check_range
from vidstyle.layers import Pixels, layers_of
from vidstyle.temporal.blending import Picture
from vidstyle.temporal.cuts import CutDetector
from vidstyle.temporal.shrinking import shrunk
from vidstyle.temporal.source_motion import SourceMotion, low_size
from vidstyle.temporal.steady_paint import SteadyPaint

DEFAULT_STABILISE = 0.7
"""Takes about half of the flicker that the network adds, and leaves no trace of its own."""

# Of moving paint, at full strength. What is never renewed melts: errors of the flow add up.
_MOST_KEPT = 0.75

# Paint of what stands still is renewed as much slower as if five frames counted for one:
# by fewer, that of a noisy shot is averaged to a haze.
_STILL_FRAMES = 5

# Pixels that OpenCV's remap can tell apart.
_LONGEST_SIDE = 32766


class Stabiliser:
    """Mixes each stylised frame with the result before it, moved along by the source's flow.

    How much is kept is decided pixel by pixel, from the source alone (`SourceMotion`): nothing of
    what was covered, changed or moved fast, and nearly all of what stands still, so that a still
    camera gives a still picture. At a cut (`CutDetector`), and where the size changes, it begins
    anew. Paintings of one source in several styles share what is found out about it.

    Args:
        strength: 0 (frames pass as they are) to 1.
        to_rgb: where frames are planes of YUV 4:2:0, a matrix and what is added, float32 (3, 4),
            that lead from their levels to those of RGB. None: they are RGB.

    Raises:
        UsageError: `strength` is out of range.
    """

    def __init__(
        self,
        strength: float = DEFAULT_STABILISE,
        *,
        to_rgb: NDArray[np.float32] | None = None,
    ) -> None:
        self.strength = strength
        self._to_rgb = to_rgb
        self._is_cut = CutDetector()
        self._motion = SourceMotion()
        self._paint: list[SteadyPaint] = []
        # Others are at work too. With one for each core they wait for Python's lock.
        threads = max(1, usable_cores() // 2)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="stabilise")

    @property
    def strength(self) -> float:
        """0 (frames pass as they are) to 1; may be set at any time."""
        return self._strength

    @strength.setter
    def strength(self, strength: float) -> None:
        self._strength = check_range("stabilise", strength)

    def reset(self) -> None:
        """Forget earlier frames."""
        self._is_cut.reset()
        self._motion.reset()
        self._paint = []

    def __call__(self, source: Pixels, paintings: Sequence[Pixels]) -> list[Pixels]:
        """The next frame, held steady in each style.

        Args:
            source: uint8 (H, W, 3), RGB, or planes (H · 3/2, W): what was stylised.
            paintings: uint8 of that shape: in one style or several, always in the same order.

        Returns:
            uint8 of that shape for each painting.

        Raises:
            UsageError: the picture has a side of more than 32766 pixels.
        """
        if not self._strength:
            self.reset()
            return list(paintings)
        low = self._low(source)
        if self._is_cut(low):
            self._motion.reset()
        moving = _MOST_KEPT * self._strength
        motion = self._motion(low, moving=moving, still=1 - (1 - moving) ** _STILL_FRAMES)
        if len(self._paint) != len(paintings):
            self._paint = [SteadyPaint(self._threads) for _ in paintings]
        pairs = zip(self._paint, paintings, strict=True)
        return [steady(painting, motion) for steady, painting in pairs]

    def _low(self, source: Pixels) -> Picture:
        """The source in RGB, at the size at which its motion is looked for."""
        layers = layers_of(source)
        height, width = layers[0].shape[:2]
        if max(height, width) > _LONGEST_SIDE:
            raise UsageError(
                f"a picture of {width}x{height} pixels cannot be held steady, "
                f"only {_LONGEST_SIDE} or less a side: set --stabilise 0"
            )
        size = low_size(layers[0])
        low = np.dstack([shrunk(layer, size) for layer in layers])
        if self._to_rgb is not None:
            low = np.asarray(cv2.transform(low, self._to_rgb), np.uint8)
        return low
