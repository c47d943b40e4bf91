"""Follows the figures of a live run: tells how it is doing, and lets its size follow its rate."""

from collections import deque
from collections.abc import Callable

from vidstyle.pipeline import PipelineFigures
from vidstyle.runs.live.files import LiveFiles
from vidstyle.runs.live.loading import Palette
from vidstyle.runs.live.outputs import Outputs
from vidstyle.runs.live.report import LiveStatus
from vidstyle.runs.live.sizes import AutoSize
from vidstyle.runs.live.state import LiveState

SIZED_STAGES = ("preprocess", "model", "finish")
"""The stages whose work goes with the working size."""


class LiveWatch:
    """Reads the figures from time to time, in one thread.

    Args:
        palette, files, outputs: of the run.
        other_drops: frames that never reached a stage, by cause.
        auto_size: decides on the working size; None: it stays.
    """

    def __init__(
        self,
        palette: Palette,
        *,
        files: LiveFiles,
        outputs: Outputs,
        other_drops: Callable[[], dict[str, int]],
        auto_size: AutoSize | None,
    ) -> None:
        self._styles, self._sizes = palette.styles, palette.sizes
        self._files = files
        self._outputs = outputs
        self._other_drops = other_drops
        self._auto_size = auto_size
        self._rate = _Rate()
        self._cost = _Cost()

    def status(self, figures: PipelineFigures, state: LiveState) -> LiveStatus:
        """How the run is doing."""
        recording = self._files.recording
        return LiveStatus(
            seconds=figures.elapsed_seconds,
            frames=figures.count,
            fps=self._rate.of(figures),
            style=self._styles.label,
            styles=self._styles.listed,
            size=self._sizes.current,
            state=state,
            recording=str(recording) if recording else "",
            latency=self._outputs.recent_latency(),
            drops=self.drops(figures),
        )

    def drops(self, figures: PipelineFigures) -> dict[str, int]:
        """Frames that were left out so far: before the first stage, before each, at each output."""
        waiting = {stage.name: stage.dropped for stage in figures.stages[1:]}
        return {**self._other_drops(), **waiting, **self._outputs.drops()}

    def adapt(self, figures: PipelineFigures, state: LiveState) -> None:
        """Let the working size follow what frames cost."""
        seconds = self._cost.of(figures)
        # None of these is what frames cost when all is as usual.
        idle, fading = state.original or state.freeze, self._styles.fade.fading
        if self._auto_size and seconds and not (idle or fading or self._sizes.preparing):
            self._auto_size.observe(seconds)
            self._sizes.scale = self._auto_size.scale


class _Rate:
    """Frames a second, of the last moments."""

    def __init__(self) -> None:
        self._moments: deque[tuple[float, int]] = deque([(0.0, 0)], maxlen=3)

    def of(self, figures: PipelineFigures) -> float:
        self._moments.append((figures.elapsed_seconds, figures.count))
        (began, before), *_ = self._moments
        seconds = figures.elapsed_seconds - began
        return (figures.count - before) / seconds if seconds > 0 else 0.0


class _Cost:
    """Seconds that a frame takes in the slowest of `SIZED_STAGES`, since the last look."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, float]] = {}

    def of(self, figures: PipelineFigures) -> float | None:
        costs = []
        for stage in figures.stages:
            if stage.name not in SIZED_STAGES:
                continue
            count, busy = self._before.get(stage.name, (0, 0.0))
            self._before[stage.name] = (stage.count, stage.busy_seconds)
            if stage.count > count:
                costs.append((stage.busy_seconds - busy) / (stage.count - count))
        return max(costs, default=None)
