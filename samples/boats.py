"""Boats, drawn about the middle of their waterline at (0, 0), and their reflections."""

import numpy as np

from samples.canvas import Array, Canvas, Color, Painting, blur, doubled, halved, mix, ramp, sample

Line = list[tuple[float, float]]


def boat_canvas(size: float, density: float) -> Canvas:
    """Room for a boat whose hull is about `size` scene units long."""
    return Canvas(-0.75 * size, -1.45 * size, 1.5 * size, 1.75 * size, density)


def sailing_boat(canvas: Canvas, size: float, *, hull: Color, sail: Color, seed: int) -> Array:
    """A gaff-rigged boat with mainsail and jib; RGBA, float32, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    unit = size / 100

    def at(*points: tuple[float, float]) -> Line:
        return [(x * unit, y * unit) for x, y in points]

    painting.paint(fine.line(at((-4, -8), (-4, -130)), 2.0 * unit), (0.36, 0.22, 0.13))
    _sail(
        painting,
        _bowed(at((-2, -19), (-2, -104), (36, -118), (50, -22)), bulge=5 * unit),
        sail,
        seed,
    )
    _sail(painting, _bowed(at((-7, -122), (-7, -20), (-52, -16)), bulge=-4 * unit), sail, seed + 1)
    painting.paint(fine.line(at((-4, -18), (52, -21)), 1.5 * unit), (0.40, 0.25, 0.15))
    painting.paint(fine.line(at((-3, -103), (38, -120)), 1.5 * unit), (0.40, 0.25, 0.15))
    for foot in (-54, 44):
        painting.paint(fine.line(at((-4, -129), (foot, -12)), 0.45 * unit), (0.25, 0.20, 0.18))
    painting.paint(fine.polygon(at((-4, -130), (-4, -136), (9, -133))), (0.80, 0.20, 0.15))
    _hull(painting, unit, hull, seed, sheer=5.0)
    _sailor(painting, 30 * unit, -10 * unit, unit * 0.9)
    return halved(painting.rgba)


def fishing_boat(canvas: Canvas, size: float, *, hull: Color, seed: int) -> Array:
    """A small trawler with wheelhouse, mast, nets and floats; RGBA, float32, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    unit = size / 100

    def at(*points: tuple[float, float]) -> Line:
        return [(x * unit, y * unit) for x, y in points]

    wood: Color = (0.40, 0.26, 0.16)
    painting.paint(fine.line(at((-18, -8), (-18, -74)), 1.9 * unit), wood)
    painting.paint(fine.line(at((-18, -26), (-47, -58)), 1.2 * unit), wood)
    painting.paint(fine.line(at((24, -8), (24, -58)), 1.4 * unit), wood)
    for rope in (
        at((-18, -73), (-55, -17)),
        at((-18, -73), (24, -57)),
        at((24, -57), (50, -12)),
        at((-47, -58), (-18, -70)),
    ):
        painting.paint(fine.line(rope, 0.5 * unit), (0.22, 0.19, 0.18))
    _wheelhouse(painting, unit)
    _net(painting, unit, seed)
    painting.paint(fine.polygon(at((-18, -73), (-18, -66), (-5, -70))), (0.22, 0.36, 0.60))
    _hull(painting, unit, hull, seed, sheer=9.0)
    _sailor(painting, -30 * unit, -13 * unit, unit * 1.05)
    for x in (-38, -20, 18, 36):
        ball = fine.ellipse(x * unit, -5.5 * unit, 2.6 * unit, 3.4 * unit)
        light = ramp(fine.x - x * unit + fine.y + 5.5 * unit, 3 * unit, -3 * unit)
        painting.paint(ball, mix((0.45, 0.16, 0.08), (1.0, 0.58, 0.25), light))
    return halved(painting.rgba)


def rowing_boat(canvas: Canvas, size: float, *, hull: Color, seed: int) -> Array:
    """A small open boat, empty, with its oars shipped; RGBA, float32, premultiplied."""
    fine = doubled(canvas)
    painting = Painting(fine)
    unit = size / 100
    inside = fine.ellipse(0, -15 * unit, 46 * unit, 6.5 * unit)
    planks = (
        0.8 + 0.2 * np.sin(fine.y / unit * 3) + 0.2 * fine.noise(6 * unit, seed=seed, octaves=3)
    )
    painting.paint(
        inside,
        mix((0.16, 0.10, 0.07), (0.46, 0.31, 0.20), ramp(fine.x, -30 * unit, 40 * unit))
        * planks[..., None],
    )
    for x in (-22, 4, 27):
        bench = fine.polygon(
            [
                ((x - 4) * unit, -20 * unit),
                ((x + 4) * unit, -20 * unit),
                ((x + 5) * unit, -10 * unit),
                ((x - 5) * unit, -10 * unit),
            ]
        )
        painting.paint(bench, (0.62, 0.45, 0.29))
    painting.paint(
        fine.line([(-34 * unit, -12 * unit), (40 * unit, -19 * unit)], 1.6 * unit),
        (0.75, 0.60, 0.42),
    )
    _hull(painting, unit, hull, seed, sheer=4.0)
    return halved(painting.rgba)


def reflection(boat: Array, canvas: Canvas, *, strength: float) -> tuple[Array, Canvas]:
    """The boat mirrored in rough water, on a canvas that hangs below the waterline."""
    depth = min(-canvas.top, canvas.height)
    below = Canvas(canvas.left, -1.5, canvas.width, depth, canvas.density)
    ripple = below.noise(3.2, seed=17, octaves=2, stretch=7) * (1.4 + 0.075 * below.y)
    ripple += below.noise(9, seed=18, octaves=2, stretch=6) * (1.0 + 0.10 * below.y)
    column = (below.x + 1.2 * ripple - canvas.left) * canvas.density - 0.5
    row = (-below.y * 1.05 - 1.5 + ripple * 1.4 - canvas.top) * canvas.density - 0.5
    mirrored = sample(boat, column, np.minimum(row, (-canvas.top + 1) * canvas.density))
    mirrored = blur(mirrored, 0.7 * canvas.density)
    gaps = ramp(below.noise(4.5, seed=19, octaves=2, stretch=8), 0.6, -0.4)
    fade = strength * ramp(below.y, depth * 0.95, 0) * (0.45 + 0.55 * gaps)
    faded = mirrored * fade[..., None] * (0.72, 0.80, 0.84, 1.0)
    return np.asarray(faded, np.float32), below


def wake(canvas: Canvas) -> Array:
    """Foam about a waterline from -1 to 1 on canvas units; RGBA, float32, premultiplied."""
    half = canvas.width / 2
    part = canvas.x / half
    lace = canvas.noise(5, seed=23, octaves=4, stretch=4)
    core = np.exp(-((canvas.y / (1.2 + 3.2 * np.abs(part))) ** 2))
    foam = ramp(core * (1 - part**4) + 0.35 * lace, 0.45, 0.95) * 0.85
    return np.dstack([foam * 0.95, foam * 0.95, foam * 0.93, foam]).astype(np.float32)


def _hull(painting: Painting, unit: float, color: Color, seed: int, *, sheer: float) -> None:
    canvas = painting.canvas
    part = np.linspace(-1, 1, 41)
    rail = np.stack([part * 54, -9 - sheer * np.abs(part) ** 2.2 - 2.5 * ramp(part, 0.2, -1)], 1)
    keel = np.stack([part[::-1] * (50 - 5 * (part[::-1] < 0)), np.full(41, 3.5)], 1)
    outline = (np.concatenate([rail, keel]) * unit).astype(np.float32)
    mask = canvas.polygon(outline)
    x, y = canvas.x / unit, canvas.y / unit
    light = 1.12 - 0.50 * ramp(x, -50, 52) + 0.16 * np.exp(-(((y + 8) / 3) ** 2))
    grain = canvas.noise(16 * unit, seed=seed + 5, octaves=5, stretch=5)
    planks = 1 - 0.22 * ramp(np.abs(((y + 0.0016 * x * x) / 2.6) % 1 - 0.5), 0.38, 0.5)
    paint = np.asarray(color, np.float32) * (light * planks * (1 + 0.20 * grain))[..., None]
    painting.paint(mask, paint)
    bottom = mask * ramp(y, -1.6, -0.8)
    painting.paint(bottom, np.array([0.30, 0.12, 0.09]) * (light * (1 + 0.3 * grain))[..., None])
    painting.paint(mask * ramp(np.abs(y + 2.2), 0.7, 0.4), (0.93, 0.90, 0.82))
    # Light from the water plays on the planks.
    caustic = ramp(canvas.noise(6 * unit, seed=seed + 6, octaves=2, stretch=2.5), 0.35, 0.6)
    painting.paint(mask * caustic * ramp(y, -9, 0) * 0.16, (1.0, 0.85, 0.60))
    painting.paint(canvas.line((rail * unit).astype(np.float32), 1.9 * unit), (0.86, 0.72, 0.50))
    painting.paint(
        canvas.line((rail * unit + (0, 1.3 * unit)).astype(np.float32), 0.8 * unit),
        (0.22, 0.14, 0.10),
    )
    # The boat ends where the water begins.
    painting.alpha *= ramp(y, 1.3, 0.2)


def _bowed(corners: Line, *, bulge: float) -> Array:
    """The polygon with its sides bowed outwards by `bulge` in the middle."""
    points = []
    for number, (x, y) in enumerate(corners):
        to_x, to_y = corners[(number + 1) % len(corners)]
        length = max(1e-6, float(np.hypot(to_x - x, to_y - y)))
        for part in np.linspace(0, 1, 12, endpoint=False):
            out = bulge * np.sin(np.pi * part) * 0.6
            side = (-(to_y - y) / length * out, (to_x - x) / length * out)
            points.append((x + (to_x - x) * part + side[0], y + (to_y - y) * part + side[1]))
    return np.array(points, np.float32)


def _sail(painting: Painting, outline: Array, color: Color, seed: int) -> None:
    canvas = painting.canvas
    mask = canvas.polygon(outline)
    low, high = outline.min(0), outline.max(0)
    across = (canvas.x - low[0]) / (high[0] - low[0])
    up = (canvas.y - low[1]) / (high[1] - low[1])
    size = float(high[1] - low[1])
    folds = canvas.noise(size * 0.35, seed=seed, octaves=5) * 0.10
    belly = 0.72 + 0.42 * np.sin(np.pi * np.clip(across * 0.8 + 0.25 * up + folds, 0, 1))
    seams = 1 - 0.13 * ramp(np.abs(((canvas.y + 0.12 * canvas.x) / size * 11) % 1 - 0.5), 0.42, 0.5)
    weave = 1 + 0.05 * canvas.noise(1.6, seed=seed + 1, octaves=2)
    # The low sun shines through the cloth.
    through = mix(color, (1.0, 0.82, 0.55), 0.35 * ramp(up, 0.1, 0.9) * ramp(across, 1, 0))
    painting.paint(mask, through * (belly * seams * weave)[..., None])
    rim = np.concatenate([outline, outline[:1]])
    painting.paint(canvas.line(rim, size * 0.008) * 0.6, (0.45, 0.33, 0.25))


def _wheelhouse(painting: Painting, unit: float) -> None:
    canvas = painting.canvas
    box = canvas.polygon(
        [
            (2 * unit, -36 * unit),
            (23 * unit, -36 * unit),
            (23 * unit, -8 * unit),
            (1 * unit, -8 * unit),
        ]
    )
    light = (
        1.05
        - 0.38 * ramp(canvas.x, 4 * unit, 23 * unit)
        + 0.10 * canvas.noise(5 * unit, seed=3, octaves=4)
    )
    painting.paint(box, np.array([0.93, 0.90, 0.83], np.float32) * light[..., None])
    for left in (4.5, 11, 17):
        pane = [(left, -32), (left + 4.6, -32), (left + 4.6, -23), (left, -23)]
        mask = canvas.polygon([(x * unit, y * unit) for x, y in pane])
        painting.paint(
            mask,
            mix(
                (0.12, 0.17, 0.22),
                (0.80, 0.66, 0.50),
                ramp(canvas.x - canvas.y, (left + 34) * unit, (left + 22) * unit),
            ),
        )
    roof = [(-1.5, -36), (0, -39.5), (24, -39.5), (26, -36)]
    painting.paint(canvas.polygon([(x * unit, y * unit) for x, y in roof]), (0.62, 0.24, 0.16))
    painting.paint(
        canvas.line([(16 * unit, -39 * unit), (16 * unit, -50 * unit)], 2.6 * unit),
        (0.20, 0.19, 0.20),
    )


def _net(painting: Painting, unit: float, seed: int) -> None:
    canvas = painting.canvas
    heap = canvas.ellipse(37 * unit, -12 * unit, 12 * unit, 10 * unit)
    mesh = np.abs(np.sin((canvas.x + canvas.y) / unit * 1.6)) * np.abs(
        np.sin((canvas.x - canvas.y) / unit * 1.6)
    )
    rough = canvas.noise(6 * unit, seed=seed, octaves=4)
    light = ramp(canvas.x + canvas.y - 2 * unit + 6 * unit * rough, 34 * unit, 12 * unit)
    color = mix((0.08, 0.16, 0.15), (0.30, 0.48, 0.40), np.clip(light * 0.7 + 0.35 * mesh, 0, 1))
    painting.paint(heap, color)


def _sailor(painting: Painting, x: float, y: float, unit: float) -> None:
    canvas = painting.canvas
    body = [(-3.4, 4), (-3.6, -7), (-2.4, -12), (2.4, -12), (3.8, -7), (3.4, 4)]
    mask = canvas.polygon([(x + a * unit, y + b * unit) for a, b in body])
    light = ramp(canvas.x - x, 4 * unit, -4 * unit)
    painting.paint(mask, mix((0.10, 0.13, 0.22), (0.42, 0.45, 0.52), light))
    painting.paint(
        canvas.line([(x - 2 * unit, y - 10 * unit), (x - 7 * unit, y - 4 * unit)], 2.0 * unit),
        (0.32, 0.36, 0.45),
    )
    painting.paint(
        canvas.ellipse(x, y - 14.6 * unit, 2.3 * unit, 2.8 * unit),
        mix((0.45, 0.28, 0.20), (0.88, 0.65, 0.48), light),
    )
    painting.paint(canvas.ellipse(x, y - 16.6 * unit, 2.7 * unit, 1.3 * unit), (0.70, 0.20, 0.14))
