"""What a live run does and has done, in numbers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from vidstyle.pipeline import PipelineFigures, StageFigures
from vidstyle.runs.live.latency import LatencyFigures
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.loading import StyleWish
from vidstyle.video.convert import Size


@dataclass(frozen=True, kw_only=True)
class LiveStatus:
    """A moment of a live run.

    Attributes:
        seconds: since it began.
        frames: that went to the outputs.
        fps: of them, in the last second.
        style: what is painted with.
        styles: the list to step through.
        size: that the network works at.
        state: how the run is set.
        recording: the name of the file, or an empty string.
        latency: recent figures of each output.
        drops: frames so far, by what was too slow for them.
    """

    seconds: float
    frames: int
    fps: float
    style: str
    styles: tuple[StyleWish, ...]
    size: Size
    state: LiveState
    recording: str
    latency: Mapping[str, LatencyFigures]
    drops: Mapping[str, int]

    def lines(self) -> list[str]:
        """Two lines for the overlay or a terminal: how fast it is, and how it is set."""
        latency = ", ".join(f"{name} {figures}" for name, figures in self.latency.items())
        drops = ", ".join(f"{name} {count}" for name, count in self.drops.items() if count)
        recording = f" · recording {self.recording}" if self.recording else ""
        return [
            f"{self.fps:.1f} fps · {self.size} · latency {latency or '–'} · "
            f"dropped {drops or 'none'}",
            f"{self.style} · {self.state}{recording}",
        ]


OnStatus: TypeAlias = Callable[[LiveStatus], None]
"""Gets the status about twice a second."""


@dataclass(frozen=True, kw_only=True)
class LiveResult:
    """What a live run has done.

    Attributes:
        source: where the frames came from.
        network: network, backend, precision and device.
        size: that the network worked at in the end.
        output_size: of the pictures that went to the outputs, in the end.
        frames: that went to the outputs.
        latency: from capture to the end of showing or writing, of each output.
        drops: frames that were left out, by what was too slow for them.
        style_changes: from each command for another style to the end of showing or writing the
            first picture with it, of each output.
        recordings: the files that were recorded.
        notes: what the user should know.
        interrupted: whether Ctrl-C ended it.
        figures: of the stages.
        outputs: figures of the outputs' own threads.
    """

    source: str
    network: str
    size: Size
    output_size: Size
    frames: int
    latency: Mapping[str, LatencyFigures]
    drops: Mapping[str, int]
    style_changes: Mapping[str, LatencyFigures]
    recordings: tuple[str, ...]
    notes: tuple[str, ...]
    interrupted: bool
    figures: PipelineFigures
    outputs: tuple[StageFigures, ...]

    @property
    def fps(self) -> float:
        """Frames a second, from the first to the last."""
        elapsed = self.figures.elapsed_seconds
        return self.frames / elapsed if elapsed else 0.0

    def summary(self) -> list[str]:
        """What is worth telling at the end, in a few lines."""
        seconds = self.figures.elapsed_seconds
        lines = [f"{self.frames} frames in {seconds:.1f} s ({self.fps:.1f} fps)"]
        lines += [
            f"{name}: latency {latency} (median, p95 and p99 of {latency.count} frames)"
            for name, latency in self.latency.items()
        ]
        lost = [f"{name} {count}" for name, count in self.drops.items() if count]
        lines.append(f"dropped: {', '.join(lost) or 'none'}")
        lines += [f"recorded: {path}" for path in self.recordings]
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The result for a JSON report."""
        values = asdict(self) | {"size": str(self.size), "output_size": str(self.output_size)}
        figures = values.pop("figures")
        return {**values, "fps": self.fps, **figures}
