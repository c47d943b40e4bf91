"""The size that the network of a live run works at, and its way from one to another."""

from collections.abc import Callable

from vidstyle.runs.live.background import Background
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.video.convert import Size

SCALES = (1.0, 0.875, 0.75, 0.625, 0.5, 0.4)
"""The steps of `AutoSize`: lengths as shares of the full working size."""

# Convolutions are laid out in blocks: other lengths cost as much as the next multiple.
_MULTIPLE = 8
_SMALLEST_SIDE = 64


class WorkSizes:
    """Which size a frame is worked at; another is made ready in the background, then taken.

    Args:
        wish: the full working size; None: that of the outputs.
        prepare: gets engines ready for a size; called in the background, and may take long.
        background: where.
    """

    def __init__(
        self, wish: SizeWish | None, *, prepare: Callable[[Size], None], background: Background
    ) -> None:
        self._wish = wish
        self._prepare = prepare
        self._background = background
        self.scale = 1.0
        """Of the lengths; 1 is the full working size."""
        self._asked: Size | None = None
        self._ready: set[Size] = set()
        self._current: Size | None = None
        # Each is counted by one thread alone.
        self._begun = self._done = 0

    @property
    def current(self) -> Size:
        """The size of the last frame; after `begin`."""
        assert self._current is not None
        return self._current

    @property
    def preparing(self) -> bool:
        """Whether a size is being made ready."""
        return self._done < self._begun

    def begin(self, output: Size) -> Size:
        """Make the first size ready at once, and give it."""
        size = self._wanted(output)
        self._prepare(size)
        self._ready.add(size)
        self._current = size
        return size

    def of(self, output: Size) -> Size:
        """The size for a frame that is shown in that size: what is wanted, once it is ready.

        A size that could not be made ready is tried again when it is wanted anew. Called by one
        thread, after `begin`. Never waits.
        """
        wanted = self._wanted(output)
        if wanted in self._ready:
            self._current = wanted
        elif wanted != self._asked:
            self._begun += 1
            self._background.soon(lambda: self._make_ready(wanted))
        self._asked = wanted
        return self.current

    def _make_ready(self, size: Size) -> None:
        try:
            self._prepare(size)
            self._ready.add(size)
        finally:
            self._done += 1

    def _wanted(self, output: Size) -> Size:
        full = wished_size(self._wish, output)
        shorter = min(full.width, full.height)
        scale = max(self.scale, min(1.0, _SMALLEST_SIDE / shorter))
        if scale == 1.0:
            return full
        return Size(_rounded(full.width * scale), _rounded(full.height * scale))


class AutoSize:
    """Finds the scale at which the target rate is held, from what frames cost.

    Args:
        rate: frames a second to hold.
    """

    _TOO_MUCH = 0.95
    """Of a frame's time. Above it the network cannot hold the rate."""
    _GOAL = 0.8
    """Of a frame's time. What a new scale is chosen to cost at most; what lies between the two is
    left alone, so that the size does not swing."""
    _SETTLING = 2
    """Observations after a change that still tell of the scale before."""
    _HASTE = 2
    """Observations in a row before a smaller size is taken."""
    _FIRST_PATIENCE, _LONGEST_PATIENCE = 6, 96
    """Observations in a row before a larger size is tried; doubled each time that it failed."""

    def __init__(self, *, rate: float) -> None:
        self._rate = rate
        self._step = 0
        self._settling = self._SETTLING
        self._heavy = self._light = 0
        self._since_larger = self._LONGEST_PATIENCE
        self._patience = self._FIRST_PATIENCE

    @property
    def scale(self) -> float:
        """The scale to work at."""
        return SCALES[self._step]

    def observe(self, seconds: float) -> None:
        """Learn what a frame costs at `scale`; about twice a second."""
        self._since_larger += 1
        if self._settling:
            self._settling -= 1
            return
        last = len(SCALES) - 1
        too_much = seconds * self._rate > self._TOO_MUCH and self._step < last
        too_little = self._step > 0 and self._cost(self._step - 1, seconds) <= self._GOAL
        self._heavy = self._heavy + 1 if too_much else 0
        self._light = self._light + 1 if too_little else 0
        if self._heavy == self._HASTE:
            self._shrink(seconds)
        elif self._light >= self._patience:
            self._since_larger = 0
            self._go(self._step - 1)

    def _shrink(self, seconds: float) -> None:
        if self._since_larger < self._LONGEST_PATIENCE:
            self._patience = min(2 * self._patience, self._LONGEST_PATIENCE)
        last = len(SCALES) - 1
        smaller = range(self._step + 1, last)
        self._go(next((step for step in smaller if self._cost(step, seconds) <= self._GOAL), last))

    def _go(self, step: int) -> None:
        self._step, self._settling, self._heavy, self._light = step, self._SETTLING, 0, 0

    def _cost(self, step: int, seconds: float) -> float:
        """Of a frame's time, at another step: work goes with the area."""
        return seconds * self._rate * (SCALES[step] / self.scale) ** 2


def _rounded(length: float) -> int:
    return max(_MULTIPLE, _MULTIPLE * round(length / _MULTIPLE))
