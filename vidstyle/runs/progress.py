"""How far a run is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from vidstyle.pipeline import PipelineFigures


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A moment of a run."""

    done: int
    """Frames that are finished."""
    total: int | None
    """Frames to expect, where that is known."""
    figures: PipelineFigures
    detail: str = ""
    """Where the work on a single frame is, where that takes long."""

    @property
    def fps(self) -> float:
        """Finished frames a second, over the whole run so far."""
        elapsed = self.figures.elapsed_seconds
        return self.done / elapsed if elapsed else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate; None while there is nothing to go by."""
        if self.total is None or not self.done:
            return None
        return max(0, self.total - self.done) / self.fps


OnStart: TypeAlias = Callable[[str], None]
"""Gets one line that says network, backend, precision, device and size, before the first frame."""

OnProgress: TypeAlias = Callable[[Progress], None]
"""Gets the progress about ten times a second."""


def ticks(
    on_progress: OnProgress | None, *, total: int | None, detail: Callable[[], str] = str
) -> Callable[[PipelineFigures], None] | None:
    """What a pipeline calls now and then to tell its progress; None where nobody listens.

    `total` and `detail`: see `Progress`.
    """
    if on_progress is None:
        return None
    return lambda figures: on_progress(
        Progress(done=figures.count, total=total, figures=figures, detail=detail())
    )
