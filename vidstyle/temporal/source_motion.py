"""Where the pixels of a source were a frame ago, and how far what was painted there still fits."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.temporal.blending import Blender, Picture, Plane, Share
from vidstyle.temporal.carrying import Carrier

# Flow costs the most of all that is done here: it is looked for in a picture of this shorter side.
# It is no finer than half of that size, at which everything else is decided; distances below are in
# pixels of half the size.
_SHORTER_SIDE = 180

# Flow has no pyramid to search in less.
_SMALLEST_SIDE = 16

# Levels by which the source differs from what it was: up to the first, all of the paint fits; from
# the second on, none.
_CHANGE = (7.0, 24.0)

# Pixels a frame: motion this fast is motion-blurred and badly followed, and would leave ghosts.
_SPEED = (2.0, 4.0)

# Pixels by which the flow differs among neighbours: at such edges paint would be torn.
_TEAR = (0.5, 1.0)

# The gate for noise: a source that differs by no more levels than these, and that does not move by
# more than this as a mean over a neighbourhood, stands still.
_NOISE_LEVELS = (3.0, 6.0)
_NOISE_SPEED = (0.03, 0.075)
_NEIGHBOURHOOD = (15, 15)

_THREE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True)
class Motion:
    """From a frame to the one before it: pixel p was at p + (x(p), y(p)).

    Attributes:
        x: (h, w), in pixels; exactly 0 where a still camera shows nothing but noise.
        y: the same.
        kept: (h, w), the share of the earlier paint that is to be kept.
    """

    x: Plane
    y: Plane
    kept: Share


class SourceMotion:
    """Follows a source by DIS flow (Kroeger et al. 2016, arXiv:1603.03590).

    It keeps a reference: a mix of the sources, in the very shares in which the result mixes what
    was painted from them. Where the reference, moved along, is not what the source shows now, the
    earlier paint does not fit: something was uncovered, changed, or moved otherwise than the flow
    says.
    """

    def __init__(self) -> None:
        self._grey: NDArray[Any] | None = None
        self._reference: Picture | None = None
        self._carry = Carrier()
        self._blend = Blender()
        # The finest scale decides: flow over smooth ground is quiet with it, and jitters without.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(1)
        self._flow.setPatchStride(5)
        self._flow.setGradientDescentIterations(5)
        self._flow.setVariationalRefinementIterations(1)

    def reset(self) -> None:
        """Forget earlier frames."""
        self._grey = self._reference = None

    def __call__(self, low: Picture, *, moving: float, still: float) -> Motion | None:
        """The motion since the frame before; None for a first frame, or one of another shape.

        Args:
            low: uint8 (h, w, 3), RGB: the source at the low size (`shrunk`).
            moving: the share to be kept of paint that moves, 0 to 1.
            still: the same where nothing moves.
        """
        grey, half = cv2.cvtColor(low, cv2.COLOR_RGB2GRAY), _halved(low)
        earlier, reference = self._grey, self._reference
        self._grey, self._reference = grey, half
        if earlier is None or reference is None or earlier.shape != grey.shape:
            return None
        x, y = self._flow_between(grey, earlier)
        standing = _standing(x, y, half, reference)
        moves = np.asarray(cv2.bitwise_not(standing), np.float32)
        x, y = (_plane(cv2.multiply(plane, moves, scale=1 / 255)) for plane in (x, y))
        moved = self._carry(reference, x, y)
        most = cv2.convertScaleAbs(standing, alpha=still - moving, beta=255 * moving)
        kept = _product(_fitting(half, moved, x, y), np.asarray(most, np.uint8))
        self._reference = self._blend(half, moved, half, kept)
        return Motion(x, y, kept)

    def _flow_between(self, grey: NDArray[Any], earlier: NDArray[Any]) -> tuple[Plane, Plane]:
        """Right and down, at half the size."""
        flow = self._flow.calc(grey, earlier, None)  # type: ignore[call-overload]
        half = _halved(flow)
        x, y = cv2.split(half)
        (height, width), (half_height, half_width) = grey.shape, half.shape[:2]
        return _plane(x * (half_width / width)), _plane(y * (half_height / height))


def shrunk(picture: Picture) -> Picture:
    """A picture at the low size, at which its motion is looked for."""
    height, width = picture.shape[:2]
    scale = min(1.0, _SHORTER_SIDE / min(height, width))
    size = [max(_SMALLEST_SIDE, round(side * scale)) for side in (width, height)]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _halved(values: Any) -> Any:
    height, width = values.shape[:2]
    return cv2.resize(values, (width // 2, height // 2), interpolation=cv2.INTER_AREA)


def _standing(x: Plane, y: Plane, low: Picture, reference: Picture) -> Share:
    """How surely nothing but noise moves."""
    drift = cv2.magnitude(cv2.blur(x, _NEIGHBOURHOOD), cv2.blur(y, _NEIGHBOURHOOD))
    change = cv2.blur(_largest(cv2.absdiff(low, reference)), (5, 5))
    return _product(_falling(drift, *_NOISE_SPEED), _falling(change, *_NOISE_LEVELS))


def _fitting(low: Picture, moved: Picture, x: Plane, y: Plane) -> Share:
    """Where earlier paint fits."""
    # What lies in the range of the pixels around is right: flow is right to a pixel, not to a tenth
    # of one, and by the levels alone every edge would look like a change.
    above = cv2.subtract(low, cv2.dilate(moved, _THREE))
    below = cv2.subtract(cv2.erode(moved, _THREE), low)
    change = cv2.blur(_largest(cv2.max(above, below)), (3, 3))
    fitting = _product(_falling(change, *_CHANGE), _falling(cv2.magnitude(x, y), *_SPEED))
    fitting = _product(fitting, _falling(cv2.max(_range(x), _range(y)), *_TEAR))
    fitting[_from_outside(x, y)] = 0
    # Strokes reach beyond what they paint: keep away from all that does not fit.
    return np.asarray(cv2.blur(cv2.erode(fitting, _THREE), (3, 3)), np.uint8)


def _range(values: Plane) -> Plane:
    """Of each pixel and its neighbours."""
    return _plane(cv2.subtract(cv2.dilate(values, _THREE), cv2.erode(values, _THREE)))


def _from_outside(x: Plane, y: Plane) -> NDArray[np.bool_]:
    """Whether a pixel was beyond the edges, (h, w)."""
    height, width = x.shape
    column, row = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    outside = (x < -column) | (x > width - 1 - column) | (y < -row) | (y > height - 1 - row)
    return np.asarray(outside, np.bool_)


def _falling(values: Any, low: float, high: float) -> Share:
    """All up to `low`, nothing from `high` on, straight between."""
    slope = 255 / (high - low)
    nearest = cv2.min(values, high)  # type: ignore[call-overload]  # A number does.
    share = cv2.convertScaleAbs(nearest, alpha=-slope, beta=high * slope)
    return np.asarray(share, np.uint8)


def _product(first: Share, second: Share) -> Share:
    return np.asarray(cv2.multiply(first, second, scale=1 / 255), np.uint8)


def _largest(picture: Any) -> Any:
    """The largest of the channels."""
    red, green, blue = cv2.split(picture)
    return cv2.max(cv2.max(red, green), blue)


def _plane(values: Any) -> Plane:
    return np.asarray(values, np.float32)
