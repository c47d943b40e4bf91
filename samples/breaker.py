"""The breaking wave: its body of carved lines, and the foam that flies from its lip."""

from collections.abc import Sequence

import numpy as np

from samples.canvas import Canvas, blur, ramp
from samples.printing import Blocks, Floats, lay, ribbon, rounded, union


def _spline(points: Sequence[tuple[float, float]], count: int) -> Floats:
    """A smooth open curve through the points, at `count` even steps of its parameter."""
    knots = np.array([points[0], *points, points[-1]], np.float64)
    at = np.linspace(0, len(points) - 1 - 1e-6, count)
    span = at.astype(int)
    t = (at - span)[:, None]
    a, b, c, d = (knots[span + k] for k in range(4))
    return np.asarray(
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
    )


_BACK = [
    (-190, 860),
    (-60, 610),
    (40, 430),
    (120, 300),
    (220, 190),
    (340, 128),
    (460, 130),
    (548, 196),
    (572, 262),
]
_FACE = [
    (352, 860),
    (262, 700),
    (236, 580),
    (248, 470),
    (300, 372),
    (372, 316),
    (450, 296),
    (520, 300),
    (566, 272),
]


def great_wave(block: Canvas, keys: Blocks) -> None:
    count = 220
    back, face = _spline(_BACK, count), _spline(_FACE, count)
    foot = np.array([(-190.0, 860.0)])
    body = block.polygon(np.concatenate([back, face[::-1], foot]).astype(np.float32))
    lay(keys, body, "blue")
    generator = np.random.default_rng(5)
    strips = 25
    cuts: dict[str | None, list[Floats]] = {"indigo": [], "pale": [], None: []}
    for number in range(strips):
        part = (number + 0.5) / strips
        line = back * (1 - part) + face * part
        along = np.linspace(0, 1, count)
        # Cut lines swell and taper; some are pale, most dark; some are bare paper near the lip.
        thick = (
            (0.95 - 0.45 * np.abs(part - 0.55))
            * (5.2 + 2.4 * np.sin(along * 5 + number * 0.7))
            * np.sqrt(np.maximum(np.sin(np.pi * np.clip(0.16 + along * 0.86, 0, 1)), 0))
        )
        start = int(count * generator.uniform(0.0, 0.16))
        stop = int(count * generator.uniform(0.86, 0.99))
        name = "indigo" if number % 2 == 0 else ("pale" if part > 0.30 else None)
        scale = 1.5 if name == "indigo" else 0.8
        cuts[name].append(ribbon(line[start:stop], thick[start:stop] * scale))
    for name, ribbons in cuts.items():
        lay(keys, union(block, ribbons) * body, name)
    edges = [ribbon(line, np.full(count, 5.0)) for line in (back, face)]
    lay(keys, union(block, edges), "indigo")
    _foam(block, keys, back, face, generator)


def _foam(
    block: Canvas,
    keys: Blocks,
    back: Floats,
    face: Floats,
    generator: np.random.Generator,
) -> None:
    """Foam breaks from the lip in fingers: white, with an outline, and drops flung ahead."""
    lip = np.concatenate([back[112:], face[::-1][:70]])
    middle = np.array([420.0, 250.0])
    foam: list[Floats] = []
    rims: list[Floats] = []
    for place in np.repeat(lip[::3], 2, axis=0):
        at, radius = place + generator.normal(0, 8, 2), generator.uniform(6, 17)
        foam.append(rounded(at, radius))
        rims.append(rounded(at, radius + 2.6))
    for place in lip[::3]:
        away = place - middle
        heading = float(np.arctan2(away[1] + 50, away[0] + 50) + generator.normal(0, 0.45))
        line, thick = _finger(place, heading, generator.uniform(22, 58), generator)
        foam.append(ribbon(line, thick))
        rims.append(ribbon(line, thick + 5.0))
    cloud = union(block, foam)
    lay(keys, union(block, rims), "indigo")
    lay(keys, cloud, None)
    ragged = block.x + block.y * 0.6 + 10 * block.noise(30, seed=51)
    shade = ramp(np.sin(ragged / 2.1), 0.35, 0.6) * ramp(
        block.noise(34, seed=52, octaves=3), 0.05, 0.3
    )
    lay(keys, blur(cloud, 3) * (blur(cloud, 5) > 0.96) * shade, "pale")
    _spray(block, keys, lip, generator)


def _finger(
    root: Floats, heading: float, length: float, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """A hooked finger of foam: its middle line and how thick it is."""
    part = np.linspace(0, 1, 16)
    way = heading + generator.choice([-1.0, 1.0]) * 1.9 * part**2
    line = root + np.stack([np.cumsum(np.cos(way)), np.cumsum(np.sin(way))], 1) * length / 16
    return line, length * 0.30 * (1 - part**1.5) + 2.0


def _spray(block: Canvas, keys: Blocks, lip: Floats, generator: np.random.Generator) -> None:
    drops: list[Floats] = []
    rims: list[Floats] = []
    for _ in range(130):
        start = lip[int(generator.integers(20, len(lip)))]
        flung = generator.exponential(34)
        heading = generator.normal(0.35, 0.75)
        at = start + flung * np.array([np.cos(heading), np.sin(heading)])
        size = generator.uniform(1.2, 3.8) * (1.2 - min(0.7, flung / 200))
        drops.append(rounded(at, size))
        rims.append(rounded(at, size + 1.5))
    lay(keys, union(block, rims), "indigo")
    lay(keys, union(block, drops), None)
