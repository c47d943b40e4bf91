"""Where the frames of a live run go: any number of outputs, each of them measured."""

from collections import Counter
from collections.abc import Callable
from time import perf_counter

from vidstyle.pipeline import Sink
from vidstyle.pipeline.fan_out import BranchFigures, FanOut
from vidstyle.pipeline.latest_slot import LatestSlot
from vidstyle.runs.live.cross_fade import Change
from vidstyle.runs.live.latency import Latency, LatencyFigures
from vidstyle.runs.live.stages import LiveFrame, moment_of
from vidstyle.video.sink import NullSink

NOTHING = "no output"
"""What the output to nowhere is called."""


class OutputTimes:
    """How old frames are when one output has taken them, and how soon it shows changes of style."""

    def __init__(self) -> None:
        self.latency = Latency()
        self.changes = Latency()
        self._change: Change | None = None

    def begin_anew(self) -> None:
        """Another output of the same name follows."""
        self._change = None

    def add(self, frame: LiveFrame) -> None:
        """Count a frame that is out now."""
        now = perf_counter()
        self.latency.add(captured=moment_of(frame), now=now)
        if frame.state.freeze or frame.state.original:
            return  # Nothing is seen of a style yet.
        # The first one is what the output began with; nobody asked for it.
        if frame.change is not self._change and self._change is not None:
            assert frame.change is not None
            self.changes.add(captured=frame.change.asked, now=now)
        self._change = frame.change


class Outputs:
    """A sink that is many, by name: each with its own thread, drop-oldest channel and times.

    Args:
        on_failure: told, in any thread, of an output that failed; the others go on.
    """

    def __init__(self, *, on_failure: Callable[[str, BaseException], None]) -> None:
        self._fan_out: FanOut[LiveFrame] = FanOut(on_failure=on_failure)
        self.closed = False
        self._times: dict[str, OutputTimes] = {}
        self._sinks: list[Sink[LiveFrame]] = []

    def add(self, name: str, sink: Sink[LiveFrame]) -> None:
        """An output that has taken a frame when `write` returns."""
        self._add(name, _Timed(sink, self._times_of(name)), sink)

    def add_slot(self, name: str, slot: LatestSlot[LiveFrame]) -> OutputTimes:
        """An output that shows its frames elsewhere; who does so adds to the times."""
        self._add(name, slot, slot)
        return self._times_of(name)

    def add_nothing_if_needed(self) -> None:
        """An output to nowhere, where there is no other: the run goes on, and may get some."""
        if not self.running and not self.closed:
            self.add(NOTHING, NullSink())

    def remove(self, name: str) -> bool:
        """Complete an output; whether that was done."""
        return self._fan_out.remove(name)

    def write(self, frame: LiveFrame) -> None:
        """Offer a frame to every output."""
        self._fan_out.write(frame)

    def close(self) -> None:
        """Complete every output."""
        self.closed = True
        self._fan_out.close()

    def abort(self) -> None:
        """Abort every output that still runs."""
        self.closed = True
        self._fan_out.abort()

    @property
    def running(self) -> tuple[str, ...]:
        """The outputs that take frames now."""
        return self._fan_out.branches

    def figures(self) -> tuple[BranchFigures, ...]:
        """Of every output there has been."""
        return self._fan_out.figures()

    def drops(self) -> Counter[str]:
        """How many frames each output was too slow for, or lost when it failed."""
        counts: Counter[str] = Counter()
        # One that is being added may be among the figures already.
        for figures, sink in zip(self.figures(), tuple(self._sinks), strict=False):
            counts[figures.name] += figures.dropped + figures.failed + _dropped(sink)
        return counts

    def latency(self) -> dict[str, LatencyFigures]:
        """Of each output, over the whole run."""
        return {name: times.latency.figures() for name, times in self._times.items()}

    def recent_latency(self) -> dict[str, LatencyFigures]:
        """Of each output that takes frames now, in the last seconds."""
        return {name: self._times[name].latency.recent() for name in self.running}

    def style_changes(self) -> dict[str, LatencyFigures]:
        """From each command for another style to the first frame that shows it, at each output."""
        return {name: times.changes.figures() for name, times in self._times.items()}

    def notes(self) -> list[str]:
        """What the user should know, one line each."""
        return [note for sink in self._sinks for note in getattr(sink, "notes", ())]

    def _add(self, name: str, sink: Sink[LiveFrame], named: Sink[LiveFrame]) -> None:
        self._fan_out.add(name, sink)
        self._sinks.append(named)

    def _times_of(self, name: str) -> OutputTimes:
        times = self._times.setdefault(name, OutputTimes())
        times.begin_anew()
        return times


def _dropped(sink: Sink[LiveFrame]) -> int:
    """How many of the frames that a sink has taken are not out."""
    return int(getattr(sink, "dropped", 0))


class _Timed:
    """A sink whose writing is timed."""

    def __init__(self, sink: Sink[LiveFrame], times: OutputTimes) -> None:
        self._sink = sink
        self._times = times

    def write(self, frame: LiveFrame) -> None:
        before = _dropped(self._sink)
        self._sink.write(frame)
        if _dropped(self._sink) == before:
            self._times.add(frame)

    def close(self) -> None:
        self._sink.close()

    def abort(self) -> None:
        self._sink.abort()
