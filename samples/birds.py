"""A gull in three parts, a body and two wings, that are put together as it flies."""

import numpy as np

from samples.canvas import Array, Canvas, Painting, doubled, halved, mix, ramp


def gull_body(canvas: Canvas) -> Array:
    """Body, head and tail about (0, 0), 30 units long, flying left; RGBA, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    around = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    body = np.stack(
        [-1 + 13 * np.cos(around), 3.6 * np.sin(around) * (1.1 - 0.35 * np.cos(around))], 1
    )
    tail = fine.polygon([(8, -1.6), (19, -2.6), (19.5, 1.4), (8, 1.8)])
    painting.paint(tail, mix((0.55, 0.55, 0.60), (0.97, 0.94, 0.90), ramp(fine.y, 2, -2)))
    light = ramp(fine.y + 0.25 * fine.x + fine.noise(4, seed=2, octaves=3), 4.2, -3)
    painting.paint(
        fine.polygon(body.astype(np.float32)), mix((0.50, 0.50, 0.58), (1.0, 0.97, 0.92), light)
    )
    head = fine.ellipse(-13, -1.6, 4.0, 3.2)
    painting.paint(head, mix((0.60, 0.58, 0.62), (1.0, 0.97, 0.92), ramp(fine.y, 2, -3)))
    painting.paint(fine.polygon([(-16.4, -2.2), (-21.5, -0.6), (-16.2, 0.3)]), (0.95, 0.66, 0.18))
    painting.paint(fine.ellipse(-14.2, -2.2, 0.7, 0.7), (0.08, 0.07, 0.08))
    return halved(painting.rgba)


def gull_wing(canvas: Canvas, *, near: bool) -> Array:
    """A wing that is rooted at (0, 0) and reaches up 36 units; the far one is darker."""
    fine = doubled(canvas)
    painting = Painting(fine)
    outline = [
        (-6, 0),
        (-7.5, -9),
        (-8, -17),
        (-3, -27),
        (6.5, -37),
        (9, -38),
        (7, -30),
        (5.5, -20),
        (7.5, -10),
        (8, 0),
    ]
    mask = fine.polygon(outline)
    feathers = 1 - 0.20 * ramp(
        np.abs(((fine.x * 0.55 + fine.y * 0.24) * 0.75) % 1 - 0.5), 0.34, 0.5
    )
    trail = ramp(fine.x + 0.12 * fine.y, -6, 6)
    grey = mix((0.62, 0.65, 0.71), (0.92, 0.91, 0.90), trail)
    dim = 1.0 if near else 0.74
    painting.paint(mask, grey * (feathers * dim)[..., None] * (1.04, 1.0, 0.95))
    painting.paint(mask * ramp(fine.y - 0.4 * fine.x, -29, -33), (0.12, 0.11, 0.13))
    return halved(painting.rgba)
