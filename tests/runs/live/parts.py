"""Parts of live runs for tests: sources and outputs that keep step, painters that can be held."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from threading import Event, Semaphore
from time import perf_counter

import numpy as np

from vidstyle.runs.live.cross_fade import Mixture
from vidstyle.runs.live.painter import Painter, Picture
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.stylizers import Style
from vidstyle.video.frame import Frame

PATIENCE = 20.0

GREY = np.full((48, 64, 3), 128, np.uint8)
GREY[36:] = 28  # What is plain is not painted.


def live_frame(index: int, *, captured: float | None = None) -> Frame:
    """A frame of a live source, 25 a second, grey above; its first pixel tells its number."""
    picture = GREY.copy()
    picture[0, 0] = index % 256
    return Frame(
        picture=picture,
        index=index,
        pts=index * 40_000,
        time_base=Fraction(1, 1_000_000),
        captured=perf_counter() if captured is None else captured,
    )


class Lockstep:
    """A source and an output that keep step: the next frame comes when the one before is out."""

    def __init__(self, count: int, *, before: Callable[[int], None] = lambda index: None) -> None:
        self._count = count
        self._before = before
        self._out = Semaphore(1)
        self.frames: list[LiveFrame] = []

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._count):
            assert self._out.acquire(timeout=PATIENCE)
            self._before(index)
            yield live_frame(index)

    def write(self, frame: LiveFrame) -> None:
        self.frames.append(frame)
        self._out.release()

    def close(self) -> None:
        pass

    def abort(self) -> None:
        self._out.release()


class Brightness(Painter):
    """Its styles are names of numbers; it paints everything in the weighted mean of them.

    `may_encode` and `may_paint` hold it where they are cleared; `paints` tells that it has begun,
    `painted` the numbers of the frames.
    """

    most_parts = 4
    info = "brightness"

    def __init__(self) -> None:
        self.may_encode, self.may_paint, self.paints = Event(), Event(), Event()
        self.painted: list[int] = []
        self.may_encode.set()
        self.may_paint.set()

    def encode(self, style: Style) -> float:
        assert self.may_encode.wait(PATIENCE)
        return float(style.name)

    def prepare(self, *, height: int, width: int) -> None:
        pass

    def paint(self, picture: Picture, mixture: Mixture, *, strength: float) -> Picture:
        self.painted.append(int(picture[0, 0, 0]))
        self.paints.set()
        assert self.may_paint.wait(PATIENCE)
        level = sum(share * brightness for brightness, share in mixture.parts)
        return np.full_like(picture, round(level))


class Fixed:
    """Settings that a test changes by hand."""

    def __init__(self, **values: object) -> None:
        self.state = LiveState(**values)  # type: ignore[arg-type]
