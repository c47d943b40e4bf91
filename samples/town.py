"""The town on its sea wall: houses, a church, trees."""

import numpy as np

from samples.canvas import Array, Canvas, Color, Painting, box, doubled, halved, mix, ramp
from samples.stone import masonry, stone_color, tiles

_WALLS: tuple[Color, ...] = (
    (0.90, 0.74, 0.52),
    (0.82, 0.50, 0.38),
    (0.93, 0.86, 0.72),
    (0.62, 0.70, 0.72),
    (0.88, 0.62, 0.40),
    (0.78, 0.72, 0.60),
    (0.84, 0.42, 0.33),
    (0.94, 0.80, 0.58),
)


def town(canvas: Canvas, *, base: float) -> Array:
    """Houses, a church and trees on a sea wall at height `base`; RGBA, float32, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    generator = np.random.default_rng(21)
    end = canvas.left + canvas.width
    _church(painting, canvas.left + 330, base - 10)
    for row, (lift, scale) in enumerate(((30, 0.80), (15, 0.92), (0, 1.0))):
        x = canvas.left + 58 - 14 * row + generator.uniform(0, 20)
        _trees(painting, generator, base - 13 - lift, count=7)
        while x < end:
            width = generator.uniform(34, 62) * scale
            size = (width, generator.uniform(34, 68) * scale)
            color = _WALLS[int(generator.integers(len(_WALLS)))]
            _house(painting, x, base - 11 - lift, size, color, int(generator.integers(999)), scale)
            x += width + generator.choice([0.0, 0.0, 4.0, 14.0])
    _trees(painting, generator, base - 10, count=5)
    _wall(painting, base)
    painting.shade(1 - 0.10 * ramp(fine.y, base - 40, base))
    return halved(painting.rgba)


def _house(
    painting: Painting,
    x: float,
    foot: float,
    size: tuple[float, float],
    color: Color,
    seed: int,
    scale: float,
) -> None:
    generator = np.random.default_rng(seed)
    width, height = size
    eaves = foot - height
    piece = painting.crop(x - 8, eaves - width * 0.6 - 16, width + 16, height + width * 0.6 + 30)
    part = piece.canvas
    wall = part.polygon(box(x, eaves, width, height + 6))
    plaster = 1 + 0.10 * part.noise(16, seed=seed, octaves=5) - 0.10 * ramp(part.y, foot - 14, foot)
    side = 1.06 - 0.24 * (part.x - x) / width
    piece.paint(
        wall, np.asarray(color, np.float32) * (plaster * side)[..., None] * (1.0, 0.95, 0.88)
    )
    _windows(piece, x, foot, size, generator, scale)
    _roof(piece, x, eaves, width, generator, scale)
    shadow = ramp(part.y, eaves + 7 * scale, eaves + 1) * wall
    piece.shade(1 - 0.42 * shadow * ramp(part.y, eaves - 1, eaves + 0.5))
    painting.lay(piece)


def _windows(
    piece: Painting,
    x: float,
    foot: float,
    size: tuple[float, float],
    generator: np.random.Generator,
    scale: float,
) -> None:
    canvas = piece.canvas
    width, height = size
    columns, floors = max(2, int(width / 14 / scale)), max(2, int(height / 18 / scale))
    shutter = ((0.24, 0.38, 0.36), (0.45, 0.24, 0.18), (0.25, 0.32, 0.45))[
        int(generator.integers(3))
    ]
    for floor in range(floors):
        for column in range(columns):
            middle = x + width * (column + 0.5) / columns
            top = foot - height + height * (floor + 0.28) / floors
            wide, tall = 5.2 * scale, 8.2 * scale
            if floor == floors - 1 and column == columns // 2:
                piece.paint(canvas.polygon(box(middle - 3.4, top - 1, 6.8, 30)), shutter)
                continue
            piece.paint(
                canvas.polygon(box(middle - wide / 2 - 0.8, top - 0.8, wide + 1.6, tall + 1.6)),
                (0.92, 0.88, 0.80),
            )
            glow = generator.random() < 0.22
            glass: Color = (0.98, 0.78, 0.42) if glow else (0.17, 0.20, 0.26)
            pane = canvas.polygon(box(middle - wide / 2, top, wide, tall))
            sheen = ramp(canvas.y - top, tall, 0) * (0.1 if glow else 0.45)
            piece.paint(pane, mix(glass, (0.75, 0.66, 0.58), sheen))
            piece.paint(canvas.line([(middle, top), (middle, top + tall)], 0.6), (0.85, 0.80, 0.72))
            for left in (middle - wide / 2 - 3.2 * scale, middle + wide / 2 + 0.6):
                piece.paint(canvas.polygon(box(left, top - 0.4, 2.6 * scale, tall + 0.8)), shutter)
            piece.paint(
                canvas.line(
                    [(middle - 4.5, top + tall + 1.4), (middle + 4.5, top + tall + 1.4)], 1.0
                ),
                (0.45, 0.38, 0.34),
            )


def _roof(
    piece: Painting,
    x: float,
    eaves: float,
    width: float,
    generator: np.random.Generator,
    scale: float,
) -> None:
    canvas = piece.canvas
    gable = generator.random() < 0.45
    rise = width * (0.46 if gable else 0.30)
    inset = width * (0.5 if gable else 0.13)
    chimney = x + width * generator.uniform(0.2, 0.8)
    brick = canvas.polygon(box(chimney, eaves - rise - 4, 5 * scale, rise))
    piece.paint(
        brick, mix((0.40, 0.25, 0.20), (0.66, 0.42, 0.32), ramp(canvas.x, chimney + 5, chimney))
    )
    corners = [
        (x - 3, eaves + 1.5),
        (x + inset, eaves - rise),
        (x + width - inset, eaves - rise),
        (x + width + 3, eaves + 1.5),
    ]
    tone, light = tiles(
        canvas.x, canvas.y - eaves, width=2.7 * scale, height=2.9 * scale, seed=int(x)
    )
    warm = generator.uniform(0, 1)
    low: Color = (0.44 - 0.1 * warm, 0.21, 0.16 + 0.05 * warm)
    color = mix(low, (0.78, 0.42, 0.27), tone * 0.8 + 0.1)
    moss = canvas.noise(14, seed=int(x) + 1, octaves=4)
    side = 1.12 - 0.42 * ramp(canvas.x, x + width * 0.35, x + width)
    piece.paint(canvas.polygon(corners), color * (light * side * (1 + 0.18 * moss))[..., None])
    piece.paint(canvas.line(corners[1:3] if not gable else corners[:2], 1.3), (0.85, 0.58, 0.42))


def _church(painting: Painting, x: float, foot: float) -> None:
    canvas = painting.canvas
    wall = canvas.polygon(box(x, foot - 128, 27, 128))
    tone, bulge, joint = masonry(canvas.x, canvas.y, width=7, height=4, seed=31)
    color = stone_color(tone, canvas.noise(6, seed=32, octaves=3)) * 1.25
    light = (1.10 - 0.55 * ramp(canvas.x, x + 6, x + 25)) * (0.85 + 0.2 * bulge - 0.12 * joint)
    painting.paint(wall, color * light[..., None] * (1.05, 0.97, 0.86))
    spire = canvas.polygon([(x - 2, foot - 127), (x + 13.5, foot - 190), (x + 29, foot - 127)])
    slate = mix((0.50, 0.47, 0.47), (0.20, 0.22, 0.28), ramp(canvas.x, x + 9, x + 17))
    rows = 1 + 0.12 * np.sin(canvas.y * 2.2) + 0.2 * canvas.noise(5, seed=33, octaves=3)
    painting.paint(spire, slate * rows[..., None])
    painting.paint(
        canvas.line([(x + 13.5, foot - 203), (x + 13.5, foot - 188)], 1.0), (0.3, 0.25, 0.2)
    )
    painting.paint(canvas.line([(x + 10, foot - 199), (x + 17, foot - 199)], 1.0), (0.3, 0.25, 0.2))
    for window in (x + 5.5, x + 15):
        arch = np.maximum(
            canvas.polygon(box(window, foot - 116, 6, 13)),
            canvas.ellipse(window + 3, foot - 116, 3, 4),
        )
        painting.paint(arch, (0.15, 0.13, 0.15))
    painting.paint(canvas.ellipse(x + 13.5, foot - 92, 6, 6), (0.92, 0.88, 0.78))
    painting.paint(
        canvas.line([(x + 13.5, foot - 96), (x + 13.5, foot - 92), (x + 16.5, foot - 90)], 0.9),
        (0.1, 0.1, 0.1),
    )


def _trees(painting: Painting, generator: np.random.Generator, foot: float, *, count: int) -> None:
    canvas = painting.canvas
    for _ in range(count):
        x = generator.uniform(canvas.left + 30, canvas.left + canvas.width)
        tall = generator.uniform(22, 46)
        piece = painting.crop(x - tall, foot - tall * 1.5, tall * 2, tall * 1.5 + 6)
        part = piece.canvas
        piece.paint(part.line([(x, foot + 4), (x, foot - tall * 0.5)], 2.2), (0.20, 0.14, 0.10))
        for number in range(26):
            near = number / 25
            at = generator.normal(size=2) * (tall * 0.26, tall * 0.24) + (x, foot - tall * 0.78)
            radius = tall * generator.uniform(0.13, 0.24)
            rough = part.noise(5, seed=int(generator.integers(9999)), octaves=3)
            distance = np.hypot(part.x - at[0], part.y - at[1]) + rough * radius * 0.7
            lit = ramp((part.x - at[0]) + (part.y - at[1]) + rough * 5, radius * 1.5, -radius * 1.4)
            color = mix((0.07, 0.13, 0.08), (0.52, 0.54, 0.20), lit * (0.35 + 0.65 * near))
            piece.paint(ramp(distance, radius, radius * 0.85), color)
        painting.lay(piece)


def _wall(painting: Painting, base: float) -> None:
    canvas = painting.canvas
    left = canvas.left + 22
    mask = canvas.polygon(
        [(left, base - 15), (2000, base - 15), (2000, base + 5), (left - 5, base + 5)]
    )
    tone, bulge, joint = masonry(canvas.x, canvas.y - base, width=11, height=5, seed=41)
    grain = canvas.noise(6, seed=42, octaves=4)
    color = stone_color(tone, grain)
    wet = ramp(canvas.y + 3 * grain, base - 4, base + 1)
    color = (
        mix(color, (0.15, 0.17, 0.13), wet * 0.8) * (0.72 + 0.4 * bulge - 0.35 * joint)[..., None]
    )
    painting.paint(mask, color)
    painting.paint(canvas.line([(left - 1, base - 15), (2000, base - 15)], 2.0), (0.86, 0.78, 0.66))
    for x in np.arange(left + 9, canvas.left + canvas.width, 17.0):
        painting.paint(canvas.line([(x, base - 15), (x, base - 21)], 0.9), (0.22, 0.2, 0.2))
    painting.paint(canvas.line([(left + 9, base - 21), (2000, base - 21)], 0.8), (0.22, 0.2, 0.2))
