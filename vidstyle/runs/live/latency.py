"""How old pictures are when they are shown or written, in bounded memory."""

import math
from dataclasses import dataclass
from threading import Lock

from vidstyle.pipeline.histogram import Histogram

RECENT_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class LatencyFigures:
    """Times from capture to the end of showing or writing, in milliseconds.

    Attributes:
        count: of the pictures.
        p50_ms, p95_ms, p99_ms: within 1 %.
        growth_ms_per_minute: slope of the line through all latencies by time (least squares).
        growth_error: its standard error, as if all latencies were independent.
    """

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    growth_ms_per_minute: float = 0.0
    growth_error: float = 0.0

    def __str__(self) -> str:
        return f"{self.p50_ms:.0f}/{self.p95_ms:.0f}/{self.p99_ms:.0f} ms"


class Latency:
    """Collects the latencies of one output: added by its thread, read by any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all = Histogram()
        self._trend = _Trend()
        self._window = self._last_window = Histogram()
        self._window_began: float | None = None

    def add(self, *, captured: float, now: float) -> None:
        """Count a picture of moment `captured` that was out at `now`, both of `perf_counter`."""
        with self._lock:
            seconds = now - captured
            self._all.add(seconds)
            self._trend.add(now, seconds)
            self._turn_window(now)
            self._window.add(seconds)

    def figures(self) -> LatencyFigures:
        """Of all pictures."""
        with self._lock:
            times = self._all.copy()
            slope, error = self._trend.slope()
        return _figures(times, growth=slope * 60e3, growth_error=error * 60e3)

    def recent(self) -> LatencyFigures:
        """Of the pictures of the last complete window of `RECENT_SECONDS`."""
        with self._lock:
            times = self._last_window.copy()
        return _figures(times)

    def _turn_window(self, now: float) -> None:
        if self._window_began is None:
            self._window_began = now
        elif now - self._window_began >= RECENT_SECONDS:
            # Until the first window is complete, both names are for the same one.
            self._last_window, self._window = self._window, Histogram()
            self._window_began = now


def _figures(times: Histogram, *, growth: float = 0.0, growth_error: float = 0.0) -> LatencyFigures:
    p50, p95, p99 = times.percentiles(50, 95, 99)
    return LatencyFigures(
        count=times.count,
        p50_ms=p50 * 1e3,
        p95_ms=p95 * 1e3,
        p99_ms=p99 * 1e3,
        growth_ms_per_minute=growth,
        growth_error=growth_error,
    )


class _Trend:
    """The line through points that come one by one (Welford's updates)."""

    def __init__(self) -> None:
        self._count = 0
        self._mean_x = self._mean_y = 0.0
        self._xx = self._xy = self._yy = 0.0

    def add(self, x: float, y: float) -> None:
        self._count += 1
        from_mean_x, from_mean_y = x - self._mean_x, y - self._mean_y
        self._mean_x += from_mean_x / self._count
        self._mean_y += from_mean_y / self._count
        self._xx += from_mean_x * (x - self._mean_x)
        self._xy += from_mean_x * (y - self._mean_y)
        self._yy += from_mean_y * (y - self._mean_y)

    def slope(self) -> tuple[float, float]:
        """The slope and its standard error; zeros where there are too few points."""
        if self._count < 3 or self._xx == 0:
            return 0.0, 0.0
        slope = self._xy / self._xx
        left_over = max(0.0, self._yy - slope * self._xy)
        return slope, math.sqrt(left_over / (self._count - 2) / self._xx)
