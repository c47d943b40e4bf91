"""What is on the stage: every layer of the harbour, where it stands and how it moves."""

import numpy as np

from samples.birds import gull_body, gull_wing
from samples.boats import boat_canvas, fishing_boat, reflection, rowing_boat, sailing_boat, wake
from samples.canvas import Array, Canvas, over, ramp
from samples.foliage import branch, wind
from samples.layers import (
    HORIZON,
    Affine,
    Layer,
    Motion,
    compose,
    sea_parallax,
    shift,
    turn,
)
from samples.lighthouse import islet
from samples.quay import quay
from samples.sea import sea, swell
from samples.sky import cumulus, sky
from samples.terrain import Ground, terrain
from samples.town import town

_LEFT, _WIDE = -190.0, 1680.0
_ISLET_BASE, _TOWN_BASE = 406.0, 452.0


def build_layers(*, density: float) -> tuple[Layer, ...]:
    """Every layer, the farthest first, drawn for `density` pixels a scene unit."""
    # Somewhat finer than the picture: the camera zooms in.
    fine = density * 1.2
    backdrop = [_sky(fine), *_clouds(fine), *_hills(fine)]
    shore = [_islet(fine), _town(fine)]
    water = _sea(fine, backdrop, shore)
    boats = [layer for boat in _boats(fine) for layer in boat]
    return (*backdrop, water, *shore, *boats, *_gulls(fine), _quay(fine), _branch(fine))


def _sky(density: float) -> Layer:
    canvas = Canvas(_LEFT, -60, _WIDE, 480, density)
    return Layer("sky", canvas, sky(canvas))


def _clouds(density: float) -> list[Layer]:
    canvas = Canvas(-110, 0, 1500, 400, density)
    low = cumulus(canvas, seed=43, base=345, heaps=7, size=78)
    high = cumulus(canvas, seed=147, base=205, heaps=4, size=165)
    return [
        Layer("low clouds", canvas, low, motion=lambda t: shift(2.2 * t - 8, 0)),
        Layer("high clouds", canvas, high, motion=lambda t: shift(5.5 * t - 20, -0.4 * t)),
    ]


def _hills(density: float) -> list[Layer]:
    canvas = Canvas(_LEFT, 120, _WIDE, 280, density)

    def far(u: Array) -> Array:
        x = canvas.left + u * canvas.width
        peaks = 225 + 55 * np.sin(x / 150) + 30 * np.sin(x / 63 + 1)
        return np.asarray(ramp(x, 400, 820) * peaks + 14 * ramp(x, 330, 480), np.float32)

    def near(u: Array) -> Array:
        x = canvas.left + u * canvas.width
        return np.asarray(ramp(x, 560, 1150) * (118 + 26 * np.sin(x / 110 + 2)), np.float32)

    mountains = Ground(seed=100, profile=far, haze=(0.42, 0.60), snow=0.62, forest=0.30)
    hills = Ground(seed=200, profile=near, haze=(0.10, 0.36), forest=0.72)
    return [
        Layer("mountains", canvas, terrain(canvas, mountains, base=HORIZON + 1), parallax=0.008),
        Layer("hills", canvas, terrain(canvas, hills, base=HORIZON + 3), parallax=0.02),
    ]


def _islet(density: float) -> Layer:
    canvas = Canvas(415, 215, 300, 195, density)
    return Layer(
        "islet", canvas, islet(canvas, base=_ISLET_BASE), parallax=sea_parallax(_ISLET_BASE)
    )


def _town(density: float) -> Layer:
    canvas = Canvas(862, 230, 640, 240, density)
    return Layer("town", canvas, town(canvas, base=_TOWN_BASE), parallax=sea_parallax(_TOWN_BASE))


def _sea(density: float, backdrop: list[Layer], shore: list[Layer]) -> Layer:
    canvas = Canvas(_LEFT, -60, _WIDE, 860, density)
    mirrored = np.zeros((*canvas.shape, 4), np.float32)
    for layer in backdrop:
        mirrored = over(mirrored, layer.sample(canvas.x, canvas.y))
    for layer, base in zip(shore, (_ISLET_BASE, _TOWN_BASE), strict=True):
        # The water mirrors about the horizon; these are mirrored about their own foot.
        lifted = canvas.y + 2 * (base - HORIZON)
        mirrored = over(mirrored, layer.sample(canvas.x, lifted))
    water = sea(canvas, np.ascontiguousarray(mirrored[..., :3]))
    first = int((HORIZON - 3 + 60) * density)
    below = Canvas(_LEFT, -60 + first / density, _WIDE, 860 - first / density, density)
    # Parallax is that of the plane: none at the horizon, 1 at the near quay.
    return Layer("sea", below, water[first:], shear=1 / 328, swell=swell, reach=12)


def _boats(density: float) -> list[list[Layer]]:
    sizes = {"ketch": 58.0, "sloop": 92.0, "trawler": 190.0, "skiff": 150.0}
    room = {name: boat_canvas(size, density) for name, size in sizes.items()}
    cloth = (0.96, 0.90, 0.80)
    far = sailing_boat(room["ketch"], 58, hull=(0.30, 0.34, 0.40), sail=cloth, seed=1)
    red = sailing_boat(room["sloop"], 92, hull=(0.24, 0.36, 0.40), sail=(0.72, 0.32, 0.20), seed=2)
    trawler = fishing_boat(room["trawler"], 190, hull=(0.20, 0.44, 0.52), seed=3)
    skiff = rowing_boat(room["skiff"], 150, hull=(0.86, 0.82, 0.72), seed=4)
    return [
        _afloat("ketch", room["ketch"], far, start=(250, 416), speed=9.0, rock=1.2),
        _afloat("sloop", room["sloop"], red, start=(770, 458), speed=-17.0, rock=1.6),
        _afloat("trawler", room["trawler"], trawler, start=(1130, 566), speed=-58.0, rock=1.5),
        _afloat("skiff", room["skiff"], skiff, start=(985, 655), speed=1.5, rock=2.2),
    ]


def _afloat(
    name: str,
    canvas: Canvas,
    boat: Array,
    *,
    start: tuple[float, float],
    speed: float,
    rock: float,
) -> list[Layer]:
    """A boat, what it mirrors in the water and the foam at its side, moving together."""
    parallax = sea_parallax(start[1])
    phase = start[0] * 0.013

    def sail(time: float) -> Affine:
        heave = 0.016 * canvas.width * np.sin(1.7 * time + phase)
        roll = turn(rock * float(np.sin(1.25 * time + phase)), 0, 0)
        return compose(shift(start[0] + speed * time, start[1] + heave), roll)

    def drift(time: float) -> Affine:
        return shift(start[0] + speed * time, start[1])

    mirrored, below = reflection(boat, canvas, strength=0.62)
    layers = [Layer(f"{name}'s reflection", below, mirrored, parallax=parallax, motion=drift)]
    layers.append(Layer(name, canvas, boat, parallax=parallax, motion=sail))
    long = canvas.width * 0.88
    foam = Canvas(-long / 2, -6, long, 14, canvas.density)
    layers.append(Layer(f"{name}'s foam", foam, wake(foam), parallax=parallax, motion=drift))
    return layers


def _gulls(density: float) -> list[Layer]:
    flock = (
        ((430, 150), (-26.0, 3.0), 0.62, 7.6, 0.0),
        ((700, 118), (-33.0, -2.0), 0.80, 6.9, 1.3),
        ((860, 205), (-30.0, 5.0), 0.55, 8.1, 2.9),
        ((1010, 262), (-74.0, -8.0), 1.65, 5.6, 0.8),
        ((80, 236), (38.0, -6.0), -1.05, 6.3, 2.0),
    )
    return [part for gull in flock for part in _gull(density, *gull)]


def _gull(
    density: float,
    start: tuple[float, float],
    speed: tuple[float, float],
    size: float,
    beat: float,
    phase: float,
) -> list[Layer]:
    """Far wing, body and near wing; a negative size flies to the right."""
    tall = abs(size)
    body = Canvas(-24, -7, 48, 14, density * tall)
    wing = Canvas(-12, -40, 24, 42, density * tall)

    def fly(time: float) -> Affine:
        bob = -2.2 * tall * np.cos(beat * time + phase)
        place = shift(start[0] + speed[0] * time, start[1] + speed[1] * time + bob)
        return compose(place, turn(0, 0, 0, scale_x=size, scale_y=tall))

    def flap(lean: float) -> Motion:
        def motion(time: float) -> Affine:
            # Up for 1, down for -1; a wing seen edge on is short, never gone.
            lift = 0.30 + 0.75 * np.sin(beat * time + phase)
            lift = float(np.copysign(max(0.12, abs(lift)), lift))
            hinge = compose(shift(lean, -1.5), turn(lean * 2, 0, 0, scale_y=lift))
            return compose(fly(time), hinge)

        return motion

    return [
        Layer("far wing", wing, gull_wing(wing, near=False), parallax=0.1, motion=flap(2.5)),
        Layer("gull", body, gull_body(body), parallax=0.1, motion=fly),
        Layer("near wing", wing, gull_wing(wing, near=True), parallax=0.1, motion=flap(-1.0)),
    ]


def _quay(density: float) -> Layer:
    canvas = Canvas(-200, 290, 860, 470, density)
    return Layer("quay", canvas, quay(canvas), parallax=1.0)


def _branch(density: float) -> Layer:
    canvas = Canvas(790, -130, 580, 460, density)
    leaves = branch(canvas, root=(1330, -85), seed=5)
    return Layer("branch", canvas, leaves, parallax=1.15, swell=wind, reach=8)
