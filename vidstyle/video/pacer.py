"""When the frames of a recording are due, played in real time."""

from fractions import Fraction

# A player that is later than this goes on from here rather than hurry after what it has missed.
_LATE_SECONDS = 0.5

# A longer wait for the next frame is a break in the timestamps, not a still picture. What happens
# now is waited for less: who serves it does not wait.
_GAP_SECONDS, _LIVE_GAP_SECONDS = 10.0, 1.0


class Pacer:
    """Maps the times of frames to moments, in seconds of `time.perf_counter()`."""

    def __init__(self, rate: Fraction, *, is_live: bool = False) -> None:
        """`rate`: frames per second, where a recording is joined to the next.

        `is_live`: whether it is a stream that has no end of its own.
        """
        self._gap = _LIVE_GAP_SECONDS if is_live else _GAP_SECONDS
        self._interval = float(1 / rate)
        self._start: float | None = None
        self._last = float("-inf")

    def due(self, time: Fraction, *, now: float) -> float:
        """When the frame of that time (in seconds) is to be shown: the first one of all at once."""
        if self._start is None:
            self._start = max(now, self._last + self._interval) - float(time)
        due = self._start + float(time)
        if not now - _LATE_SECONDS <= due <= now + self._gap:
            self._start, due = now - float(time), now
        self._last = due
        return due

    def begin_anew(self) -> None:
        """The next frame is the first of another recording, and follows the last one."""
        self._start = None
