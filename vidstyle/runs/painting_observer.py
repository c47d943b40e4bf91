"""How far the optimisation of a picture is: as text, as figures, and as a picture on disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from vidstyle.errors import VidstyleError
from vidstyle.video.pictures import write_picture

if TYPE_CHECKING:
    from vidstyle.stylizers.gatys.descent import Moment

_SECONDS_BETWEEN_PREVIEWS = 3.0


@dataclass(frozen=True, kw_only=True)
class PaintingFigures:
    """How the optimisation of one picture, or of frames together, has ended.

    Attributes:
        first: number of the first of them, from 0.
        count: how many there are.
        iterations: at the last size.
        losses: by name, not weighted, as means over them.
    """

    first: int
    count: int
    iterations: int
    losses: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For a JSON report."""
        return asdict(self)


class PaintingObserver:
    """Watches an optimisation from the run's side.

    Attributes:
        painted: what is finished.

    Args:
        should_stop: asked after every iteration.
    """

    def __init__(self, *, should_stop: Callable[[], bool]) -> None:
        self.painted: list[PaintingFigures] = []
        self._should_stop = should_stop
        self._moment: Moment | None = None
        self._preview: Path | None = None
        self._next_preview = 0.0

    @property
    def stopped(self) -> bool:
        """Whether the run is to stop."""
        return self._should_stop()

    def text(self) -> str:
        """One line on where the optimisation is; empty before it has begun."""
        moment = self._moment
        if moment is None:
            return ""
        height, width = moment.pictures.shape[2:]
        losses = ", ".join(f"{name} {value:.3g}" for name, value in moment.losses.items())
        return f"{moment.iteration} of {moment.iterations} at {width}x{height}, {losses}"

    def __call__(self, moment: "Moment") -> bool:
        """Take note of an iteration; whether to stop."""
        self._moment = moment
        if self._preview is not None and monotonic() >= self._next_preview:
            from vidstyle.nets.pictures import to_levels  # It imports PyTorch.

            picture = to_levels(moment.pictures[-1:])[0].cpu().numpy()
            # Windows may replace no file that a viewer has open; hours of work are not to end so.
            with suppress(VidstyleError):
                write_picture(self._preview, picture)
            self._next_preview = monotonic() + _SECONDS_BETWEEN_PREVIEWS
        return self.stopped

    @contextmanager
    def preview(self, path: Path) -> Iterator[None]:
        """In the block, keep a file that shows the picture as it is, anew every few seconds."""
        self._preview, self._next_preview = path, monotonic() + _SECONDS_BETWEEN_PREVIEWS
        try:
            yield
        finally:
            self._preview = None
            with suppress(OSError):  # As above; and it may never have been there.
                path.unlink()

    def finish(self, first: int, count: int) -> None:
        """Take note that the pictures from number `first` on are finished."""
        if self._moment is None:  # With no iterations there was nothing to see.
            return
        self.painted.append(
            PaintingFigures(
                first=first,
                count=count,
                iterations=self._moment.iteration,
                losses=dict(self._moment.losses),
            )
        )
