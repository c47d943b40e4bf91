"""Oil paint: strokes with bristles that follow a field of directions, and light on their relief."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, blur, relief, sample, to_bytes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Field:
    """Directions of the strokes: unit vectors, float32 (rows, columns)."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Coat:
    """One coat of paint: how many strokes, and their size in pixels.

    `where` is how likely a stroke starts at a pixel; `jitter` how far colours stray.
    """

    strokes: int
    width: float
    length: float
    jitter: float
    where: Array | None = None


class Oil:
    """A picture being painted in oil: RGB and the height of the paint, 8 bits each."""

    def __init__(self, ground: Array, generator: np.random.Generator) -> None:
        rows, columns = ground.shape[:2]
        self.generator = generator
        self.paint: NDArray[np.uint8] = np.zeros((rows, columns, 4), np.uint8)
        self.paint[..., :3] = np.clip(ground * 255, 0, 255)
        self.paint[..., 3] = 90

    def coat(self, target: Array, field: Field, coat: Coat) -> None:
        """Lay a coat of strokes in the target's colours (rows, columns, 3) along the field."""
        starts = self._starts(coat)
        steps = 9
        paths = self._paths(starts, field, coat.length / steps, steps)
        middle = paths[:, steps // 2]
        colors = sample(target, middle[None, :, 0], middle[None, :, 1])[0]
        for path, color in zip(paths, colors, strict=True):
            self._stroke(path, color, coat)

    def dab(self, path: Floats, color: Array, width: float) -> None:
        """A single stroke along a path (points, 2) of pixel positions."""
        self._stroke(path, color, Coat(1, width, 0, 0.05))

    def finished(self, *, relief_strength: float, gloss: float = 0.10) -> NDArray[np.uint8]:
        """The picture under light from the upper left: uint8 (rows, columns, 3)."""
        color = self.paint[..., :3].astype(np.float32) / 255
        height = self.paint[..., 3].astype(np.float32) / 255
        bumps = height + 0.6 * blur(height, 1.6)
        light = relief(bumps, strength=relief_strength)
        shine = np.clip(light - 1.22, 0, 1) * gloss * 6
        lit = color * (0.55 + 0.45 * light)[..., None] + shine[..., None]
        return to_bytes(lit)

    def _starts(self, coat: Coat) -> Floats:
        rows, columns = self.paint.shape[:2]
        starts = self.generator.uniform((0, 0), (columns, rows), (coat.strokes * 4, 2))
        if coat.where is None:
            return starts[: coat.strokes]
        chance = coat.where[starts[:, 1].astype(int), starts[:, 0].astype(int)]
        chosen = self.generator.random(len(starts)) < chance
        return np.asarray(starts[chosen][: coat.strokes])

    def _paths(self, starts: Floats, field: Field, step: float, steps: int) -> Floats:
        place = starts.copy()
        wobble = self.generator.normal(0, 0.12, len(starts))
        points = []
        for _ in range(steps):
            points.append(place.copy())
            x, y = place[None, :, 0], place[None, :, 1]
            way = np.stack([sample(field.x, x, y)[0], sample(field.y, x, y)[0]], 1)
            angle = np.arctan2(way[:, 1], way[:, 0]) + wobble
            place = place + step * np.stack([np.cos(angle), np.sin(angle)], 1)
        return np.stack(points, 1)

    def _stroke(self, path: Floats, color: Array, coat: Coat) -> None:
        generator = self.generator
        along = np.gradient(path, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        side = np.stack([-along[:, 1], along[:, 0]], 1)
        width = coat.width * generator.uniform(0.65, 1.25)
        # Round ends: the brush is set down and lifted.
        press = np.sqrt(np.clip(np.sin(np.linspace(0.12, np.pi - 0.06, len(path))), 0, 1))
        tint = color * generator.normal(1, coat.jitter) + generator.normal(0, coat.jitter * 0.35, 3)
        bristles = max(3, round(width / 1.6))
        thick = max(1, round(width / bristles * 1.3))
        load = generator.uniform(120, 215)
        for number in range(bristles):
            across = (number + 0.5) / bristles * 2 - 1
            line = path + side * (across * width / 2 * press)[:, None]
            first = int(generator.integers(0, 2))
            last = len(path) - int(generator.integers(0, 3))
            shade = np.clip(tint * generator.normal(1, 0.085), 0, 1) * 255
            # Paint is pushed to the rim of the stroke.
            height = load + 34 * across**2 + generator.normal(0, 24)
            value = (*(float(c) for c in shade), float(np.clip(height, 20, 255)))
            points = np.round(line[first:last] * 16).astype(np.int32)
            cv2.polylines(self.paint, [points], False, value, thick, cv2.LINE_AA, 4)
