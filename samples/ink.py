"""Mountains in mist with a bamboo spray: ink and washes on paper, and a red seal."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.bamboo import bamboo
from samples.canvas import Array, Canvas, blur, mix, ramp, to_bytes

_WIDTH, _HEIGHT = 832, 1040
Floats = NDArray[np.float64]


def draw() -> NDArray[np.uint8]:
    """The picture, uint8 (1040, 832, 3), RGB."""
    canvas = Canvas(0, 0, _WIDTH, _HEIGHT, 1.0)
    ink = np.zeros(canvas.shape, np.float32)
    generator = np.random.default_rng(1070)
    for number, (level, tall, tone) in enumerate(_RANGES):
        ink = _mountain(canvas, ink, generator, number, level, tall, tone)
    ink = _shore(canvas, ink)
    ink = _boat(canvas, ink)
    ink = _pines(canvas, ink, generator)
    ink = _birds(canvas, ink)
    ink = bamboo(canvas, ink, generator)
    paper = _paper(canvas)
    # Ink sinks deeper where the paper's fibres are loose, and gathers in its grain.
    grain = canvas.noise(3, seed=91, octaves=2) + 0.6 * canvas.noise(
        9, seed=92, octaves=3, stretch=2
    )
    density = np.clip(ink * (1 + 0.16 * grain), 0, 1.6)
    absorbed = np.exp(-density[..., None] * np.array([2.02, 1.98, 1.86], np.float32))
    picture = _seal(canvas, paper * absorbed)
    return to_bytes(picture)


# (height of the foot, height of the peaks, darkness), the farthest first.
_RANGES = ((430.0, 210.0, 0.22), (520.0, 330.0, 0.42), (640.0, 300.0, 0.62), (770.0, 200.0, 0.95))
_PEAKS = (
    ((150.0, 90.0, 1.0), (420.0, 120.0, 0.8), (690.0, 80.0, 0.95)),
    ((300.0, 62.0, 1.0), (385.0, 52.0, 0.78), (590.0, 60.0, 0.62), (70.0, 60.0, 0.45)),
    ((640.0, 60.0, 1.0), (720.0, 66.0, 0.80), (560.0, 50.0, 0.50), (130.0, 70.0, 0.40)),
    ((60.0, 90.0, 0.95), (800.0, 80.0, 0.60), (210.0, 60.0, 0.45)),
)


def _paper(canvas: Canvas) -> Array:
    fibres = canvas.noise(2.5, seed=81, octaves=2, stretch=7) + canvas.noise(
        2.5, seed=82, octaves=2, stretch=0.16
    )
    cloud = canvas.noise(260, seed=83, octaves=4)
    tone = 0.5 + 0.22 * cloud + 0.12 * fibres + 0.10 * canvas.noise(2, seed=84, octaves=1)
    color = mix((0.86, 0.81, 0.70), (0.97, 0.94, 0.87), np.clip(tone, 0, 1))
    flecks = ramp(canvas.noise(3, seed=85, octaves=2, stretch=6), 0.86, 1.0)
    color = mix(color, (0.62, 0.52, 0.38), flecks * 0.30)
    edge = np.minimum(
        np.minimum(canvas.x, _WIDTH - canvas.x), np.minimum(canvas.y, _HEIGHT - canvas.y)
    )
    return color * (0.90 + 0.10 * ramp(edge + 18 * cloud, 0, 90))[..., None]


def _mountain(
    canvas: Canvas,
    ink: Array,
    generator: np.random.Generator,
    number: int,
    level: float,
    tall: float,
    tone: float,
) -> Array:
    x, y = canvas.x, canvas.y
    across = x[0]
    profile = np.zeros_like(across)
    for at, half, high in _PEAKS[number]:
        off = np.abs(across - at) / half
        profile = np.maximum(profile, high / (1 + off**2.6))
    rough = canvas.noise(90, seed=10 + number, octaves=6, gain=0.55)[200] * 0.10
    crest = level - tall * (profile + rough * (0.4 + profile))
    below = y - crest[None, :]
    wobble = canvas.noise(26, seed=20 + number, octaves=4) * 5
    inside = ramp(below + wobble * 0.4, -1.2, 1.6)
    mist = ramp(
        y + 40 * canvas.noise(150, seed=30 + number, octaves=4, stretch=2),
        level - 0.02 * tall,
        level - 0.62 * tall,
    )
    washes = (
        0.45
        + 0.35 * canvas.noise(70, seed=40 + number, octaves=5)
        + 0.35 * np.exp(-np.abs(below) / 26)
    )
    wash = inside * mist * np.clip(washes, 0.05, 1.4) * tone
    # Paint already on the paper shows through little where mist or a nearer hill covers it.
    ink = ink * (1 - inside * (0.55 + 0.45 * mist) * ramp(below, 0, 14)) + wash
    outline = np.exp(-((below / (1.3 + 1.5 * np.abs(canvas.noise(60, seed=50 + number)))) ** 2))
    dry = ramp(canvas.noise(14, seed=60 + number, octaves=4, stretch=1.5), -0.45, 0.15)
    ink = ink + outline * dry * mist * tone * 0.9
    return ink + _texture(canvas, generator, crest, level, tall, tone) * inside * mist


def _texture(
    canvas: Canvas,
    generator: np.random.Generator,
    crest: Array,
    level: float,
    tall: float,
    tone: float,
) -> Array:
    """Long dry strokes down the slopes, and dots of moss along the ridges."""
    strokes = np.zeros(canvas.shape, np.uint8)
    slope = np.gradient(blur(crest[None, :], 8)[0])
    for _ in range(int(1500 * tone + 350)):
        x = generator.uniform(0, _WIDTH - 1)
        column = int(x)
        y = crest[column] + generator.exponential(tall * 0.26)
        lean = (
            np.sign(slope[column])
            * -generator.uniform(0.1, 0.9)
            * min(1.0, abs(float(slope[column])))
        )
        length = generator.uniform(10, 46) * (0.5 + 0.5 * tone)
        part = np.linspace(0, 1, 7)
        line = np.stack(
            [
                x - lean * length * part + generator.normal(0, 1.4, 7).cumsum() * 0.5,
                y + length * part,
            ],
            1,
        )
        dark = generator.uniform(25, 120) * (0.4 + 0.6 * tone)
        patch = np.round(line * 16).astype(np.int32)
        width = 1 if generator.random() < 0.7 else 2
        cv2.polylines(strokes, [patch], False, float(dark), width, cv2.LINE_AA, 4)
    for _ in range(int(420 * tone)):
        x = generator.uniform(0, _WIDTH - 1)
        y = crest[int(x)] + generator.normal(4, 7)
        size = generator.uniform(1.2, 3.6)
        centre = (int(x * 16), int(y * 16))
        cv2.ellipse(
            strokes,
            (centre[0] // 16, centre[1] // 16),
            (max(1, int(size)), max(1, int(size * 0.7))),
            0,
            0,
            360,
            float(generator.uniform(90, 210) * tone),
            -1,
            cv2.LINE_AA,
        )
    return blur(strokes.astype(np.float32) / 255, 0.5)


def _shore(canvas: Canvas, ink: Array) -> Array:
    x, y = canvas.x, canvas.y
    lines = (
        ramp(canvas.noise(9, seed=71, octaves=4, stretch=14), 0.35, 0.75)
        * ramp(y, 770, 830)
        * ramp(y, 1010, 900)
    )
    ink = ink + 0.13 * lines
    bank = 978 - 52 * ramp(x, 560, 0) + 16 * canvas.noise(120, seed=72, octaves=6, gain=0.6)
    inside = ramp(y - bank, -1.5, 1.5)
    facets = 1 - np.abs(canvas.noise(64, seed=73, octaves=6, gain=0.6, stretch=1.6))
    cracks = ramp(facets, 0.93, 0.99)
    dry = ramp(canvas.noise(6, seed=74, octaves=3, stretch=3), -0.3, 0.4)
    wash = (
        0.30
        + 0.55 * np.exp(-np.abs(y - bank) / 9)
        + 0.5 * cracks * dry
        + 0.35 * ramp(facets, 0.9, 0.4)
    )
    shown = inside * np.clip(wash, 0, 1.1) * ramp(x, 640, 330)
    return np.asarray(ink * (1 - inside * 0.8) + shown)


def _boat(canvas: Canvas, ink: Array) -> Array:
    def at(*points: tuple[float, float]) -> Array:
        return np.array([(520 + x * 1.25, 872 + y * 1.25) for x, y in points], np.float32)

    hull = canvas.polygon(
        at((-62, -9), (-48, 1), (-20, 7), (22, 7), (50, 0), (66, -12), (48, -6), (0, -1), (-44, -5))
    )
    ink = np.maximum(ink, hull * 0.95)
    roof = canvas.polygon(at((-22, -2), (-17, -18), (-4, -23), (10, -18), (15, -2)))
    weave = 0.55 + 0.3 * np.sin(canvas.x * 1.1) * np.sin(canvas.y * 1.3)
    ink = np.maximum(ink, roof * weave)
    man = np.maximum(
        canvas.polygon(at((34, -4), (33, -22), (38, -28), (44, -21), (45, -4))),
        canvas.polygon(at((29, -28), (39, -38), (49, -28))),
    )
    ink = np.maximum(ink, man * 0.8)
    ink = np.maximum(ink, canvas.line(at((40, -20), (92, 12)), 1.6) * 0.8)
    shade = np.exp(-(((canvas.y - 888) / 5) ** 2) - ((canvas.x - 520) / 60) ** 2)
    return ink + 0.25 * shade * ramp(canvas.noise(8, seed=75, octaves=3, stretch=8), -0.2, 0.6)


def _pines(canvas: Canvas, ink: Array, generator: np.random.Generator) -> Array:
    """Small pines on the near slopes: a bent trunk and flat sprays of needles."""
    drawing = np.zeros(canvas.shape, np.uint8)
    for x, y, tall in (
        (92, 668, 92),
        (146, 700, 66),
        (36, 690, 70),
        (742, 742, 58),
        (786, 716, 74),
        (214, 742, 48),
    ):
        lean = generator.normal(0, 0.18)
        part = np.linspace(0, 1, 12)
        trunk = np.stack([x + tall * (lean * part + 0.06 * np.sin(part * 7)), y - tall * part], 1)
        for number in range(11):
            cv2.line(
                drawing,
                _point(trunk[number]),
                _point(trunk[number + 1]),
                225.0,
                max(1, int(tall / 18 * (1 - number / 12))),
                cv2.LINE_AA,
                4,
            )
        for level in np.linspace(0.35, 1.0, 7):
            foot = np.array([np.interp(level, part, trunk[:, k]) for k in (0, 1)])
            for side in (-1, 1):
                reach = tall * 0.40 * (1.25 - level) * generator.uniform(0.6, 1.2)
                for _ in range(int(reach * 2.2)):
                    away = side * reach * generator.random()
                    at = foot + np.array([away, generator.normal(-1, tall * 0.022)])
                    angle = generator.normal(-np.pi / 2, 0.7)
                    tip = at + np.array([np.cos(angle), np.sin(angle)]) * generator.uniform(3, 7)
                    cv2.line(
                        drawing,
                        _point(at),
                        _point(tip),
                        float(generator.uniform(110, 240)),
                        1,
                        cv2.LINE_AA,
                        4,
                    )
    return np.maximum(ink, drawing.astype(np.float32) / 255 * 1.05)


def _point(place: Floats) -> tuple[int, int]:
    return round(float(place[0]) * 16), round(float(place[1]) * 16)


def _birds(canvas: Canvas, ink: Array) -> Array:
    for x, y, size in (
        (438, 118, 14),
        (476, 138, 11),
        (404, 150, 10),
        (512, 112, 8),
        (470, 176, 7),
    ):
        part = np.linspace(-1, 1, 15)
        wing = np.stack(
            [x + size * part, y - size * 0.55 * np.abs(np.sin(part * 2.4)) + size * 0.2 * part], 1
        )
        ink = np.maximum(ink, canvas.line(wing.astype(np.float32), 1.7) * 0.8)
    return ink


def _seal(canvas: Canvas, picture: Array) -> Array:
    """A square seal in cinnabar: the carved strokes stay paper."""
    x, y = canvas.x - 84, canvas.y - 868
    worn = canvas.noise(9, seed=97, octaves=4)
    square = ramp(np.maximum(np.abs(x), np.abs(y)) + 1.6 * worn, 31, 29)
    lines = [
        ((-20, -20), (20, -20)),
        ((0, -24), (0, 22)),
        ((-20, -4), (20, -4)),
        ((-20, -20), (-20, 8)),
        ((20, -20), (20, 8)),
        ((-22, 20), (22, 20)),
        ((-12, 6), (-12, 20)),
        ((12, 6), (12, 20)),
    ]
    carved = np.zeros_like(x)
    for line in lines:
        points = np.add(line, (84, 868))
        carved = np.maximum(carved, canvas.line(points.astype(np.float32), 3.4))
    stamp = square * (1 - carved) * ramp(worn, -0.75, -0.35) * (0.82 + 0.2 * worn)
    absorbed = np.clip(stamp, 0, 1)[..., None] * np.array([0.22, 0.84, 0.88], np.float32)
    return np.asarray(picture * (1 - absorbed))
