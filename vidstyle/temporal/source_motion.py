"""Where the pixels of a source were a frame ago, and how far what was painted there still fits."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Layer
from vidstyle.temporal.blending import ALL, Mask, Picture, Plane, Share, blend
from vidstyle.temporal.carrying import Carried, padded
from vidstyle.temporal.flow import SMALLEST_SIDE

# Motion is looked for, and all is decided, in a picture of this shorter side; distances below are
# in its pixels. Flow costs the most of all that is done here.
_SHORTER_SIDE = 90

# Levels by which the source differs from what it was: up to the first, all of the paint fits; from
# the second on, none.
_CHANGE = (7.0, 24.0)

# Pixels a frame: motion this fast is motion-blurred and badly followed, and would leave ghosts.
_SPEED = (2.0, 4.0)

# Pixels by which the flow differs among neighbours: at such edges paint would be torn.
_TEAR = (1.25, 2.5)

# The gate for noise: a source that differs by no more levels than these, and that does not move by
# more than this as a mean over a neighbourhood, stands still. Flow is a guess where a picture is
# flat, and only what has texture says which is right: nearby, or else in a wide surrounding.
_NOISE_LEVELS = (3.0, 6.0)
_NOISE_SPEED = (0.03, 0.075)
_NEIGHBOURHOODS = ((15, 15), (45, 45))

# Squared levels of Sobel's slope: less is noise.
_FLAT = 30.0

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
        # Without the refinement, or with a larger stride, more of the flicker is left.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(0)
        self._flow.setPatchStride(5)
        self._flow.setGradientDescentIterations(4)
        self._flow.setVariationalRefinementIterations(1)

    def reset(self) -> None:
        """Forget earlier frames."""
        self._grey = self._reference = None

    def __call__(self, low: Picture, *, moving: float, still: float) -> Motion | None:
        """The motion since the frame before; None for a first frame, or one of another shape.

        Args:
            low: uint8 (h, w, 3), RGB: the source at the low size (`low_size`).
            moving: the share to be kept of paint that moves, 0 to 1.
            still: the same where nothing moves.
        """
        grey = cv2.cvtColor(low, cv2.COLOR_RGB2GRAY)
        earlier, reference = self._grey, self._reference
        self._grey, self._reference = grey, low
        if earlier is None or reference is None or earlier.shape != grey.shape:
            return None
        flow = self._flow.calc(grey, earlier, None)  # type: ignore[call-overload]
        x, y = cv2.split(flow)
        standing = _standing(_plane(x), _plane(y), low, reference, texture=_texture(grey))
        moves = np.asarray(cv2.bitwise_not(standing), np.float32)
        x, y = (_plane(cv2.multiply(plane, moves, scale=1 / 255)) for plane in (x, y))
        moved = Carried(padded(reference), x, y)[slice(0, len(low))]
        most = cv2.convertScaleAbs(standing, alpha=still - moving, beta=255 * moving)
        fitting = _fitting(low, moved, x, y)
        kept = np.asarray(cv2.multiply(fitting, most, scale=ALL / 255**2), np.uint8)
        self._reference = blend(low, moved, kept)
        return Motion(x, y, kept)


def low_size(layer: Layer) -> tuple[int, int]:
    """Width and height at which the motion of what is (H, W) or (H, W, 3) is looked for."""
    height, width = layer.shape[:2]
    scale = min(1.0, _SHORTER_SIDE / min(height, width))
    return max(SMALLEST_SIDE, round(width * scale)), max(SMALLEST_SIDE, round(height * scale))


def _texture(grey: NDArray[Any]) -> Plane:
    """How much the flow of each pixel says."""
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    return _plane(across * across + down * down + _FLAT)


def _standing(x: Plane, y: Plane, low: Picture, reference: Picture, *, texture: Plane) -> Mask:
    """How surely nothing but noise moves."""
    drift = cv2.min(*(_drift(x, y, texture, size) for size in _NEIGHBOURHOODS))
    change = cv2.blur(_largest(cv2.absdiff(low, reference)), (5, 5))
    return _product(_falling(drift, *_NOISE_SPEED), _falling(change, *_NOISE_LEVELS))


def _drift(x: Plane, y: Plane, texture: Plane, size: tuple[int, int]) -> Plane:
    """The length of the mean of the flow over a neighbourhood, each pixel with its weight."""
    drift = cv2.magnitude(cv2.blur(x * texture, size), cv2.blur(y * texture, size))
    return _plane(drift / cv2.blur(texture, size))


def _fitting(low: Picture, moved: Picture, x: Plane, y: Plane) -> Mask:
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


def _falling(values: Any, low: float, high: float) -> Mask:
    """All up to `low`, nothing from `high` on, straight between."""
    slope = 255 / (high - low)
    nearest = cv2.min(values, high)  # type: ignore[call-overload]  # A number does.
    share = cv2.convertScaleAbs(nearest, alpha=-slope, beta=high * slope)
    return np.asarray(share, np.uint8)


def _product(first: Mask, second: Mask) -> Mask:
    return np.asarray(cv2.multiply(first, second, scale=1 / 255), np.uint8)


def _largest(picture: Any) -> Any:
    """The largest of the channels."""
    red, green, blue = cv2.split(picture)
    return cv2.max(cv2.max(red, green), blue)


def _plane(values: Any) -> Plane:
    return np.asarray(values, np.float32)
