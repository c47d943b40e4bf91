"""Layers of the scene: a texture, how it moves, and how the camera sees it."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, sample

Affine = NDArray[np.float64]
Points = NDArray[np.float64] | Array
Motion = Callable[[float], Affine]
# (x, y, time) -> the shift (dx, dy) of the points (x, y) of a layer.
Swell = Callable[[Points, Points, float], tuple[Points, Points]]

HORIZON = 392.0


def compose(outer: Affine, inner: Affine) -> Affine:
    """The 2×3 map that applies `inner` first."""
    return np.concatenate(
        [outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2:] + outer[:, 2:]], 1
    )


def shift(x: float, y: float) -> Affine:
    """The 2×3 map that moves by (x, y)."""
    return np.array([[1, 0, x], [0, 1, y]], np.float64)


def turn(
    degrees: float, x: float, y: float, *, scale_x: float = 1.0, scale_y: float = 1.0
) -> Affine:
    """The 2×3 map that scales and then turns about (x, y), clockwise on screen."""
    angle = np.deg2rad(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotation @ np.diag([scale_x, scale_y])
    centre = np.array([x, y])
    return np.concatenate([linear, (centre - linear @ centre)[:, None]], 1)


def still(_: float) -> Affine:
    """The motion of what stands still."""
    return shift(0, 0)


def sea_parallax(y: float) -> float:
    """Parallax of what stands on the water at scene height `y`: nearer is lower and moves more."""
    return (y - HORIZON) / 328


@dataclass(frozen=True)
class Camera:
    """A camera that pans, travels sideways and zooms in slowly, with soft ends."""

    duration: float
    pan: float = 42.0
    travel: float = 66.0
    zoom: float = 0.15

    def view(self, time: float, *, parallax: float, shear: float) -> Affine:
        """From scene units to the picture in scene units, for a layer of that depth.

        A layer moves by `parallax` + `shear` · (y - horizon) of the camera's sideways travel: 0 is
        at infinity, 1 is where the near quay stands.
        """
        part = time / self.duration
        eased = part * part * (3 - 2 * part) * 0.7 + part * 0.3
        sway = 2 * eased - 1
        travel = -self.travel * sway
        move = np.array(
            [
                [1, travel * shear, travel * (parallax - shear * HORIZON) - self.pan * sway],
                [0, 1, 4 * np.sin(2.1 * part)],
            ]
        )
        zoom = 1.03 + self.zoom * eased
        return compose(turn(0, 600, 430, scale_x=zoom, scale_y=zoom), move)


@dataclass(frozen=True)
class Layer:
    """A texture that moves as one piece.

    A point q of the texture (scene units) is shown at camera · motion(t) · (q + swell(q, t)).
    Swells must be gentle: their slope stays below about 0.5, so that iteration undoes them.
    """

    name: str
    canvas: Canvas
    texture: Array
    parallax: float = 0.0
    shear: float = 0.0
    motion: Motion = still
    swell: Swell | None = None
    # The farthest that the swell shifts a point, in scene units.
    reach: float = 0.0

    def project(self, view: Affine, time: float, x: Points, y: Points) -> tuple[Points, Points]:
        """Pixel positions of the texture's points (x, y)."""
        if self.swell is not None:
            shift_x, shift_y = self.swell(x, y, time)
            x, y = x + shift_x, y + shift_y
        return _apply(view, x, y)

    def locate(self, view: Affine, time: float, x: Points, y: Points) -> tuple[Points, Points]:
        """Points of the texture that are seen at the pixel positions (x, y)."""
        at_x, at_y = _apply(_invert(view), x, y)
        if self.swell is None:
            return at_x, at_y
        guess_x, guess_y = at_x, at_y
        for _ in range(12):
            shift_x, shift_y = self.swell(guess_x, guess_y, time)
            guess_x, guess_y = at_x - shift_x, at_y - shift_y
        return guess_x, guess_y

    def sample(self, x: Points, y: Points) -> Array:
        """The texture's RGBA at its points (x, y), premultiplied; nothing outside of it."""
        canvas = self.canvas
        column = (x - canvas.left) * canvas.density - 0.5
        row = (y - canvas.top) * canvas.density - 0.5
        return sample(
            self.texture,
            column.astype(np.float32),
            row.astype(np.float32),
            border=cv2.BORDER_CONSTANT,
        )


def _apply(matrix: Affine, x: Points, y: Points) -> tuple[Points, Points]:
    kind = np.float32 if x.dtype == np.float32 else np.float64
    (a, b, c), (d, e, f) = matrix.astype(kind)
    return a * x + b * y + c, d * x + e * y + f


def _invert(matrix: Affine) -> Affine:
    linear = np.linalg.inv(matrix[:, :2])
    return np.concatenate([linear, -linear @ matrix[:, 2:]], 1)
