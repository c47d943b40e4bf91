"""A spray of bamboo in strong ink."""

import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, ramp, sample

Floats = NDArray[np.float64]


def bamboo(canvas: Canvas, ink: Array, generator: np.random.Generator) -> Array:
    """Two stalks and their leaves, close by at the right: the strongest ink."""
    for foot, top, width, tone in (
        ((742.0, 1050.0), (690.0, -20.0), 21.0, 0.62),
        ((800.0, 1050.0), (792.0, 60.0), 14.0, 0.36),
    ):
        ink = _stalk(canvas, ink, np.array(foot), np.array(top), width, tone)
    for x, y, count, tone in (
        (700, 250, 9, 1.25),
        (622, 196, 7, 0.9),
        (706, 470, 8, 1.2),
        (632, 430, 6, 1.0),
        (792, 330, 7, 0.55),
        (716, 690, 6, 1.15),
        (664, 96, 7, 0.7),
        (560, 300, 5, 1.15),
    ):
        for _ in range(count):
            angle = np.deg2rad(generator.normal(118, 34))
            ink = _leaf(
                canvas,
                ink,
                np.array([x, y]) + generator.normal(0, 9, 2),
                angle,
                generator.uniform(66, 128),
                tone,
                generator,
            )
    for line in (
        ((699, 250), (662, 214), (622, 196)),
        ((706, 470), (668, 440), (632, 430)),
        ((622, 196), (590, 240), (560, 300)),
        ((697, 250), (684, 160), (664, 96)),
    ):
        ink = np.maximum(ink, canvas.line(np.array(line, np.float32), 2.4) * 0.85)
    return ink


def _stalk(
    canvas: Canvas,
    ink: Array,
    foot: Floats,
    top: Floats,
    width: float,
    tone: float,
) -> Array:
    length = float(np.linalg.norm(top - foot))
    along = (top - foot) / length
    off_x, off_y = canvas.x - foot[0], canvas.y - foot[1]
    level = (off_x * along[0] + off_y * along[1]) / length
    side = (-off_x * along[1] + off_y * along[0]) - 7 * np.sin(level * 4)
    knots = np.array([-0.05, 0.10, 0.26, 0.43, 0.60, 0.76, 0.91, 1.05])
    near = np.min(np.abs(level[..., None] - knots), -1) * length
    half = width / 2 * (1.08 - 0.2 * level + 0.10 * np.exp(-((near / 8) ** 2)))
    body = ramp(np.abs(side), half + 0.8, half - 0.8) * ramp(near, 2.0, 4.5)
    # The brush was loaded on one side and ran dry along the stroke.
    streaks = _along(canvas, side, level, length)
    load = 0.42 + 0.55 * ramp(side / half, -0.3, 1.0) + 0.32 * ramp(side / half, -0.6, -1.0)
    paint = body * np.clip(load * (0.8 + 0.55 * streaks), 0.04, 1.3) * tone
    ring = (
        np.exp(-(((near - 3.4) / 1.5) ** 2))
        * ramp(np.abs(side), half + 2.5, half + 0.5)
        * tone
        * 1.25
    )
    return np.asarray(ink * (1 - body * 0.80) + paint + ring)


def _along(canvas: Canvas, side: Array, level: Array, length: float) -> Array:
    """Streaks of a dry brush: noise drawn out along the stroke."""
    noise = canvas.noise(2.4, seed=95, octaves=2, stretch=60)
    return sample(noise, level * length * 0.7 % (canvas.width - 2), (side + 40) * 1.0)


def _leaf(
    canvas: Canvas,
    ink: Array,
    root: Floats,
    angle: float,
    length: float,
    tone: float,
    generator: np.random.Generator,
) -> Array:
    part = np.linspace(0, 1, 24)
    bend = generator.normal(0, 0.12)
    way = angle + bend * part
    step = length / 23
    middle = root + np.stack([np.cumsum(np.cos(way)), np.cumsum(np.sin(way))], 1) * step
    half = length * 0.062 * np.clip(part / 0.10, 0, 1) ** 0.7 * (1 - part**1.6)
    side = np.stack([-np.sin(way), np.cos(way)], 1)
    outline = np.concatenate([middle + side * half[:, None], (middle - side * half[:, None])[::-1]])
    low = np.floor(outline.min(0)).astype(int) - 2
    high = np.ceil(outline.max(0)).astype(int) + 3
    left, top = np.clip(low, 0, (canvas.width - 1, canvas.height - 1)).astype(int)
    right, bottom = np.clip(high, (left + 1, top + 1), (canvas.width, canvas.height)).astype(int)
    piece = Canvas(float(left), float(top), float(right - left), float(bottom - top), 1.0)
    mask = piece.polygon(outline.astype(np.float32))
    dry = piece.noise(12, seed=int(generator.integers(9999)), octaves=4)
    load = tone * generator.uniform(0.7, 1.1) * (1 + 0.18 * dry)
    area = np.s_[top:bottom, left:right]
    ink[area] = np.maximum(ink[area] * (1 - 0.25 * mask), mask * load)
    return ink
