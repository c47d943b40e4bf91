"""A leaping fish before the sun, laid in glass and stone tesserae that follow the outlines."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.canvas import Array, Canvas, Color, blur, mix, ramp, relief, sample

_SIZE = 986
_SIDE = 13.0
# The picture is laid out on _SIZE pixels and drawn this many times larger, then shrunk.
_FINER = 2

Floats = NDArray[np.float64]


def draw() -> NDArray[np.uint8]:
    """The picture, uint8 (986, 986, 3), RGB."""
    canvas = Canvas(0, 0, _SIZE, _SIZE, 1.0)
    regions, cartoon = _cartoon(canvas)
    tiles, angles = _lay(regions, np.random.default_rng(79))
    return _render(cartoon, tiles, angles)


def _spline(points: Sequence[tuple[float, float]], *, closed: bool = True) -> Floats:
    """A smooth curve through the points (Catmull–Rom), 16 points a span."""
    knots = np.array(points, np.float64)
    count = len(knots)
    curve = []
    for number in range(count if closed else count - 1):
        near = [
            (number + k) % count if closed else min(max(number + k, 0), count - 1)
            for k in (-1, 0, 1, 2)
        ]
        a, b, c, d = knots[near]
        for t in np.linspace(0, 1, 16, endpoint=False):
            curve.append(
                0.5
                * (
                    2 * b
                    + (c - a) * t
                    + (2 * a - 5 * b + 4 * c - d) * t**2
                    + (3 * b - a - 3 * c + d) * t**3
                )
            )
    return np.array(curve)


_BODY = [
    (176, 596),
    (250, 452),
    (372, 352),
    (520, 318),
    (650, 352),
    (742, 440),
    (722, 500),
    (640, 520),
    (520, 500),
    (400, 520),
    (300, 590),
    (232, 668),
]
_TAIL = [(212, 622), (150, 560), (84, 560), (120, 640), (108, 730), (190, 742), (236, 690)]
_FIN = [(360, 366), (400, 268), (520, 232), (602, 262), (590, 330), (500, 336)]
_BELLY_FIN = [(440, 506), (430, 590), (500, 634), (540, 580), (520, 502)]


def _cartoon(canvas: Canvas) -> tuple[NDArray[np.int32], Array]:
    """The design: a number for each region, and its colours."""
    x, y = canvas.x, canvas.y
    regions = np.zeros(canvas.shape, np.int32)
    distance = np.hypot(x - 640, y - 300)
    glow = ramp(distance, 620, 120)
    color = mix((0.16, 0.36, 0.56), (0.62, 0.74, 0.68), glow)
    color = mix(color, (0.92, 0.80, 0.52), ramp(distance, 330, 180) * 0.8)
    angle = np.arctan2(y - 300, x - 640)
    rays = (
        ramp(np.sin(angle * 18), -0.15, 0.15) * ramp(distance, 330, 325) * ramp(distance, 176, 178)
    )
    color = mix(color, (0.95, 0.66, 0.22), rays * 0.9)
    regions[(distance < 328) & (distance > 176)] = 1
    regions[distance <= 176] = 2
    sun = distance <= 176
    color[sun] = mix((1.0, 0.86, 0.46), (0.90, 0.44, 0.14), ramp(distance, 40, 176))[sun]
    _waves(canvas, regions, color)
    _fish(canvas, regions, color)
    _border(canvas, regions, color)
    return regions, color


def _waves(canvas: Canvas, regions: NDArray[np.int32], color: Array) -> None:
    x, y = canvas.x, canvas.y
    blues: tuple[Color, ...] = (
        (0.10, 0.46, 0.56),
        (0.06, 0.30, 0.48),
        (0.16, 0.56, 0.60),
        (0.04, 0.20, 0.38),
        (0.09, 0.38, 0.52),
    )
    for number, blue in enumerate(blues):
        level = 640 + 58 * number
        crest = (
            level
            - 30 * np.abs(np.sin(x / 84 + number * 1.3)) ** 0.8
            + 12 * np.sin(x / 150 + number)
        )
        inside = y > crest
        regions[inside] = 10 + 2 * number
        shaded = mix(blue, (0.02, 0.10, 0.24), ramp(y - crest, 10, 110))
        color[inside] = shaded[inside]
        foam = inside & (y < crest + 26)
        regions[foam] = 11 + 2 * number
        color[foam] = mix((0.95, 0.95, 0.88), blue, ramp(y - crest, 4, 30))[foam]


def _fill(canvas: Canvas, points: Floats) -> NDArray[np.bool_]:
    return canvas.polygon(points.astype(np.float32)) > 0.5


def _fish(canvas: Canvas, regions: NDArray[np.int32], color: Array) -> None:
    x, y = canvas.x, canvas.y
    scarlet, gold, dark = (0.80, 0.20, 0.13), (0.98, 0.74, 0.28), (0.20, 0.07, 0.10)
    for number, outline in enumerate((_TAIL, _FIN, _BELLY_FIN)):
        inside = _fill(canvas, _spline(outline))
        regions[inside] = 30 + number
        spokes = ramp(np.sin(np.arctan2(y - 480, x - 430) * 46), -0.3, 0.5)
        color[inside] = mix((0.86, 0.34, 0.12), gold, spokes)[inside]
    inside = _fill(canvas, _spline(_BODY))
    rim = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=13) > 0
    regions[rim] = 39
    color[rim] = dark
    regions[inside] = 40
    depth = np.asarray(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    back = ramp(y - 0.10 * x, 300, 520)
    flank = mix(scarlet, (0.98, 0.82, 0.60), back)
    row = np.floor(y / 23)
    scale_x, scale_y = ((x + 23 * (row % 2)) % 46) / 46 - 0.5, (y % 23) / 23
    scales = ramp(np.hypot(scale_x * 1.5, scale_y - 0.1), 0.62, 0.86)
    flank = mix(flank, (0.52, 0.10, 0.12), scales * 0.75)
    flank = mix(flank, gold, ramp(depth, 34, 62) * 0.55 * (1 - scales))
    color[inside] = flank[inside]
    head = inside & (x > 610 - 0.25 * (y - 420))
    regions[head] = 41
    color[head] = mix((0.95, 0.60, 0.22), (0.78, 0.22, 0.12), ramp(y, 500, 370))[head]
    gill = inside & (np.abs(x - 606 + 0.25 * (y - 420) + 18 * np.cos((y - 430) / 60)) < 9)
    regions[gill] = 42
    color[gill] = dark
    mouth = inside & (x > 686) & (np.abs(y - 462 - 0.12 * (x - 700)) < 5)
    regions[mouth] = 42
    color[mouth] = dark
    for radius, ring, tint in (
        (27, 50, (0.97, 0.93, 0.80)),
        (17, 51, (0.10, 0.36, 0.48)),
        (9, 52, (0.05, 0.04, 0.06)),
    ):
        eye = np.hypot(x - 668, y - 414) < radius
        regions[eye] = ring
        color[eye] = tint


def _border(canvas: Canvas, regions: NDArray[np.int32], color: Array) -> None:
    x, y = canvas.x, canvas.y
    edge = np.minimum(np.minimum(x, y), np.minimum(_SIZE - x, _SIZE - y))
    bands: tuple[tuple[float, Color], ...] = (
        (92, (0.93, 0.88, 0.76)),
        (78, (0.50, 0.13, 0.12)),
        (64, (0.93, 0.74, 0.34)),
        (25, (0.12, 0.20, 0.34)),
    )
    for number, (width, tint) in enumerate(bands):
        inside = edge < width
        regions[inside] = 60 + number
        color[inside] = tint
    # Squares of three tiles across, alternately light and dark, in the broad band.
    band = (edge < 64) & (edge >= 25)
    dark = (np.floor((x - 25) / 39) + np.floor((y - 25) / 39)) % 2 == 0
    regions[band & dark] = 70
    color[band & dark] = (0.14, 0.36, 0.42)


def _lay(regions: NDArray[np.int32], generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Places (x, y) and angles of the tiles: rows along each region's outline, then fillings."""
    edges = np.zeros(regions.shape, np.uint8)
    edges[:, 1:] |= regions[:, 1:] != regions[:, :-1]
    edges[1:] |= regions[1:] != regions[:-1]
    depth = np.asarray(cv2.distanceTransform(1 - edges, cv2.DIST_L2, 5), np.float32)
    smooth = blur(depth, 3)
    slope_x, slope_y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    heading = np.arctan2(np.asarray(slope_y), np.asarray(slope_x)) + np.pi / 2
    taken = np.zeros(regions.shape, np.uint8)
    places: list[tuple[float, float]] = []
    angles: list[float] = []
    candidates = [_row(depth, (level + 0.5) * _SIDE, generator) for level in range(26)]
    rows, columns = regions.shape
    loose = generator.uniform(0, rows, (26000, 2))
    for x, y in np.concatenate([*candidates, loose]):
        column, row = int(x), int(y)
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        angle = float(heading[row, column])
        tile = _corners(x, y, angle, _SIDE * 0.78)
        left, top = np.floor(tile.min(0)).astype(int) - 1
        right, bottom = np.ceil(tile.max(0)).astype(int) + 2
        if left < 0 or top < 0 or right > columns or bottom > rows:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillConvexPoly(mask, np.round(tile - (left, top)).astype(np.int32), 1)
        part = taken[top:bottom, left:right]
        if int((part & mask).sum()) > 0.10 * int(mask.sum()):
            continue
        part |= mask
        places.append((x, y))
        angles.append(angle)
    return np.array(places), np.array(angles)


def _row(depth: Array, level: float, generator: np.random.Generator) -> Floats:
    """Places one tile apart along the line that lies `level` pixels inside the outlines."""
    contours, _ = cv2.findContours(
        (depth > level).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
    )
    places = [np.zeros((0, 2))]
    for contour in contours:
        line = contour[:, 0].astype(np.float64)
        walked = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        stops = np.arange(generator.uniform(0, 3), walked[-1], _SIDE * 0.98)
        places.append(np.stack([np.interp(stops, walked, line[:, k]) for k in (0, 1)], 1))
    return np.concatenate(places)


def _corners(x: float, y: float, angle: float, side: float, wide: float = 1.0) -> Floats:
    along = np.array([np.cos(angle), np.sin(angle)]) * side / 2 * wide
    up = np.array([-np.sin(angle), np.cos(angle)]) * side / 2
    return np.array([x, y]) + np.stack([-along - up, along - up, along + up, -along + up])


def _render(cartoon: Array, places: Floats, angles: Floats) -> NDArray[np.uint8]:
    generator = np.random.default_rng(80)
    fine = Canvas(0, 0, _SIZE, _SIZE, float(_FINER))
    sand = fine.noise(2.2, seed=5, octaves=2)
    color = mix(
        (0.24, 0.21, 0.19), (0.52, 0.47, 0.41), 0.5 + 0.4 * sand + 0.25 * fine.noise(70, seed=6)
    )
    faces = np.zeros(fine.shape, np.uint8)
    tint = np.zeros((*fine.shape, 3), np.uint8)
    tilt = np.full(fine.shape, 128, np.uint8)
    chosen = sample(blur(cartoon, 1.2), places[None, :, 0], places[None, :, 1])[0]
    for (x, y), angle, base in zip(places, angles, chosen, strict=True):
        side = _SIDE * generator.uniform(0.84, 0.95)
        tile = _corners(
            x, y, angle + generator.normal(0, 0.06), side, generator.uniform(0.90, 1.06)
        )
        tile += generator.normal(0, 0.55, (4, 2))
        points = np.round((tile * _FINER) * 16).astype(np.int32)
        shade = base * generator.normal(1, 0.13) + generator.normal(0, 0.035, 3)
        value = tuple(float(c) for c in np.clip(shade, 0.02, 1) * 255)
        cv2.fillConvexPoly(tint, points, value, cv2.LINE_AA, 4)
        cv2.fillConvexPoly(faces, points, 255, cv2.LINE_AA, 4)
        cv2.fillConvexPoly(
            tilt, points, float(np.clip(generator.normal(128, 34), 20, 240)), cv2.LINE_AA, 4
        )
    cover = (faces.astype(np.float32) / 255)[..., None]
    marble = fine.noise(16, seed=8, octaves=5, gain=0.65, stretch=1.5)
    glass = tint.astype(np.float32) / 255 * (1 + 0.14 * marble[..., None])
    inner = np.asarray(
        cv2.distanceTransform((faces > 200).astype(np.uint8), cv2.DIST_L2, 3), np.float32
    )
    dome = np.minimum(inner, 3.4) + 0.35 * fine.noise(4, seed=9, octaves=3)
    light = relief(blur(dome, 0.7), strength=0.62)
    facet = 0.80 + 0.40 * (tilt.astype(np.float32) / 255)
    gleam = ramp(tilt.astype(np.float32) / 255 + 0.16 * marble, 0.68, 0.95) * ramp(inner, 1.5, 4)
    face = glass * (light * facet)[..., None] + gleam[..., None] * (0.20, 0.19, 0.16)
    shadow = 1 - 0.55 * np.roll(blur(cover[..., 0], 1.6), (3, 3), (0, 1))
    color = color * shadow[..., None]
    color = color + (face - color) * cover
    small = cv2.resize(np.clip(color, 0, 1), (_SIZE, _SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(small * 255 + 0.5).astype(np.uint8)
