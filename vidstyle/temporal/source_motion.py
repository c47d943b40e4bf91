"""Where the pixels of a source were a frame ago, and how far what was painted there still fits."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
"""A number for each pixel (h, w), or an offset or place (h, w, 2), x then y."""

Picture = NDArray[np.uint8]
"""A picture (h, w, 3), RGB."""

# Flow costs the most of all that is done here: it is looked for in a picture of this shorter side.
# Distances below are in pixels of that size.
_SHORTER_SIDE = 180

# Flow has no pyramid to search in less.
_SMALLEST_SIDE = 16

# Levels by which the source differs from what it was: up to the first, all of the paint fits; from
# the second on, none.
_SAME, _DIFFERENT = 5.0, 20.0

# Pixels a frame: motion this fast is motion-blurred and badly followed, and would leave ghosts.
_SLOW, _FAST = 4.0, 8.0

# The gate for noise: a source that differs by no more levels than these, and that does not move by
# more than this as a mean over a neighbourhood, stands still.
_NOISE_LEVELS = (3.0, 6.0)
_NOISE_SPEED = (0.06, 0.15)
_NEIGHBOURHOOD = (31, 31)

_THREE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Motion:
    """From a frame to the one before it, at the low size.

    Attributes:
        flow: (h, w, 2), in pixels, x then y: pixel p was at p + flow(p); exactly 0 where a still
            camera shows nothing but noise.
        kept: (h, w), the share of the earlier paint that is to be kept, 0 to 1.
    """

    flow: Map
    kept: Map


class SourceMotion:
    """Follows a source by DIS flow (Kroeger et al. 2016, arXiv:1603.03590).

    It keeps a reference: a mix of the sources, in the very shares in which the result mixes what
    was painted from them. Where the reference, moved along, is not what the source shows now, the
    earlier paint does not fit: something was uncovered, changed, or moved otherwise than the flow
    says.
    """

    def __init__(self) -> None:
        self._grey: Picture | None = None
        self._reference: Picture | None = None
        # The finest scale decides: flow over smooth ground is quiet with it, and jitters without.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(1)
        self._flow.setPatchStride(5)
        self._flow.setGradientDescentIterations(5)
        self._flow.setVariationalRefinementIterations(2)

    def reset(self) -> None:
        """Forget earlier frames."""
        self._grey = self._reference = None

    def __call__(self, source: Picture, *, moving: float, still: float) -> Motion | None:
        """The motion since the frame before; None for a first frame, or one of another shape.

        Args:
            source: uint8 (H, W, 3), RGB.
            moving: the share to be kept of paint that moves.
            still: the same where nothing moves.
        """
        low = _shrunk(source)
        grey = np.asarray(cv2.cvtColor(low, cv2.COLOR_RGB2GRAY), np.uint8)
        earlier, reference = self._grey, self._reference
        self._grey, self._reference = grey, low
        if earlier is None or reference is None or earlier.shape != grey.shape:
            return None
        flow = np.asarray(self._flow.calc(grey, earlier, None), np.float32)  # type: ignore[call-overload]
        standing = _standing(flow, low, reference)
        flow *= (1.0 - standing)[..., np.newaxis]
        places = places_of(*grey.shape) + flow
        moved = _fetched(reference, places)
        kept = _fitting(low, moved, flow, places) * (moving + (still - moving) * standing)
        self._reference = np.asarray(cv2.blendLinear(moved, low, kept, 1.0 - kept), np.uint8)
        return Motion(flow, kept)


def places_of(height: int, width: int) -> Map:
    """The place of every pixel, (height, width, 2), x then y."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.dstack([x, y])


def _shrunk(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, _SHORTER_SIDE / min(height, width))
    size = [max(_SMALLEST_SIDE, round(side * scale)) for side in (width, height)]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _fetched(picture: Picture, places: Map) -> Picture:
    fetched = cv2.remap(  # type: ignore[call-overload]  # The first map has both coordinates.
        picture, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(fetched, np.uint8)


def _standing(flow: Map, low: Picture, reference: Picture) -> Map:
    """How surely nothing but noise moves, (h, w), 0 to 1."""
    drift = _length(cv2.blur(flow, _NEIGHBOURHOOD))
    change = cv2.blur(_largest(cv2.absdiff(low, reference)), (5, 5))
    return _falling(drift, *_NOISE_SPEED) * _falling(change, *_NOISE_LEVELS)


def _fitting(low: Picture, moved: Picture, flow: Map, places: Map) -> Map:
    """Where earlier paint fits, (h, w), 0 to 1."""
    height, width = low.shape[:2]
    # What lies in the range of the pixels around is right: flow is right to a pixel, not to a tenth
    # of one, and by the levels alone every edge would look like a change.
    above = cv2.subtract(low, cv2.dilate(moved, _THREE))
    below = cv2.subtract(cv2.erode(moved, _THREE), low)
    change = cv2.blur(_largest(cv2.max(above, below)), (3, 3))
    fitting = _falling(change, _SAME, _DIFFERENT) * _falling(_length(flow), _SLOW, _FAST)
    x, y = cv2.split(places)
    fitting *= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    # Strokes reach beyond what they paint: keep away from all that does not fit.
    return np.asarray(cv2.blur(cv2.erode(fitting, _THREE), (3, 3)), np.float32)


def _falling(values: NDArray[Any], low: float, high: float) -> Map:
    """1 up to `low`, 0 from `high` on, straight between."""
    return np.asarray(np.clip((high - values) / (high - low), 0.0, 1.0), np.float32)


def _largest(picture: NDArray[Any]) -> Map:
    """The largest of the channels."""
    red, green, blue = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.float32)


def _length(vectors: NDArray[Any]) -> Map:
    return np.asarray(cv2.magnitude(*cv2.split(vectors)), np.float32)
