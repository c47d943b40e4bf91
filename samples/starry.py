"""A night over a bay, in thick swirling strokes of blue and gold."""

import numpy as np
from numpy.typing import NDArray

from samples.brush import Coat, Field, Oil
from samples.canvas import Array, Canvas, Color, blur, gradient, mix, ramp

_WIDTH, _HEIGHT = 1024, 816
_MOON = (176.0, 158.0)
# (x, y, radius of the glow)
_STARS = (
    (60.0, 330.0, 44.0), (318.0, 70.0, 38.0), (352.0, 268.0, 34.0), (520.0, 66.0, 44.0),
    (690.0, 132.0, 50.0), (800.0, 56.0, 34.0), (978.0, 120.0, 42.0), (790.0, 330.0, 40.0),
    (40.0, 46.0, 28.0), (520.0, 376.0, 30.0), (690.0, 398.0, 26.0),
)  # fmt: skip
# (x, y, radius, turn) of the eddies of the sky.
_EDDIES = ((560.0, 222.0, 124.0, -1.0), (386.0, 170.0, 66.0, 1.0), (768.0, 222.0, 74.0, 1.0))

# (x, height of the tip, half the width) of the trees at the right.
_POPLARS = ((868.0, 262.0, 30.0), (932.0, 186.0, 38.0), (996.0, 318.0, 30.0))


def draw() -> NDArray[np.uint8]:
    """The picture, uint8 (816, 1024, 3), RGB."""
    canvas = Canvas(0, 0, _WIDTH, _HEIGHT, 1.0)
    generator = np.random.default_rng(1889)
    sky_field = _sky_field(canvas)
    sky = _sky(canvas)
    land, land_field, shore, tree = _land(canvas, sky)
    target = np.where(shore[..., None], land, sky)
    field = Field(
        np.where(shore, land_field.x, sky_field.x), np.where(shore, land_field.y, sky_field.y)
    )
    oil = Oil(blur(target, 6) * 0.75, generator)
    oil.coat(target, field, Coat(3600, 15, 62, 0.10))
    oil.coat(target, field, Coat(6500, 9, 46, 0.13))
    detail = np.clip(blur(np.abs(target - blur(target, 5)).sum(-1), 3) * 7, 0.10, 1)
    oil.coat(target, field, Coat(6500, 6, 30, 0.13, detail))
    oil.coat(target, field, Coat(3800, 4, 20, 0.08, np.clip(detail * 1.5 - 0.45, 0, 1)))
    houses = ramp(np.abs(canvas.y - 552), 60, 50) * ramp(np.abs(canvas.x - 505), 275, 255)
    upright = Field(np.full(canvas.shape, 0.08, np.float32), np.ones(canvas.shape, np.float32))
    oil.coat(target, upright, Coat(2400, 4, 13, 0.09, houses))
    _lights(oil)
    tree_color, tree_field = _tree_paint(canvas)
    oil.coat(tree_color, tree_field, Coat(1900, 7, 44, 0.16, tree))
    oil.coat(tree_color * 1.25, tree_field, Coat(1500, 4, 28, 0.20, tree))
    return oil.finished(relief_strength=2.6)


def _unit(x: Array, y: Array) -> Field:
    size = np.maximum(np.hypot(x, y), 1e-6)
    return Field((x / size).astype(np.float32), (y / size).astype(np.float32))


def _sky_field(canvas: Canvas) -> Field:
    x, y = canvas.x, canvas.y
    way_x = 0.9 + 0 * x
    way_y = 0.35 * np.sin(x / 130 + 0.6) + 0.25 * canvas.noise(260, seed=3, octaves=2)
    for at_x, at_y, radius, turn in _EDDIES:
        off_x, off_y = x - at_x, y - at_y
        distance = np.hypot(off_x, off_y)
        pull = 3.2 * np.exp(-((distance / radius) ** 2) * 0.8) / np.maximum(distance, 8)
        # A little inwards as well: the strokes spiral.
        way_x += turn * -off_y * pull - 0.22 * off_x * pull
        way_y += turn * off_x * pull - 0.22 * off_y * pull
    for at_x, at_y, radius in (*_STARS, (*_MOON, 105.0)):
        off_x, off_y = x - at_x, y - at_y
        distance = np.hypot(off_x, off_y)
        pull = 3.4 * np.exp(-((distance / radius) ** 2) * 0.9) / np.maximum(distance, 3)
        way_x += -off_y * pull
        way_y += off_x * pull
    return _unit(way_x, way_y)


def _sky(canvas: Canvas) -> Array:
    x, y = canvas.x, canvas.y
    color = gradient(
        y + 26 * canvas.noise(180, seed=9),
        [
            (0, (0.07, 0.13, 0.38)),
            (180, (0.12, 0.27, 0.58)),
            (340, (0.25, 0.47, 0.70)),
            (470, (0.55, 0.68, 0.66)),
        ],
    )
    streak = np.sin(y / 11 + 3 * canvas.noise(150, seed=4, octaves=3, stretch=2.5) + x / 90)
    color = mix(
        color, (0.45, 0.67, 0.80), ramp(streak + 0.6 * canvas.noise(90, seed=5), 0.35, 1.2) * 0.55
    )
    color = mix(
        color, (0.04, 0.07, 0.25), ramp(-streak + 0.6 * canvas.noise(80, seed=6), 0.4, 1.2) * 0.55
    )
    for at_x, at_y, radius, turn in _EDDIES:
        angle = np.arctan2(y - at_y, x - at_x)
        distance = np.hypot(x - at_x, y - at_y)
        arms = np.sin(turn * angle * 2 - distance / radius * 10.5)
        near = np.exp(-((distance / radius) ** 2) * 0.75)
        color = mix(color, (0.86, 0.90, 0.80), ramp(arms, 0.0, 1.0) * near * 0.85)
        color = mix(color, (0.06, 0.13, 0.42), ramp(-arms, 0.2, 1.0) * near * 0.80)
    for at_x, at_y, radius in _STARS:
        color = _glow(canvas, color, (at_x, at_y), radius)
    color = _glow(canvas, color, _MOON, 96)
    distance = np.hypot(x - _MOON[0], y - _MOON[1])
    bite = np.hypot(x - _MOON[0] - 17, y - _MOON[1] + 9)
    crescent = ramp(distance, 41, 38) * ramp(bite, 28, 31)
    return mix(color, (0.99, 0.80, 0.30), crescent)


def _glow(canvas: Canvas, color: Array, place: tuple[float, float], radius: float) -> Array:
    distance = np.hypot(canvas.x - place[0], canvas.y - place[1]) / radius
    rings = 0.70 + 0.30 * np.cos(distance * 13)
    color = mix(
        color, (0.74, 0.80, 0.50), np.clip(np.exp(-(distance**2) * 1.5) * rings * 1.1, 0, 0.92)
    )
    color = mix(color, (0.98, 0.84, 0.34), np.exp(-(distance**2) * 7) * rings)
    return mix(color, (1.0, 0.97, 0.80), np.exp(-(distance**2) * 42))


def _land(canvas: Canvas, sky: Array) -> tuple[Array, Field, NDArray[np.bool_], Array]:
    """Hills, the bay and the village: colours, directions, where they are, and the tree's place."""
    x, y = canvas.x, canvas.y
    color = sky.copy()
    way_x, way_y = np.ones_like(x), np.zeros_like(x)
    covered = np.zeros(canvas.shape, np.bool_)
    hills: tuple[tuple[float, float, float, Color, Color], ...] = (
        (432, 58, 0.4, (0.10, 0.20, 0.45), (0.38, 0.55, 0.74)),
        (478, 44, 2.2, (0.08, 0.20, 0.34), (0.34, 0.54, 0.60)),
        (520, 30, 4.0, (0.07, 0.19, 0.24), (0.42, 0.55, 0.36)),
    )
    for number, (level, tall, phase, dark, light) in enumerate(hills):
        crest = level - tall * np.sin(x / 150 + phase) - 0.4 * tall * np.sin(x / 63 + 2 * phase)
        slope = -tall / 150 * np.cos(x / 150 + phase) - 0.4 * tall / 63 * np.cos(x / 63 + 2 * phase)
        inside = y > crest
        folds = np.sin((y - crest) / 8.5 + 2.6 * canvas.noise(90, seed=20 + number, octaves=3))
        tone = np.clip(0.5 + 0.5 * folds - (y - crest) / 190, 0, 1)
        color = np.where(inside[..., None], mix(dark, light, tone), color)
        way_x, way_y = np.where(inside, 1.0, way_x), np.where(inside, slope, way_y)
        covered |= inside
    water = y > 596 + 7 * np.sin(x / 70)
    color = np.where(water[..., None], _bay(canvas, sky), color)
    way_x, way_y = (
        np.where(water, 1.0, way_x),
        np.where(water, 0.10 * np.sin(x / 45 + y / 14), way_y),
    )
    color = _village(canvas, color)
    tree = np.zeros_like(x)
    for stem, top, wide in _POPLARS:
        up = np.clip((y - top) / (840 - top), 0, 1)
        half = (
            wide
            * np.sin(np.pi * np.clip(up * 0.93 + 0.02, 0, 1)) ** 0.75
            * (1 + 0.12 * np.sin(y / 19 + stem))
        )
        bend = stem + 12 * np.sin(y / 95 + stem)
        tree = np.maximum(tree, ramp(np.abs(x - bend) - half, 3, -3) * ramp(y, top, top + 8))
    return color.astype(np.float32), _unit(way_x, way_y), covered, tree


def _bay(canvas: Canvas, sky: Array) -> Array:
    x, y = canvas.x, canvas.y
    depth = ramp(y, 590, 816)
    color = mix((0.16, 0.36, 0.58), (0.04, 0.10, 0.30), depth)
    ripple = np.sin(y / (3.5 + 5 * depth) + 3 * canvas.noise(60, seed=31, octaves=3, stretch=3))
    color = mix(color, (0.36, 0.58, 0.72), ramp(ripple, 0.3, 1.0) * 0.6)
    for at, strength in (
        (_MOON[0], 1.0),
        (402, 0.75),
        (468, 0.7),
        (540, 0.75),
        (610, 0.6),
        (330, 0.5),
        (700, 0.6),
    ):
        path = np.exp(-(((x - at) / (11 + 34 * depth * strength)) ** 2)) * strength
        color = mix(color, (0.99, 0.80, 0.36), np.clip(path * (0.55 + 0.6 * ripple), 0, 0.95))
    return color


def _village(canvas: Canvas, color: Array) -> Array:
    generator = np.random.default_rng(77)
    x, y = canvas.x, canvas.y
    for at in np.arange(262.0, 760.0, 36.0):
        at += generator.uniform(-8, 8)
        wide, tall, foot = (
            generator.uniform(28, 42),
            generator.uniform(22, 38),
            596 - generator.uniform(0, 12),
        )
        wall = (np.abs(x - at) < wide / 2) & (y > foot - tall) & (y < foot + 8)
        roof = (
            (np.abs(x - at) < (y - foot + tall + wide * 0.45) * 1.25)
            & (y > foot - tall - wide * 0.45)
            & (y <= foot - tall)
        )
        tone = generator.uniform(0, 1)
        color = np.where(
            wall[..., None],
            mix((0.20, 0.26, 0.42), (0.48, 0.52, 0.56), np.full_like(x, tone)),
            color,
        )
        color = np.where(
            roof[..., None], np.array([0.34 + 0.14 * tone, 0.20, 0.24], np.float32), color
        )
    tower = (np.abs(x - 505) < 11) & (y > 505) & (y < 598)
    spire = (np.abs(x - 505) < (y - 436) * 0.17) & (y > 436) & (y <= 505)
    color = np.where(tower[..., None], np.array([0.26, 0.33, 0.47], np.float32), color)
    return np.where(spire[..., None], np.array([0.12, 0.15, 0.28], np.float32), color)


def _lights(oil: Oil) -> None:
    """Lit windows: single dabs of the brightest paint."""
    generator = np.random.default_rng(78)
    gold = np.array([1.0, 0.83, 0.36], np.float32)
    for _ in range(46):
        x, y = generator.uniform((262, 572), (752, 592))
        oil.dab(np.array([[x, y - 3 + 0.8 * step] for step in range(9)]), gold, 5.0)


def _tree_paint(canvas: Canvas) -> tuple[Array, Field]:
    x, y = canvas.x, canvas.y
    flame = np.sin(x / 7 + 2.5 * canvas.noise(80, seed=51, octaves=3, stretch=0.4))
    color = mix((0.03, 0.07, 0.10), (0.16, 0.27, 0.14), ramp(flame, -0.2, 1.0))
    color = mix(color, (0.34, 0.24, 0.12), ramp(canvas.noise(40, seed=52), 0.35, 0.7) * 0.6)
    way_x = 0.30 * np.sin(y / 42 + x / 14)
    return color.astype(np.float32), _unit(way_x.astype(np.float32), -np.ones_like(x))
