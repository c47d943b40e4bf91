"""A breaking wave off a rocky coast: a woodcut in five colours, one block for each."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.breaker import great_wave
from samples.canvas import Array, Canvas, Color, ramp, to_bytes
from samples.printing import Blocks, lay, paper, pressed, shifted

_WIDTH, _HEIGHT = 1024, 800
Floats = NDArray[np.float64]
# Lines and edges are carved on a finer block and print softer.
_FINER = 2.0

_INDIGO: Color = (0.09, 0.15, 0.28)
_BLUE: Color = (0.24, 0.44, 0.60)
_PALE: Color = (0.60, 0.74, 0.76)
_OCHRE: Color = (0.87, 0.70, 0.42)
_RED: Color = (0.80, 0.29, 0.18)


def draw() -> NDArray[np.uint8]:
    """The print, uint8 (800, 1024, 3), RGB."""
    block = Canvas(0, 0, _WIDTH, _HEIGHT, _FINER)
    keys = {
        name: np.zeros(block.shape, np.float32)
        for name in ("ochre", "red", "pale", "blue", "indigo")
    }
    _sky(block, keys)
    _rocks(block, keys)
    _sea(block, keys)
    great_wave(block, keys)
    _boat(block, keys)
    frame = _inside(block)
    print_ = paper(block)
    inks = {"ochre": _OCHRE, "red": _RED, "pale": _PALE, "blue": _BLUE, "indigo": _INDIGO}
    # Each block lies a little off the others on the paper: shift in scene units, turn in degrees.
    offsets = {
        "ochre": (2.2, -1.4, 0.10),
        "red": (-1.8, 1.6, -0.12),
        "pale": (1.5, 1.8, 0.07),
        "blue": (-1.4, -1.0, -0.06),
        "indigo": (0.0, 0.0, 0.0),
    }
    for number, (name, ink) in enumerate(inks.items()):
        shape = shifted(block, keys[name] * frame, *offsets[name])
        print_ = pressed(block, print_, shape, ink, seed=20 + number)
    small = cv2.resize(print_, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    return to_bytes(np.asarray(small))


def _inside(block: Canvas) -> Array:
    edge = np.minimum(np.minimum(block.x, _WIDTH - block.x), np.minimum(block.y, _HEIGHT - block.y))
    return ramp(edge + 1.2 * block.noise(20, seed=3, octaves=3), 25, 27)


def _sky(block: Canvas, keys: Blocks) -> None:
    x, y = block.x, block.y
    keys["ochre"] += ramp(y, 470, 468)
    lines = np.sin(
        (y + 7 * np.sin(x / 130) + 4 * block.noise(120, seed=8, octaves=2, stretch=4))
        / 2.6
        * np.pi
        / 2
    )
    fade = ramp(y, 40, 420)
    lay(keys, ramp(lines - 2.1 * fade + 0.75, 0.0, 0.12), "pale")
    sun = np.hypot(x - 716, y - 236)
    lay(keys, ramp(sun, 101, 99.5), None)
    lay(keys, ramp(sun, 92, 90.5), "red")
    for level, left, right, tall in (
        (150, 560, 990, 13),
        (182, 640, 900, 9),
        (262, 520, 760, 11),
        (300, 690, 1010, 12),
        (96, 60, 330, 12),
        (128, 120, 420, 9),
    ):
        part = np.clip((x - left) / (right - left), 0, 1)
        half = (
            tall
            * np.sqrt(np.maximum(np.sin(np.pi * part), 0))
            * (0.75 + 0.3 * np.sin(x / 29 + level))
        )
        off = np.abs(y - level - 4 * np.sin(x / 60 + level))
        lay(keys, ramp(off, half + 2.2, half + 1) * (half > 0.5), None)
        lay(
            keys,
            ramp(off, half - 0.4, half - 1.6)
            * (half > 2)
            * ramp(np.sin((y - level) * 1.25), -0.2, 0.2),
            "pale",
        )


def _rocks(block: Canvas, keys: Blocks) -> None:
    x, y = block.x, block.y
    rough = block.noise(44, seed=11, octaves=5, gain=0.6)
    for at, half, top in ((880.0, 74.0, 318.0), (968.0, 60.0, 372.0), (802.0, 34.0, 408.0)):
        profile = top + 150 * (np.abs(x - at + 10 * rough) / half) ** 1.7 + 16 * rough
        inside = ramp(y - profile, -1, 1) * ramp(y, 486, 484)
        lay(keys, inside, "indigo")
        facets = np.sin((x * 0.55 + y * 1.0 + 26 * rough) / 3.4)
        lit = ramp(at - x + 26 * rough - 0.12 * (y - top), -16, 26)
        lay(
            keys, inside * ramp(facets - 1.5 + 2.2 * lit, 0, 0.2) * ramp(y - profile, 5, 7), "ochre"
        )


def _sea(block: Canvas, keys: Blocks) -> None:
    """Swells behind one another, each with lines that follow its back and a bright crest."""
    x, y = block.x, block.y
    rows = (
        (470, 7, 60, 3.4),
        (492, 12, 84, 4.2),
        (530, 20, 120, 5.2),
        (584, 30, 170, 6.4),
        (655, 38, 230, 7.8),
    )
    for number, (level, tall, long, pitch) in enumerate(rows):
        crest = (
            level - tall * (np.abs(np.sin(x / long + 1.9 * number + 0.4)) ** 1.5) * 1.5 + 0.4 * tall
        )
        below = y - crest
        inside = ramp(below, -0.8, 0.8)
        lay(keys, inside, "blue" if number % 2 else "pale")
        lay(keys, inside * ramp(below, 3.4, 2.2), "indigo")
        lay(keys, inside * ramp(np.abs(below - 6.5), 3.2, 2.0), None)
        wobble = 0.8 * block.noise(70, seed=30 + number, octaves=3, stretch=3)
        lines = np.sin((below / pitch + wobble) * 2 * np.pi)
        swell = np.sin(x / long * 2 + 3.8 * number + 0.8 + below / 60)
        carved = ramp(lines + 0.75 * swell - 0.25 + ramp(below, 10, 90) * 0.5, 0.0, 0.25) * ramp(
            below, 9, 12
        )
        lay(keys, carved * inside, "indigo")


def _boat(block: Canvas, keys: Blocks) -> None:
    def at(*points: tuple[float, float]) -> Array:
        turn = np.deg2rad(-9)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return np.asarray(np.array(points) @ rotation.T + (700, 586), np.float32)

    sail = at((-8, -150), (-8, -22), (78, -30), (52, -132))
    lay(keys, block.polygon(at((-12, -155), (-12, -18), (84, -26), (57, -137))), "indigo")
    lay(keys, block.polygon(sail), "ochre")
    u = np.sin((block.x * 0.30 + block.y) / 2.4)
    lay(keys, block.polygon(sail) * ramp(u + ramp(block.x, 690, 775) * 1.3 - 0.9, 0, 0.2), "red")
    lay(keys, block.line(at((-10, -162), (-10, 0)), 4.5), "indigo")
    hull = at(
        (-92, -26), (-60, -16), (0, -12), (60, -16), (104, -34), (80, 10), (30, 22), (-50, 16)
    )
    lay(keys, block.polygon(hull), "indigo")
    plank = ramp(
        np.sin((block.y + 0.16 * block.x - 8 * np.cos((block.x - 700) / 60)) / 1.9), 0.55, 0.75
    )
    lay(keys, block.polygon(hull) * plank, "red")
    for place in (-44, -24, 40):
        coat = [(-8, -12), (-6, -32), (5, -32), (9, -12)]
        lining = [(-4, -14), (-3, -30), (3, -30), (5, -14)]
        lay(keys, block.polygon(at(*((place + x, y) for x, y in coat))), "indigo")
        lay(keys, block.polygon(at(*((place + x, y) for x, y in lining))), "pale")
        centre = at((place, -38))[0]
        lay(keys, block.ellipse(centre[0], centre[1], 8, 7), "indigo")
        lay(keys, block.ellipse(centre[0], centre[1], 5.4, 4.6), None)
    x, y = block.x, block.y
    for number, shift in enumerate((0, 14, 28)):
        bow = y - 600 - shift + 9 * np.sin(x / 26 + number) - 0.05 * np.abs(x - 700)
        near = ramp(np.abs(x - 700), 150, 140)
        lay(keys, ramp(np.abs(bow), 5.5, 4.5) * near, "indigo" if number % 2 else None)
