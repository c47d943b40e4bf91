"""The near quay: a paved pier with a lamp, barrels, a bollard with its rope, and a watcher."""

import numpy as np

from samples.canvas import Array, Canvas, Painting, doubled, halved, mix, ramp, relief
from samples.stone import masonry, stone_color

# The pier's paving lies on the plane depth = _PLANE / (y - _EYE_LINE).
_PLANE, _EYE_LINE = 30000.0, 470.0
_EDGE = [(322.0, 600.0), (560.0, 800.0)]


def quay(canvas: Canvas) -> Array:
    """The pier and what stands on it; RGBA, float32, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    _paving(painting)
    _side(painting)
    _lamp(painting, 118, 632)
    for x, y, size in ((40, 648, 31), (-4, 664, 34), (68, 668, 33)):
        _barrel(painting, x, y, size, seed=int(x) + 50)
    _crate(painting, 196, 628, 34)
    _bollard(painting, 306, 634)
    _watcher(painting, 240, 660)
    return halved(painting.rgba)


def _paving(painting: Painting) -> None:
    canvas = painting.canvas
    top = [(-400.0, 600.0), _EDGE[0], _EDGE[1], (-400.0, 800.0)]
    mask = canvas.polygon(top)
    depth = _PLANE / np.maximum(canvas.y - _EYE_LINE, 20)
    across = (canvas.x - 640) * depth / 300
    tone, bulge, joint = masonry(across, depth, width=30, height=17, seed=61, joint=0.10)
    grain = canvas.noise(7, seed=62, octaves=5, gain=0.65, stretch=1.8)
    stains = canvas.noise(70, seed=63, octaves=5, stretch=2.4)
    bumps = relief(bulge * 4 + grain * 2.2, strength=0.6 * canvas.density, angle=200)
    color = stone_color(tone * 0.7 + 0.2 + 0.25 * stains, grain * 0.8)
    color = color * (bumps * (1 - 0.55 * joint) * (0.95 + 0.16 * stains))[..., None]
    # Wet places mirror the sky.
    wet = ramp(stains + 0.3 * grain, 0.28, 0.50) * (1 - 0.5 * joint)
    color = mix(color, (0.80, 0.66, 0.54), wet * 0.34)
    dusk = ramp(canvas.y, 600, 740)
    color = color * (1.16 - 0.42 * dusk)[..., None] * (1.03, 1.0, 0.96)
    painting.paint(mask, color)


def _side(painting: Painting) -> None:
    canvas = painting.canvas
    (near_x, near_y), (end_x, end_y) = _EDGE
    face = [_EDGE[0], _EDGE[1], (end_x + 70, end_y + 60), (near_x + 6, near_y + 46)]
    mask = canvas.polygon(face)
    along = (canvas.y - near_y) / (end_y - near_y)
    edge_x = near_x + (end_x - near_x) * along
    drop = canvas.x - edge_x
    tone, bulge, joint = masonry(canvas.y * 1.0, drop * 1.25, width=34, height=17, seed=64)
    grain = canvas.noise(8, seed=65, octaves=5, gain=0.62)
    color = stone_color(tone * 0.8, grain) * (0.62 + 0.35 * bulge - 0.3 * joint)[..., None]
    weed = ramp(drop + 16 * grain, 26, 60)
    color = mix(color, mix((0.07, 0.11, 0.06), (0.22, 0.27, 0.10), ramp(grain, -0.5, 0.6)), weed)
    painting.paint(mask, color * (0.62, 0.66, 0.74))
    painting.paint(canvas.line(_EDGE, 5.0), (0.80, 0.71, 0.58))
    painting.paint(canvas.line([(x + 3.4, y) for x, y in _EDGE], 1.6), (0.25, 0.23, 0.22))
    painting.paint(canvas.line([(-400, 600), _EDGE[0]], 3.2), (0.84, 0.74, 0.60))


def _lamp(painting: Painting, x: float, foot: float) -> None:
    canvas = painting.canvas
    iron = mix((0.07, 0.09, 0.09), (0.34, 0.36, 0.33), ramp(np.abs(canvas.x - x + 1.2), 2.4, 0.2))
    _shadow(painting, x + 30, foot + 3, 46, 4)
    painting.paint(
        canvas.polygon(
            [(x - 2.4, foot), (x - 1.8, foot - 268), (x + 1.8, foot - 268), (x + 2.4, foot)]
        ),
        iron,
    )
    for y, half, tall in ((0, 8, 9), (-10, 5.5, 14), (-60, 3.6, 5), (-190, 3.4, 4), (-262, 4.4, 5)):
        painting.paint(canvas.ellipse(x, foot + y - tall / 2, half, tall / 2 + 1), iron * 0.9)
    painting.paint(
        canvas.line([(x - 17, foot - 236), (x + 17, foot - 236)], 2.0), (0.10, 0.11, 0.11)
    )
    top = foot - 270
    glass = canvas.polygon([(x - 8, top), (x - 13, top - 32), (x + 13, top - 32), (x + 8, top)])
    glow = np.exp(-(((canvas.x - x) / 7) ** 2) - ((canvas.y - top + 15) / 11) ** 2)
    painting.paint(glass, mix((0.88, 0.62, 0.34), (1.0, 0.96, 0.78), glow))
    for a, b in ((-8, -13), (0, 0), (8, 13)):
        painting.paint(canvas.line([(x + a, top), (x + b, top - 32)], 1.5), (0.09, 0.10, 0.10))
    painting.paint(
        canvas.polygon(
            [(x - 15, top - 31), (x - 7, top - 43), (x + 7, top - 43), (x + 15, top - 31)]
        ),
        iron * 1.1,
    )
    painting.paint(canvas.polygon(_disc(x, top - 46, 3)), iron)


def _disc(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [(x + radius * np.cos(a), y + radius * np.sin(a)) for a in np.linspace(0, 6.28, 24)]


def _shadow(painting: Painting, x: float, y: float, half: float, tall: float) -> None:
    """A soft shadow on the ground: the stones are darker there."""
    canvas = painting.canvas
    shade = np.exp(-((((canvas.x - x) / half) ** 2 + ((canvas.y - y) / tall) ** 2) ** 1.2))
    painting.shade(1 - 0.55 * shade)


def _barrel(painting: Painting, x: float, foot: float, size: float, *, seed: int) -> None:
    canvas = painting.canvas
    _shadow(painting, x + size * 0.8, foot - 2, size * 1.2, size * 0.20)
    up = np.linspace(0, 1, 24)
    half = size * (0.40 + 0.13 * np.sin(np.pi * up))
    tall = size * 1.35
    left = np.stack([x - half, foot - up * tall], 1)
    right = np.stack([x + half, foot - up * tall], 1)[::-1]
    body = np.maximum(
        canvas.polygon(np.concatenate([left, right]).astype(np.float32)),
        canvas.ellipse(x, foot, size * 0.40, size * 0.12),
    )
    level = np.clip((foot - canvas.y) / tall, 0, 1)
    around = np.clip((canvas.x - x) / (size * (0.40 + 0.13 * np.sin(np.pi * level))), -1, 1)
    angle = np.arcsin(around)
    staves = 1 - 0.30 * ramp(np.abs((angle * 4.2) % 1 - 0.5), 0.40, 0.5)
    grain = canvas.noise(3.5, seed=seed, octaves=4, stretch=0.3)
    light = 0.34 + 0.78 * ramp(angle, 1.35, -0.75)
    color = (
        np.array([0.60, 0.40, 0.23], np.float32) * (light * staves * (1 + 0.28 * grain))[..., None]
    )
    sag = np.sqrt(1 - around**2) * size * 0.12
    for hoop in (0.13, 0.34, 0.68, 0.90):
        band = ramp(np.abs((foot - canvas.y + sag * 0.9) / tall - hoop - 0.03), 0.034, 0.026)
        color = mix(
            color, mix((0.13, 0.12, 0.12), (0.56, 0.50, 0.44), ramp(angle, 1.0, -0.5)), band
        )
    painting.paint(body, color)
    lid = canvas.ellipse(x, foot - tall, size * 0.40, size * 0.13)
    painting.paint(lid, (0.40, 0.27, 0.17))
    wood = 1 + 0.25 * canvas.noise(4, seed=seed + 1, octaves=3, stretch=4)
    painting.paint(
        canvas.ellipse(x, foot - tall + 0.6, size * 0.36, size * 0.105),
        np.array([0.70, 0.52, 0.34], np.float32) * wood[..., None],
    )


def _crate(painting: Painting, x: float, foot: float, size: float) -> None:
    canvas = painting.canvas
    _shadow(painting, x + size * 0.7, foot - 1, size * 0.9, size * 0.15)
    grain = canvas.noise(5, seed=71, octaves=4, stretch=4)
    slats = 1 - 0.5 * ramp(np.abs(((canvas.y - foot) / 8.2) % 1 - 0.5), 0.40, 0.47)
    front = canvas.polygon(
        [
            (x - size / 2, foot),
            (x - size / 2, foot - 25),
            (x + size / 2, foot - 25),
            (x + size / 2, foot),
        ]
    )
    painting.paint(
        front,
        np.array([0.66, 0.50, 0.33], np.float32)
        * (slats * (1 + 0.3 * grain) * (1.08 - 0.35 * ramp(canvas.x, x - 15, x + 17)))[..., None],
    )
    top = canvas.polygon(
        [
            (x - size / 2, foot - 25),
            (x - size / 2 + 6, foot - 33),
            (x + size / 2 + 2, foot - 33),
            (x + size / 2, foot - 25),
        ]
    )
    painting.paint(top, (0.30, 0.22, 0.15))
    generator = np.random.default_rng(72)
    for _ in range(46):
        at = (x + generator.uniform(-14, 14), foot - 28 - generator.uniform(-2, 5))
        fish = canvas.ellipse(at[0], at[1], 4.5, 1.5)
        painting.paint(
            fish, mix((0.36, 0.42, 0.50), (0.93, 0.90, 0.86), ramp(canvas.y - at[1], 1.4, -1.2))
        )
    for post in (x - size / 2 + 1.5, x + size / 2 - 1.5):
        painting.paint(canvas.line([(post, foot), (post, foot - 27)], 3), (0.52, 0.38, 0.25))


def _bollard(painting: Painting, x: float, foot: float) -> None:
    canvas = painting.canvas
    _shadow(painting, x + 16, foot, 22, 4)
    around = (canvas.x - x) / 10
    iron = mix((0.08, 0.08, 0.09), (0.50, 0.43, 0.37), ramp(np.abs(around + 0.45), 0.85, 0.0))
    iron = iron * (1 + 0.35 * canvas.noise(4, seed=81, octaves=4))[..., None]
    painting.paint(
        canvas.polygon([(x - 8, foot), (x - 6.5, foot - 20), (x + 6.5, foot - 20), (x + 8, foot)]),
        iron,
    )
    painting.paint(canvas.ellipse(x, foot, 9.5, 3), iron)
    painting.paint(canvas.ellipse(x, foot - 21, 10, 4.5), iron * 1.25)
    for turn, y in enumerate((foot - 4, foot - 7.5, foot - 11)):
        coil = np.linspace(0, np.pi, 20)
        points = np.stack([x + 9.2 * np.cos(coil), y + 2.6 * np.sin(coil)], 1)
        painting.paint(canvas.line(points.astype(np.float32), 3.2), (0.36, 0.28, 0.19))
        painting.paint(
            canvas.line((points - (0, 0.6)).astype(np.float32), 1.6),
            (0.80 - 0.05 * turn, 0.68, 0.48),
        )
    slack = np.linspace(0, 1, 30)
    rope = np.stack(
        [x - 8 - 62 * slack + 9 * np.sin(slack * 9), foot - 5 + 30 * slack - 8 * np.sin(slack * 6)],
        1,
    )
    painting.paint(canvas.line(rope.astype(np.float32), 3.4), (0.34, 0.26, 0.18))
    painting.paint(canvas.line((rope - (0.3, 0.7)).astype(np.float32), 1.6), (0.82, 0.70, 0.50))


def _watcher(painting: Painting, x: float, foot: float) -> None:
    """A woman in a long dress and a straw hat who looks out to sea."""
    canvas = painting.canvas
    _shadow(painting, x + 34, foot - 2, 44, 6)
    light = ramp(canvas.x - x + 2.5 * canvas.noise(7, seed=91, octaves=3, stretch=0.4), 13, -13)
    skirt = [
        (x - 6, foot - 54),
        (x - 16, foot - 2),
        (x - 8, foot + 1),
        (x + 4, foot),
        (x + 17, foot - 3),
        (x + 6, foot - 54),
    ]
    folds = 1 + 0.16 * np.sin(
        (canvas.x - x) / (0.25 + 0.016 * np.maximum(canvas.y - foot + 70, 8)) * 0.9
    )
    painting.paint(
        canvas.polygon(skirt), mix((0.16, 0.20, 0.33), (0.62, 0.66, 0.74), light) * folds[..., None]
    )
    bodice = [
        (x - 6, foot - 53),
        (x - 8, foot - 74),
        (x - 4, foot - 78),
        (x + 4, foot - 78),
        (x + 8, foot - 74),
        (x + 6, foot - 53),
    ]
    painting.paint(canvas.polygon(bodice), mix((0.42, 0.36, 0.36), (0.98, 0.92, 0.84), light))
    painting.paint(
        canvas.line([(x - 6.5, foot - 54), (x + 6.5, foot - 54)], 2.4), (0.60, 0.18, 0.16)
    )
    painting.paint(
        canvas.line([(x + 7, foot - 73), (x + 11, foot - 62), (x + 5, foot - 53)], 3.4),
        (0.62, 0.55, 0.52),
    )
    painting.paint(
        canvas.line([(x - 7, foot - 73), (x - 11, foot - 82), (x - 5, foot - 88)], 3.4),
        (0.96, 0.88, 0.78),
    )
    painting.paint(canvas.line([(x, foot - 76), (x, foot - 84)], 3.4), (0.70, 0.48, 0.36))
    painting.paint(canvas.ellipse(x, foot - 86, 4.4, 5.2), (0.30, 0.19, 0.12))
    straw = mix((0.50, 0.37, 0.18), (0.98, 0.85, 0.55), light)
    painting.paint(canvas.ellipse(x, foot - 88.5, 10.5, 3.2), straw)
    painting.paint(canvas.ellipse(x, foot - 91, 5.2, 4.6), straw * 1.05)
    painting.paint(
        canvas.line([(x - 5.2, foot - 89.4), (x + 5.2, foot - 89.4)], 1.6), (0.60, 0.18, 0.16)
    )
