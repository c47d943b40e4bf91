"""The sea: a field of waves that mirrors the sky and what stands behind it, and its swell."""

import numpy as np

from samples.canvas import Array, Canvas, mix, ramp, sample
from samples.layers import HORIZON, Points
from samples.sky import SUN_X, SUN_Y

# Focal length and height of the eye over the water, in scene units: depth = _FOCAL · _EYE / row.
_FOCAL, _EYE = 900.0, 60.0


def sea(canvas: Canvas, backdrop: Array) -> Array:
    """The water as opaque RGBA, float32.

    `backdrop` is RGB of the same canvas: the sky, hills and houses without water. Each pixel
    mirrors the backdrop at the place to which its wave's slope sends the eye.
    """
    row = np.maximum(canvas.y - HORIZON, 0.35)
    depth = _FOCAL * _EYE / row
    across = (canvas.x - 640) * depth / _FOCAL
    slope_x, slope_z = _slopes(across, depth, row, canvas.density)
    # A facet that leans towards the eye shows sky higher up.
    mirror_x = canvas.x + slope_x * 150
    mirror_y = 2 * HORIZON - canvas.y - np.abs(slope_z * 330) - 0.25 * row
    column = (mirror_x - canvas.left) * canvas.density - 0.5
    line = (np.minimum(mirror_y, HORIZON - 1) - canvas.top) * canvas.density - 0.5
    mirrored = sample(backdrop, column, line)
    facing = np.clip(0.18 + row / 520 + slope_z * 1.3, 0.02, 0.86)
    deep = mix((0.13, 0.32, 0.37), (0.03, 0.15, 0.23), ramp(row, 20, 330))
    green = np.clip(slope_z * 2.2, 0, 1) * ramp(row, 30, 240)
    deep = mix(deep, (0.10, 0.42, 0.42), green * 0.75)
    color = mix(mirrored * (0.97, 0.97, 0.98), deep, facing)
    color += _glitter(canvas, slope_x, slope_z, row)[..., None] * np.array([1.0, 0.80, 0.50])
    lace = canvas.noise(26, seed=77, octaves=6, gain=0.62, stretch=2.6)
    foam = ramp(slope_z * 1.5 - np.abs(lace) * 0.9, 0.22, 0.40) * ramp(row, 50, 190)
    color = mix(color, (0.93, 0.94, 0.92), foam * 0.55)
    far = ramp(row, 26, 0)
    color = mix(color, (0.90, 0.72, 0.55), far * 0.55 * ramp(canvas.x, 1000, 200))
    color = mix(color, (0.66, 0.70, 0.74), far * 0.40 * ramp(canvas.x, 200, 1000))
    # The edge at the horizon is softened over a pixel.
    alpha = ramp(canvas.y, HORIZON - 0.7, HORIZON + 0.7)
    return np.dstack([np.clip(color, 0, 1) * alpha[..., None], alpha]).astype(np.float32)


def _slopes(across: Array, depth: Array, row: Array, density: float) -> tuple[Array, Array]:
    """Slopes of the water to the right and away from the eye; waves under a pixel fade out."""
    generator = np.random.default_rng(7)
    slope_x, slope_z = np.zeros_like(across), np.zeros_like(across)
    # How much depth one pixel row spans.
    span = depth / row / density
    for number in range(64):
        length = 300.0 * 0.925**number * generator.uniform(0.85, 1.15)
        heading = np.deg2rad(generator.normal(75, 34))
        wave_x = np.cos(heading) * 2 * np.pi / length
        wave_z = np.sin(heading) * 2 * np.pi / length
        bend = 0.30 * length * np.sin(across * 1.7 / length + depth * 0.43 / length + number)
        phase = wave_x * across + wave_z * (depth + bend) + generator.uniform(0, 2 * np.pi)
        steep = 0.050 * generator.uniform(0.6, 1.3) * (length / 300) ** 0.10
        steep = steep * np.exp(-((span * abs(wave_z) / 1.9) ** 2))
        # Sharper crests than troughs.
        crest = np.cos(phase) + 0.35 * np.cos(2 * phase)
        slope_x += (steep * np.cos(heading) * crest).astype(np.float32)
        slope_z += (steep * np.sin(heading) * crest).astype(np.float32)
    return slope_x, slope_z


def _glitter(canvas: Canvas, slope_x: Array, slope_z: Array, row: Array) -> Array:
    """The sun's path: facets that happen to mirror the sun's disc, thick below the sun."""
    sun_row = 2 * HORIZON - SUN_Y
    off_x = (canvas.x - SUN_X) / (26 + 0.34 * row) + slope_x * 8.5
    off_y = (canvas.y - sun_row) / 300 - 0.25 - slope_z * 5.5
    spark = np.exp(-(off_x**2) * 1.1) * np.exp(-(off_y**2) * 5)
    near = np.exp(-(((canvas.x - SUN_X) / (60 + 0.40 * row)) ** 2))
    grain = canvas.noise(3.2, seed=71, octaves=2, stretch=3.4)
    crisp = ramp(spark + 0.22 * grain, 0.42, 0.86)
    return np.asarray((0.95 * crisp + 0.16 * spark) * near * ramp(row, 330, 120) ** 0.5, np.float32)


def swell(x: Points, y: Points, time: float) -> tuple[Points, Points]:
    """Long waves that run towards the shore; small at the horizon, larger near the eye."""
    kind = x.dtype.type
    row = np.maximum(y - kind(HORIZON), kind(0))
    near = row + kind(16)
    # Phases are those of waves on the plane: across and 1 / row, as seen in perspective.
    depth = kind(_FOCAL * _EYE) / near
    across = (x - kind(640)) * depth / kind(_FOCAL)
    scale = row * row / (kind(54000) + kind(30) * row)
    first = kind(0.052) * depth + kind(0.016) * across + kind(2.1 * time)
    second = kind(0.030) * depth - kind(0.021) * across + kind(1.4 * time + 1)
    third = kind(0.10) * depth + kind(0.055) * across + kind(3.1 * time + 2)
    down = scale * (kind(3.4) * np.sin(first) + kind(3.0) * np.sin(second) + np.sin(third))
    right = scale * (kind(2.6) * np.cos(first) - kind(2.8) * np.cos(second))
    return right, down
