"""Hills and mountains: a height map that is lit, looked at from the sea, and veiled in haze."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from samples.canvas import Array, Canvas, mix, ramp, sample

# The height map is a square of so many units, whatever the number of its cells.
_SIDE = 900


@dataclass(frozen=True)
class Ground:
    """A height map in a box 1 wide and 1 deep, seen from in front of it.

    `profile(u)` is the height of the skyline in scene units at u in [0, 1] across the canvas.
    """

    seed: int
    profile: Callable[[Array], Array]
    haze: tuple[float, float]
    snow: float = 2.0
    forest: float = 0.6
    rough: float = 1.0


def terrain(canvas: Canvas, ground: Ground, *, base: float) -> Array:
    """The hills as RGBA, float32, premultiplied; their foot is at scene height `base`."""
    fine = Canvas(canvas.left, canvas.top, canvas.width, canvas.height, canvas.density * 2)
    # A small picture needs no finer map than this.
    square = Canvas(0, 0, _SIDE, _SIDE, 1.0 if canvas.density > 0.6 else 0.5)
    height = _height_map(ground, square)
    color = _color_map(ground, height, square)
    rows, columns = fine.shape
    u = (np.arange(columns, dtype=np.float32) + 0.5) / columns
    skyline = ground.profile(u).astype(np.float32)
    nearest = _look(fine, height, skyline, base)
    hit = nearest >= 0
    depth = np.where(hit, nearest, 0).astype(np.float32)
    cells = len(height)
    across = np.broadcast_to(u * (cells - 1), (rows, columns))
    rgb = sample(color, across, depth)
    part = depth / cells
    veil = ground.haze[0] + (ground.haze[1] - ground.haze[0]) * part
    veil = np.clip(veil + 0.22 * ramp(fine.y, base - 60, base), 0, 1)
    warm = ramp(fine.x, 1100, 250)
    rgb = mix(rgb, mix((0.66, 0.71, 0.78), (0.95, 0.76, 0.58), warm), veil)
    rgba = np.dstack([rgb * hit[..., None], hit]).astype(np.float32)
    size = (canvas.shape[1], canvas.shape[0])
    return np.asarray(cv2.resize(rgba, size, interpolation=cv2.INTER_AREA), np.float32)


def _height_map(ground: Ground, square: Canvas) -> Array:
    """Heights about [0, 1]; row 0 is nearest. Ridged noise, higher to the back."""
    bend = square.noise(260, seed=ground.seed + 1, octaves=4) * 60
    height = np.zeros(square.shape, np.float32)
    weight, carry = 1.0, np.ones(square.shape, np.float32)
    for octave in range(8):
        raw = square.noise(330 / 2**octave, seed=ground.seed + 10 + octave, octaves=1)
        side = np.roll(bend, round(200 * square.density), 1)
        bent = sample(raw, (square.x + bend) * square.density, (square.y + side) * square.density)
        ridge = (1 - np.abs(bent)) ** 2
        height += weight * ridge * carry
        # Detail gathers on the ridges; the valleys stay smooth, as water leaves them.
        carry = np.clip(ridge * 1.5, 0.15, 1)
        weight *= 0.5 * (0.8 + 0.2 * ground.rough)
    height = (height - height.min()) / (height.max() - height.min())
    back = square.y / _SIDE
    rising = height * (0.15 + 0.85 * back**0.8) + 0.25 * back**1.5
    return np.asarray(rising / rising.max(), np.float32)


def _color_map(ground: Ground, height: Array, square: Canvas) -> Array:
    down, right = np.gradient(height * 330, 1 / square.density)
    steep = np.hypot(down, right)
    normal = np.sqrt(1 + steep * steep)
    # The sun is to the left, low, and a little behind the viewer, so that slopes show form.
    sun = np.clip((-right * -0.80 + down * 0.28 + 0.42) / normal, 0, 1.2)
    sun = sun * _sunlit(height, square.density)
    grain = square.noise(14, seed=ground.seed + 3, octaves=4, gain=0.7)
    patch = square.noise(120, seed=ground.seed + 4, octaves=5)
    rock = mix((0.36, 0.32, 0.31), (0.60, 0.53, 0.46), ramp(grain, -0.7, 0.8))
    grass = mix((0.34, 0.40, 0.20), (0.60, 0.58, 0.30), ramp(patch + 0.4 * grain, -0.6, 0.8))
    trees = mix((0.10, 0.19, 0.13), (0.26, 0.36, 0.18), ramp(grain + 0.3 * patch, -0.5, 0.7))
    color = mix(grass, rock, ramp(steep + 0.30 * grain, 0.9, 1.6))
    wooded = ramp(patch * 0.9 + ground.forest - 1.15 * height + 0.25 * grain, 0.05, 0.22)
    color = mix(color, trees, wooded)
    white = ramp(
        height + 0.12 * patch - 0.10 * steep + 0.05 * grain, ground.snow, ground.snow + 0.08
    )
    color = mix(color, (0.97, 0.97, 0.98), white)
    light = sun[..., None] * np.array([1.45, 1.22, 0.92], np.float32)
    sky = np.array([0.30, 0.38, 0.50], np.float32)
    return np.asarray(np.clip(color * (light + sky), 0, 1), np.float32)


def _sunlit(height: Array, density: float) -> Array:
    """1 in the sun, 0.15 in the shadow that ridges cast to their right."""
    rows, columns = np.mgrid[: height.shape[0], : height.shape[1]].astype(np.float32)
    blocked = np.zeros_like(height)
    for step in range(3, 90, 4):
        far = step * density
        ridge = sample(height, columns - far, rows - far * 0.3) - step * 0.0021
        np.maximum(blocked, ridge - height, out=blocked)
    return 1 - 0.85 * ramp(blocked, 0.0, 0.025)


def _look(canvas: Canvas, height: Array, skyline: Array, base: float) -> Array:
    """The row of the height map that each pixel sees; -1 where there is only sky.

    Columns of the canvas look straight into the map; what is nearer is drawn later, over it.
    """
    rows, columns = canvas.shape
    seen = np.full((rows, columns), -1, np.float32)
    y = canvas.y[:, :1]
    cells = len(height)
    position = (np.arange(columns, dtype=np.float32) + 0.5) / columns * (cells - 1)
    for depth in np.arange(cells - 1, -1, -1.0):
        line = np.full(position.shape, depth, np.float32)
        level = sample(height, position[None], line[None])[0]
        top = base - level * skyline - 6 * depth / cells * ramp(skyline, 0, 20)
        start = int(np.searchsorted(y[:, 0], top.min()))
        np.copyto(seen[start:], np.float32(depth), where=y[start:] >= top)
    below = canvas.y > base
    seen[below] = -1
    return seen
