"""Whether a live source is there, and when to look for it again."""

from collections.abc import Callable
from time import perf_counter

from vidstyle.video.convert import Size

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 5.0


class Presence:
    """Tells every loss once, and every return once."""

    def __init__(self, name: str, tell: Callable[[str], None]) -> None:
        """`name`: of the source; `tell`: gets one line for each event."""
        self._name = name
        self._tell = tell
        self._size: Size | None = None
        self._lost_at: float | None = None
        self._pictures_since = 0
        self._attempt_at = perf_counter()
        self._pause = _FIRST_PAUSE_SECONDS

    def lost(self, why: str) -> None:
        """It is not there, or not any more; `why` is told if this is news."""
        self._pictures_since = 0
        if self._lost_at is None:
            self._lost_at = perf_counter()
            self._tell(f"{why}; waiting for it to come back")

    def here(self, size: Size) -> None:
        """A picture of that size has come."""
        if self._lost_at is not None:
            self._pictures_since += 1
            # One alone can be what FFmpeg had held back, given out as it gives up.
            if self._pictures_since < 2:
                return
            seconds = perf_counter() - self._lost_at
            change = f", now {size}" if size != self._size else ""
            self._tell(f"{self._name} is back after {seconds:.1f} s{change}")
        self._size, self._lost_at = size, None

    def next_attempt(self) -> float:
        """When to open the source again, in seconds of `perf_counter`.

        At once where it is not lost, or is after a time in which it was there; then with pauses
        that double from a quarter of a second to five. They count from the beginning of one attempt
        to that of the next.
        """
        now = perf_counter()
        if self._lost_at is None:
            return now
        if now - self._attempt_at > 2 * _LONGEST_PAUSE_SECONDS:
            self._attempt_at, self._pause = now, _FIRST_PAUSE_SECONDS
        else:
            self._attempt_at = max(now, self._attempt_at + self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
        return self._attempt_at
