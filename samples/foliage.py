"""A branch of a plane tree that hangs into the picture, and how the wind moves it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, doubled, halved
from samples.layers import Points

Twig = tuple[NDArray[np.float64], NDArray[np.float64], float]


def branch(canvas: Canvas, *, root: tuple[float, float], seed: int, leaves: int = 1500) -> Array:
    """Twigs and leaves, in sun and in shade; RGBA, float32, premultiplied."""
    generator = np.random.default_rng(seed)
    fine = doubled(canvas)
    twigs: list[Twig] = []
    _grow(twigs, generator, np.array(root), heading=160.0, length=140.0, width=9.0)
    picture = np.zeros((*fine.shape, 4), np.uint8)
    for start, stop, width in twigs:
        tone = generator.uniform(0.7, 1.1)
        color = tuple(int(255 * tone * part) for part in (0.25, 0.18, 0.13))
        points = _fixed(fine, np.stack([start, stop]))
        thickness = max(1, round(width * fine.density))
        cv2.polylines(picture, [points], False, (*color, 255), thickness, cv2.LINE_AA, 4)
    tips = [twig for twig in twigs if twig[2] < 3.4]
    for number in range(leaves):
        start, stop, _ = tips[int(generator.integers(len(tips)))]
        place = start + (stop - start) * generator.uniform(0.2, 1.1) + generator.normal(size=2) * 5
        _leaf(picture, fine, place, generator, near=number / leaves)
    rgba = picture.astype(np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return halved(rgba)


def wind(x: Points, y: Points, time: float) -> tuple[Points, Points]:
    """Leaves sway more the farther they hang from the upper right, in slow gusts."""
    kind = x.dtype.type
    loose = np.clip((kind(1500) - x) / kind(420), 0, 1) + np.clip((y + 60) / kind(300), 0, 1)
    gust = kind(1.6 + 0.9 * np.sin(0.9 * time))
    phase = (x * kind(0.022) + y * kind(0.031)).astype(kind)
    right = gust * loose * np.sin(phase + kind(2.3 * time))
    down = kind(0.8) * gust * loose * np.sin(phase * kind(1.3) + kind(2.9 * time + 0.7))
    return right, down


def _grow(
    twigs: list[Twig],
    generator: np.random.Generator,
    start: NDArray[np.float64],
    *,
    heading: float,
    length: float,
    width: float,
) -> None:
    if width < 0.9 or length < 10:
        return
    place = start
    steps = 4
    for step in range(steps):
        heading += generator.normal() * 9
        angle = np.deg2rad(heading)
        stop = place + np.array([np.cos(angle), np.sin(angle)]) * length / steps
        taper = width * (1 - 0.35 * step / steps)
        twigs.append((place, stop, taper))
        place = stop
        if step >= 1:
            side = generator.choice([-1, 1]) * generator.uniform(28, 58)
            share = generator.uniform(0.5, 0.75)
            _grow(
                twigs,
                generator,
                place,
                heading=heading + side,
                length=length * share,
                width=taper * 0.58,
            )
    _grow(twigs, generator, place, heading=heading, length=length * 0.72, width=width * 0.62)


def _leaf(
    picture: NDArray[np.uint8],
    canvas: Canvas,
    place: NDArray[np.float64],
    generator: np.random.Generator,
    *,
    near: float,
) -> None:
    size = generator.uniform(5.5, 10.5) * (0.8 + 0.35 * near)
    angle = np.deg2rad(generator.normal(115, 55))
    fold = generator.uniform(0.45, 1.0)
    part = np.linspace(0, 1, 9)
    half = np.sin(np.pi * part**0.8) * 0.36 * fold * (1 + 0.18 * np.cos(part * 19))
    spine = np.array([np.cos(angle), np.sin(angle)]) * size
    side = np.array([-spine[1], spine[0]])
    middle = place + part[:, None] * spine + (part * (1 - part))[:, None] * side * 0.25
    lit = 0.30 + 0.70 * near
    warm = generator.random()
    dark = np.array([0.10, 0.20, 0.10]) * lit + (0.02, 0.03, 0.02)
    light = np.array([0.36 + 0.42 * warm, 0.50 + 0.12 * warm, 0.16]) * lit
    shine = generator.uniform(0.15, 1.0) ** 1.6
    for sign, bright in ((1.0, shine), (-1.0, shine * 0.62)):
        outline = np.concatenate([middle, (middle + sign * half[:, None] * side)[::-1]])
        color = dark + (light - dark) * bright
        value = tuple(int(255 * c) for c in np.clip(color, 0, 1))
        cv2.fillPoly(picture, [_fixed(canvas, outline)], (*value, 255), cv2.LINE_AA, 4)
    vein = tuple(int(255 * c) for c in np.clip(light * 1.15, 0, 1))
    cv2.polylines(picture, [_fixed(canvas, middle)], False, (*vein, 255), 1, cv2.LINE_AA, 4)


def _fixed(canvas: Canvas, points: NDArray[np.float64]) -> NDArray[np.int32]:
    pixels = (points - (canvas.left, canvas.top)) * canvas.density - 0.5
    return np.round(pixels * 16).astype(np.int32)
