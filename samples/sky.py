"""The sky: evening light with high cloud, and the cumulus that drifts before it."""

import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, blur, gradient, mix, ramp, sample

Floats = NDArray[np.float64]

SUN_X, SUN_Y = 318.0, 318.0

_SKY = [
    (-200.0, (0.13, 0.25, 0.47)),
    (0.0, (0.20, 0.37, 0.60)),
    (120.0, (0.37, 0.55, 0.71)),
    (230.0, (0.63, 0.72, 0.74)),
    (310.0, (0.89, 0.80, 0.66)),
    (360.0, (0.97, 0.78, 0.56)),
    (400.0, (0.93, 0.67, 0.49)),
]


def sky(canvas: Canvas) -> Array:
    """Open sky, the sun and streaks of cirrus; opaque RGBA, float32."""
    x, y = canvas.x, canvas.y
    color = gradient(y + canvas.noise(260, seed=3, stretch=3, octaves=3) * 16, _SKY)
    distance = np.hypot((x - SUN_X) * 0.8, y - SUN_Y)
    color = mix(color, (1.0, 0.86, 0.58), 0.62 * np.exp(-distance / 120))
    color = mix(color, (1.0, 0.70, 0.44), 0.40 * np.exp(-distance / 330))
    color = _cirrus(canvas, color, distance)
    color = mix(color, (1.0, 0.93, 0.70), 0.95 * np.exp(-((distance / 46) ** 1.2)))
    disc = ramp(np.hypot(x - SUN_X, y - SUN_Y), 27.5, 25.5)
    color = mix(color, (1.0, 0.975, 0.86), disc)
    # Grain: as of air and of paper; it also keeps the gradient from banding.
    color += canvas.noise(3, seed=5, octaves=2)[..., None] * 0.008
    return np.dstack([np.clip(color, 0, 1), np.ones_like(x)]).astype(np.float32)


def _cirrus(canvas: Canvas, color: Array, distance: Array) -> Array:
    bend = canvas.noise(240, seed=11, octaves=3) * 46
    skewed = _bent(canvas, canvas.noise(52, seed=12, octaves=6, gain=0.58, stretch=5.5), bend)
    patches = canvas.noise(330, seed=13, octaves=3, stretch=1.8)
    amount = ramp(skewed + 0.55 * patches, 0.12, 0.85) * ramp(canvas.y, 372, 300)
    warm = np.exp(-distance / 420)
    tint = mix((0.90, 0.90, 0.92), (1.0, 0.80, 0.60), np.clip(warm * 1.5, 0, 1))
    return mix(color, tint, amount * 0.72)


def _bent(canvas: Canvas, picture: Array, bend: Array) -> Array:
    """The picture with its points shifted by `bend` scene units, aslant."""
    column = (canvas.x - canvas.left) * canvas.density - 0.5 + bend * canvas.density
    row = (canvas.y - canvas.top) * canvas.density - 0.5 + bend * canvas.density * 0.55
    return sample(picture, column, row)


def cumulus(canvas: Canvas, *, seed: int, base: float, heaps: int, size: float) -> Array:
    """A bank of heaped clouds standing on height `base`; RGBA, float32, premultiplied.

    Each heap is a crowd of lit balls; noise breaks their outline and their surface.
    """
    bulge = _heaps(canvas, seed=seed, base=base, heaps=heaps, size=size)
    wisps = canvas.noise(size * 0.42, seed=seed + 1, octaves=7, gain=0.56)
    body = bulge + wisps * size * 0.20 * ramp(bulge, -size * 0.5, size * 0.1)
    alpha = ramp(body, size * 0.06, size * 0.20)
    alpha = alpha * ramp(canvas.y + wisps * size * 0.12, base + size * 0.10, base - size * 0.12)
    body = np.maximum(body, 0)
    light = _lit(canvas, body, size)
    low = ramp(canvas.y, base - size * 1.5, base)
    shadow = mix((0.60, 0.63, 0.72), (0.62, 0.55, 0.60), low)
    sunny = mix((1.0, 0.965, 0.90), (1.0, 0.83, 0.64), low)
    color = mix(shadow, sunny, light)
    rim = ramp(body, size * 0.34, size * 0.04) * ramp(canvas.x, SUN_X + 900, SUN_X)
    color = mix(color, (1.0, 0.90, 0.74), rim * 0.55)
    haze = ramp(canvas.y, base - size * 0.9, base + size * 0.2) * 0.45
    color = mix(color, (0.93, 0.78, 0.64), haze)
    return np.dstack([np.clip(color, 0, 1) * alpha[..., None], alpha]).astype(np.float32)


def _heaps(canvas: Canvas, *, seed: int, base: float, heaps: int, size: float) -> Array:
    """The bulge of the cloud towards the viewer, in scene units; below 0 outside."""
    bulge = np.full(canvas.shape, -size, np.float32)
    balls = _balls(canvas, np.random.default_rng(seed), base=base, heaps=heaps, size=size)
    for x, y, z, radius in balls[balls[:, 3] * canvas.density > 0.8].tolist():
        _add_ball(canvas, bulge, (x, y, z), radius)
    return bulge


def _balls(
    canvas: Canvas, generator: np.random.Generator, *, base: float, heaps: int, size: float
) -> Floats:
    """Balls (x, y, z, radius) that carry smaller balls, and these smaller ones again."""
    centres = canvas.left + canvas.width * np.arange(heaps + 1) / heaps
    centres += generator.uniform(-0.4, 0.4, heaps + 1) * canvas.width / heaps
    tall = np.repeat(size * generator.uniform(0.45, 1.15, heaps + 1), 9)
    height = generator.uniform(0, 1, tall.size) ** 1.6
    x = np.repeat(centres, 9) + generator.normal(size=tall.size) * tall * (1.5 - 1.15 * height)
    radius = tall * generator.uniform(0.24, 0.42, tall.size) * (1.1 - 0.45 * height)
    level = np.stack([x, base - height * tall * 1.05, 0 * x, radius], 1)
    levels = [level]
    for children in (9, 6, 5):
        parents = np.repeat(level, children, axis=0)
        # Most grow upwards and towards the viewer.
        away = generator.normal(size=(len(parents), 3)) * (1.0, 0.8, 0.7) + (0, -0.35, 0.35)
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        reach = parents[:, 3:] * generator.uniform(0.75, 0.98, (len(parents), 1))
        smaller = parents[:, 3:] * generator.uniform(0.32, 0.58, (len(parents), 1))
        level = np.concatenate([parents[:, :3] + away * reach, smaller], 1)
        levels.append(level)
    return np.concatenate(levels)


def _add_ball(
    canvas: Canvas, bulge: Array, centre: tuple[float, float, float], radius: float
) -> None:
    density, (rows, columns) = canvas.density, canvas.shape
    reach = radius * 1.5
    left = max(0, int((centre[0] - reach - canvas.left) * density))
    right = min(columns, int((centre[0] + reach - canvas.left) * density))
    top = max(0, int((centre[1] - reach - canvas.top) * density))
    bottom = min(rows, int((centre[1] + reach - canvas.top) * density))
    if left >= right or top >= bottom:
        return
    x = canvas.x[top:bottom, left:right] - np.float32(centre[0])
    y = canvas.y[top:bottom, left:right] - np.float32(centre[1])
    square = np.float32(radius * radius) - x * x - y * y
    root = np.sqrt(np.abs(square))
    surface = np.where(square > 0, root + np.float32(max(0.0, centre[2])), -root)
    part = bulge[top:bottom, left:right]
    np.maximum(part, surface, out=part)


def _lit(canvas: Canvas, body: Array, size: float) -> Array:
    """Light on the cloud: slopes that face the sun, and depth of cloud on the way to it."""
    light = np.zeros_like(body)
    for scale, weight in ((0.012, 0.45), (0.04, 0.7), (0.12, 0.8), (0.30, 0.7)):
        smooth = blur(body, size * scale * canvas.density)
        down, right = np.gradient(smooth, 1 / canvas.density)
        light += weight * (right * 0.62 + down * 0.80) / (1 + np.hypot(right, down))
    return ramp(light, -0.8, 1.25)
