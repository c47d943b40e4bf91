"""Timestamps that always grow, whatever a file says."""

from heapq import heappop, heappush

# A step back by more than this many nominal steps is a new beginning, not two frames out of order.
_JUMP = 25


class Timeline:
    """Passes timestamps on unchanged as long as they grow, and repairs the others.

    Where a stream begins anew in the middle (recordings joined end to end), all that follows is
    moved behind the last timestamp, with its distances kept.
    """

    def __init__(self) -> None:
        self.repaired = 0
        self._last: int | None = None
        self._shift = 0

    def __call__(self, stamp: int | None, step: int) -> int:
        """The timestamp to use for `stamp`; `step`: the usual distance of two, at least 1."""
        earliest = 0 if self._last is None else self._last + max(1, step)
        if stamp is None:
            stamp = earliest
        elif self._last is not None and stamp + self._shift <= self._last:
            self.repaired += 1
            if self._last - (stamp + self._shift) > _JUMP * step:
                self._shift = earliest - stamp
            stamp = earliest
        else:
            stamp += self._shift
        self._last = stamp
        return stamp


class DecodingTimes:
    """Presentation times for files that store none (AVI): the decoding times in growing order."""

    def __init__(self) -> None:
        self._waiting: list[int] = []

    def add(self, dts: int | None) -> None:
        """Note the decoding time of a packet on its way into the decoder."""
        if dts is not None:
            heappush(self._waiting, dts)

    def next(self) -> int | None:
        """The time of the next picture out of the decoder."""
        return heappop(self._waiting) if self._waiting else None
