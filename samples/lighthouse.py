"""The rocky islet with its lighthouse and the keeper's cottage."""

import numpy as np

from samples.canvas import Array, Canvas, Painting, box, doubled, halved, mix, over, ramp
from samples.stone import masonry, tiles
from samples.terrain import Ground, terrain


def islet(canvas: Canvas, *, base: float) -> Array:
    """A rocky islet with a lighthouse and its keeper's cottage; RGBA, float32, premultiplied."""

    def profile(u: Array) -> Array:
        hump = np.maximum(np.sin(np.pi * np.clip((u - 0.03) / 0.94, 0, 1)), 0) ** 0.7
        return np.asarray(hump * (30 + 9 * np.sin(u * 9 + 0.6)), np.float32)

    ground = Ground(seed=311, profile=profile, haze=(0.0, 0.10), forest=0.12, rough=1.4)
    rock = terrain(canvas, ground, base=base)
    fine = doubled(canvas)
    painting = Painting(fine)
    middle = canvas.left + canvas.width * 0.47
    _cottage(painting, middle + 34, base - 19)
    _tower(painting, middle, base - 22)
    # The rock laps over the foot of the tower.
    behind = halved(painting.rgba)
    front = rock.copy()
    front *= ramp(canvas.y, base - 23, base - 19)[..., None]
    return over(over(rock, behind), front)


def _tower(painting: Painting, x: float, foot: float) -> None:
    canvas = painting.canvas
    top = foot - 118
    body = canvas.polygon([(x - 13, foot + 4), (x - 8, top), (x + 8, top), (x + 13, foot + 4)])
    around = (canvas.x - x) / (8 + 5 * (canvas.y - top) / 118)
    courses = masonry(canvas.x - x + around * 3, canvas.y, width=7, height=3.4, seed=5)
    white = mix((0.90, 0.86, 0.80), (0.99, 0.96, 0.90), courses[0])
    bands = ramp(np.abs((canvas.y - top) / 118 - 0.30), 0.105, 0.10)
    bands = np.maximum(bands, ramp(np.abs((canvas.y - top) / 118 - 0.70), 0.105, 0.10))
    color = mix(white, (0.74, 0.17, 0.13), bands)
    light = 0.38 + 0.72 * ramp(around, 1.0, -0.75) - 0.14 * ramp(around, -0.75, -1.0)
    weather = 1 + 0.12 * canvas.noise(9, seed=6, octaves=4) - 0.10 * courses[2]
    painting.paint(body, color * (light * weather)[..., None] * (1.06, 0.99, 0.90))
    for level in (0.18, 0.5, 0.84):
        y = top + 118 * level
        painting.paint(canvas.polygon(box(x - 2.5, y, 3.6, 6)), (0.16, 0.15, 0.18))
    painting.paint(canvas.polygon(box(x - 12.5, top - 1, 25, 3.2)), (0.25, 0.22, 0.23))
    for post in np.linspace(-12, 12, 9):
        painting.paint(
            canvas.line([(x + post, top - 1), (x + post, top - 7)], 0.7), (0.2, 0.18, 0.2)
        )
    painting.paint(canvas.line([(x - 12, top - 7), (x + 12, top - 7)], 0.9), (0.2, 0.18, 0.2))
    painting.paint(canvas.polygon(box(x - 6.5, top - 15, 13, 15)), (0.98, 0.80, 0.42))
    painting.paint(canvas.ellipse(x - 1, top - 8, 3, 4.5), (1.0, 0.97, 0.80))
    for bar in (-6.5, -2.2, 2.2, 6.5):
        painting.paint(canvas.line([(x + bar, top), (x + bar, top - 15)], 0.8), (0.22, 0.18, 0.18))
    dome = canvas.ellipse(x, top - 15, 8.5, 8) * ramp(canvas.y, top - 14.4, top - 15.2)
    shine = ramp((canvas.x - x) / 8, 0.9, -0.7)
    painting.paint(dome, mix((0.33, 0.08, 0.08), (0.80, 0.30, 0.20), shine))
    painting.paint(canvas.line([(x, top - 22), (x, top - 31)], 0.9), (0.18, 0.16, 0.17))


def _cottage(painting: Painting, x: float, foot: float) -> None:
    canvas = painting.canvas
    wall = canvas.polygon(box(x - 17, foot - 14, 34, 18))
    painting.paint(
        wall, mix((0.80, 0.72, 0.62), (0.95, 0.88, 0.76), ramp(canvas.x, x + 17, x - 17))
    )
    roof = canvas.polygon(
        [(x - 20, foot - 13), (x - 14, foot - 25), (x + 13, foot - 25), (x + 20, foot - 13)]
    )
    tone, light = tiles(canvas.x, canvas.y - foot, width=2.6, height=2.4, seed=9)
    painting.paint(roof, mix((0.42, 0.20, 0.15), (0.66, 0.33, 0.22), tone) * light[..., None])
    for window in (-10, 0, 9):
        painting.paint(canvas.polygon(box(x + window, foot - 9, 3.6, 5)), (0.20, 0.19, 0.22))
