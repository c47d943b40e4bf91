"""Collects the figures of one stage while it works."""

from threading import RLock
from typing import Any

from vidstyle.pipeline.channel import Channel
from vidstyle.pipeline.figures import StageFigures
from vidstyle.pipeline.histogram import Histogram


class Recorder:
    """Written by the stage's threads, read by any thread. `inlet` is the channel it reads."""

    def __init__(self, name: str, inlet: Channel[Any] | None = None) -> None:
        self.name = name
        self._inlet = inlet
        self._count = 0
        self._busy_seconds = 0.0
        self._times = Histogram()
        # Reentrant, so that a signal handler may ask for figures at any moment.
        self._lock = RLock()

    def record(self, seconds: float, *, items: int = 1) -> None:
        """Add busy time in which `items` items were finished (0: time that belongs to none)."""
        with self._lock:
            self._busy_seconds += seconds
            self._count += items
            if items:
                self._times.add(seconds / items, items)

    def figures(self, *, elapsed_seconds: float) -> StageFigures:
        """The figures up to now, `elapsed_seconds` after the beginning of the run."""
        with self._lock:
            count, busy_seconds, times = self._count, self._busy_seconds, self._times.copy()
        p50, p95, p99 = times.percentiles(50, 95, 99)
        return StageFigures(
            name=self.name,
            count=count,
            busy_seconds=busy_seconds,
            rate=count / elapsed_seconds if elapsed_seconds > 0 else 0.0,
            p50_ms=p50 * 1e3,
            p95_ms=p95 * 1e3,
            p99_ms=p99 * 1e3,
            queue_depth=self._inlet.depth if self._inlet else 0,
            queue_capacity=self._inlet.capacity if self._inlet else 0,
            dropped=self._inlet.dropped if self._inlet else 0,
        )
