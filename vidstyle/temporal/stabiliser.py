"""Holds a stylised video steady as it comes: paint moves along with what it was painted from."""

import cv2
import numpy as np

from vidstyle.errors import UsageError
from vidstyle.temporal.contrast import Painting, keep_contrast
from vidstyle.temporal.cuts import CutDetector
from vidstyle.temporal.source_motion import Motion, Picture, SourceMotion, places_of

DEFAULT_STABILISE = 0.7
"""Takes about half of the flicker that the network adds, and leaves no trace of its own."""

# Of moving paint, at full strength. What is never renewed melts: errors of the flow add up.
_MOST_KEPT = 0.85

# Paint of what stands still is renewed as much slower as if four frames counted for one.
_STILL_FRAMES = 4


class Stabiliser:
    """Mixes each stylised frame with the result before it, moved along by the source's flow.

    How much is kept is decided pixel by pixel, from the source alone (`SourceMotion`): nothing of
    what was covered, changed or moved fast, and nearly all of what stands still, so that a still
    camera gives a still picture. The mix keeps the contrast of a single frame (`keep_contrast`).
    At a cut (`CutDetector`), and where the size changes, it begins anew.

    Args:
        strength: 0 (frames pass as they are) to 1.

    Raises:
        UsageError: `strength` is out of range.
    """

    def __init__(self, strength: float = DEFAULT_STABILISE) -> None:
        self.strength = strength
        self._is_cut = CutDetector()
        self._motion = SourceMotion()
        self._painting: Painting | None = None

    @property
    def strength(self) -> float:
        """0 (frames pass as they are) to 1; may be set at any time."""
        return self._strength

    @strength.setter
    def strength(self, strength: float) -> None:
        if not 0.0 <= strength <= 1.0:
            raise UsageError(f"stabilise {strength:g} must be from 0 (not at all) to 1")
        self._strength = float(strength)

    def reset(self) -> None:
        """Forget earlier frames."""
        self._is_cut.reset()
        self._motion.reset()
        self._painting = None

    def __call__(self, source: Picture, stylised: Picture) -> Picture:
        """The next frame, held steady.

        Args:
            source: uint8 (H, W, 3), RGB: what was stylised.
            stylised: uint8 (H, W, 3), RGB.

        Returns:
            uint8 (H, W, 3), RGB.
        """
        if not self._strength:
            self.reset()
            return stylised
        if self._is_cut(source):
            self._motion.reset()
        moving = _MOST_KEPT * self._strength
        motion = self._motion(source, moving=moving, still=1 - (1 - moving) ** _STILL_FRAMES)
        earlier = self._painting
        if motion is None or earlier is None or earlier.shape != stylised.shape:
            self._painting = stylised.astype(np.float32)
            return stylised
        mixed = _mixed(earlier, stylised, motion)
        self._painting = keep_contrast(mixed, stylised, low=motion.kept.shape[1::-1])
        return np.rint(self._painting).astype(np.uint8)


def _mixed(earlier: Painting, stylised: Picture, motion: Motion) -> Painting:
    height, width = stylised.shape[:2]
    low_height, low_width = motion.kept.shape
    flow = motion.flow * np.array([width / low_width, height / low_height], np.float32)
    places = cv2.add(places_of(height, width), cv2.resize(flow, (width, height)))
    moved = cv2.remap(  # type: ignore[call-overload]  # The first map has both coordinates.
        earlier, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    kept = cv2.resize(motion.kept, (width, height))
    mixed = cv2.blendLinear(moved, stylised.astype(np.float32), kept, 1.0 - kept)
    return np.asarray(mixed, np.float32)
