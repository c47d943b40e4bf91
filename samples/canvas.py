"""A drawing surface in scene units, and the procedural brushes that paint on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# Single precision wherever pixels are meant; arithmetic may widen it on the way.
Array = NDArray[np.floating[Any]]
Color = tuple[float, float, float]


@dataclass(frozen=True)
class Canvas:
    """A rectangle of the scene, sampled at `density` pixels a scene unit.

    Scene units are the pixels of a 1280×720 picture, x right and y down, whatever the size that
    is rendered. Noise is laid out in scene units too: a small canvas shows the same picture as a
    large one, less its finest detail.
    """

    left: float
    top: float
    width: float
    height: float
    density: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns in pixels."""
        return round(self.height * self.density), round(self.width * self.density)

    @cached_property
    def x(self) -> Array:
        """Scene x of each pixel's centre, float32 (rows, columns)."""
        return np.broadcast_to(self._axis(self.left, self.shape[1])[None, :], self.shape)

    @cached_property
    def y(self) -> Array:
        """Scene y of each pixel's centre, float32 (rows, columns)."""
        return np.broadcast_to(self._axis(self.top, self.shape[0])[:, None], self.shape)

    def _axis(self, start: float, count: int) -> Array:
        return (start + (np.arange(count) + 0.5) / self.density).astype(np.float32)

    def noise(
        self, cell: float, *, seed: int, octaves: int = 5, gain: float = 0.5, stretch: float = 1.0
    ) -> Array:
        """Fractal value noise, about zero mean and within ±1, float32 (rows, columns).

        `cell` is the size of the coarsest grain in scene units, `stretch` how many times wider
        than high a grain is. Octaves finer than a pixel are left out.
        """
        total = np.zeros(self.shape, np.float32)
        weight, norm = 1.0, 0.0
        for octave in range(octaves):
            grain = cell / 2**octave
            norm += weight
            if octave == 0 or grain * self.density >= 1.2:
                total += weight * self._lattice(grain * stretch, grain, seed * 31 + octave)
            weight *= gain
        return total * np.float32(1.6 / norm)

    def _lattice(self, cell_x: float, cell_y: float, seed: int) -> Array:
        generator = np.random.default_rng(seed)
        rows = int(self.height / cell_y) + 4
        columns = int(self.width / cell_x) + 4
        grid = generator.uniform(-1, 1, (rows, columns)).astype(np.float32)
        # Lattice points sit at whole cells of the canvas: the same places at every density.
        step_x, step_y = 1 / (self.density * cell_x), 1 / (self.density * cell_y)
        matrix = np.array([[step_x, 0, 1 + step_x / 2], [0, step_y, 1 + step_y / 2]])
        return warp_affine(grid, matrix, (self.shape[1], self.shape[0]))

    def polygon(self, points: Sequence[tuple[float, float]] | Array) -> Array:
        """Coverage of a filled polygon given in scene units, float32 (rows, columns) in [0, 1]."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [self._fixed(points)], 255, cv2.LINE_AA, 4)
        return mask.astype(np.float32) / 255

    def line(self, points: Sequence[tuple[float, float]] | Array, width: float) -> Array:
        """Coverage of an open polyline of a width in scene units, float32 in [0, 1]."""
        mask = np.zeros(self.shape, np.uint8)
        thickness = max(1, round(width * self.density))
        cv2.polylines(mask, [self._fixed(points)], False, 255, thickness, cv2.LINE_AA, 4)
        # A line thinner than a pixel is drawn one pixel wide and fainter.
        return mask.astype(np.float32) * np.float32(min(1.0, width * self.density) / 255)

    def ellipse(self, x: float, y: float, radius_x: float, radius_y: float) -> Array:
        """Coverage of an upright ellipse, float32 in [0, 1]."""
        angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        points = np.stack([x + radius_x * np.cos(angle), y + radius_y * np.sin(angle)], 1)
        return self.polygon(points.astype(np.float32))

    def _fixed(self, points: Sequence[tuple[float, float]] | Array) -> NDArray[np.int32]:
        scene = np.asarray(points, np.float64) - (self.left, self.top)
        return np.round((scene * self.density - 0.5) * 16).astype(np.int32)


class Painting:
    """Colours and coverage being painted on a canvas; both float32 in [0, 1]."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.color: Array = np.zeros((*canvas.shape, 3), np.float32)
        self.alpha: Array = np.zeros(canvas.shape, np.float32)

    def paint(self, mask: Array, color: Array | Color) -> None:
        """Lay `color`, one colour or a picture (rows, columns, 3), over what is there."""
        cover = mask[..., None]
        self.color += cover * (np.asarray(color, np.float32) - self.color)
        self.alpha += mask * (1 - self.alpha)

    def shade(self, light: Array, mask: Array | None = None) -> None:
        """Multiply the colours by `light` where `mask` is."""
        factor = light if mask is None else 1 + (light - 1) * mask
        self.color *= factor[..., None]

    def crop(self, left: float, top: float, width: float, height: float) -> "Painting":
        """An empty painting of the part within these bounds, on this one's own pixels."""
        canvas, density = self.canvas, self.canvas.density
        rows, columns = canvas.shape
        first_x = int(np.clip((left - canvas.left) * density, 0, columns - 1))
        first_y = int(np.clip((top - canvas.top) * density, 0, rows - 1))
        last_x = int(np.clip((left + width - canvas.left) * density, first_x + 1, columns))
        last_y = int(np.clip((top + height - canvas.top) * density, first_y + 1, rows))
        corner = (canvas.left + first_x / density, canvas.top + first_y / density)
        size = ((last_x - first_x) / density, (last_y - first_y) / density)
        return Painting(Canvas(*corner, *size, density))

    def lay(self, piece: "Painting") -> None:
        """Lay a piece painted on a crop of this painting over it."""
        canvas, part = self.canvas, piece.canvas
        row = round((part.top - canvas.top) * canvas.density)
        column = round((part.left - canvas.left) * canvas.density)
        rows, columns = part.shape
        area = np.s_[row : row + rows, column : column + columns]
        self.color[area] += piece.alpha[..., None] * (piece.color - self.color[area])
        self.alpha[area] += piece.alpha * (1 - self.alpha[area])

    @property
    def rgba(self) -> Array:
        """The painting as float32 (rows, columns, 4), premultiplied by its coverage."""
        color = np.clip(self.color, 0, 1) * self.alpha[..., None]
        return np.concatenate([color, self.alpha[..., None]], axis=2)


def to_bytes(picture: Array) -> NDArray[np.uint8]:
    """Colours in [0, 1] as uint8 in [0, 255], rounded; what is outside is clipped."""
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255)).astype(np.uint8)


def warp_affine(
    picture: Array, matrix: Any, size: tuple[int, int], *, smooth: bool = True
) -> Array:
    """Sample `picture` at matrix · (x, y, 1) for each pixel of a (width, height) picture."""
    how = (cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        picture, np.asarray(matrix, np.float64), size, flags=how, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(warped, np.float32)


def sample(picture: Array, x: Array, y: Array, *, border: int = cv2.BORDER_REFLECT_101) -> Array:
    """`picture` at pixel positions (x, y), bilinear."""
    at_x, at_y = np.ascontiguousarray(x, np.float32), np.ascontiguousarray(y, np.float32)
    return np.asarray(cv2.remap(picture, at_x, at_y, cv2.INTER_LINEAR, borderMode=border))


def blur(picture: Array, sigma: float) -> Array:
    """Gaussian blur; nothing happens below a fifth of a pixel."""
    if sigma < 0.2:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def ramp(values: Array | float, start: Array | float, stop: Array | float) -> Array:
    """Smoothstep: 0 at `start`, 1 at `stop`, in either order."""
    part = np.clip((np.asarray(values, np.float32) - start) / (stop - start), 0, 1)
    return np.asarray(part * part * (3 - 2 * part), np.float32)


def mix(first: Array | Color, second: Array | Color, part: Array) -> Array:
    """Colours between `first` and `second`, float32 (rows, columns, 3)."""
    low, high = np.asarray(first, np.float32), np.asarray(second, np.float32)
    return low + (high - low) * part[..., None]


def gradient(values: Array, stops: Sequence[tuple[float, Color]]) -> Array:
    """Colours of a gradient with (position, colour) stops, float32 (..., 3)."""
    at = [position for position, _ in stops]
    channels = [np.interp(values, at, [color[k] for _, color in stops]) for k in range(3)]
    return np.stack(channels, -1).astype(np.float32)


def relief(height: Array, *, strength: float = 1.0, angle: float = 225.0) -> Array:
    """Light on a bumpy surface, about 1 where flat; the light comes from `angle` degrees.

    0 is from the right, 90 from below (y points down), 225 from the upper left.
    """
    slope_x = np.asarray(cv2.Scharr(height, cv2.CV_32F, 1, 0), np.float32) / 32
    slope_y = np.asarray(cv2.Scharr(height, cv2.CV_32F, 0, 1), np.float32) / 32
    towards = np.deg2rad(angle)
    rise = slope_x * np.float32(np.cos(towards)) + slope_y * np.float32(np.sin(towards))
    tilt = -rise * np.float32(strength)
    return 1 + tilt / np.sqrt(1 + tilt * tilt)


def halved(rgba: Array) -> Array:
    """The picture at half its size: edges drawn at twice the density become smooth."""
    size = (rgba.shape[1] // 2, rgba.shape[0] // 2)
    return np.asarray(cv2.resize(rgba, size, interpolation=cv2.INTER_AREA), np.float32)


def doubled(canvas: Canvas) -> Canvas:
    """The canvas at exactly twice its pixels, to be painted and then halved."""
    rows, columns = canvas.shape
    density = canvas.density
    return Canvas(canvas.left, canvas.top, columns / density, rows / density, 2 * density)


def over(lower: Array, upper: Array) -> Array:
    """`upper` laid over `lower`, both RGBA and premultiplied."""
    return np.asarray(upper + lower * (1 - upper[..., 3:]), np.float32)


def box(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    """The corners of an upright box."""
    right, bottom = left + width, top + height
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
