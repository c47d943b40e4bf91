"""Percentiles of any number of times, in bounded memory."""

import math
from bisect import bisect_left
from itertools import accumulate

_SMALLEST_SECONDS = 1e-6
_LARGEST_SECONDS = 1e4
_RATIO = 1.02
_BINS_PER_E = 1 / math.log(_RATIO)
_BINS = math.ceil(math.log(_LARGEST_SECONDS / _SMALLEST_SECONDS) * _BINS_PER_E)


class Histogram:
    """Counts of times in bins that grow by 2 % each, from 1 µs to about 2.8 hours.

    Times outside count in the first or last bin. Not safe for threads by itself.
    """

    def __init__(self) -> None:
        self._counts = [0] * _BINS

    def add(self, seconds: float, count: int = 1) -> None:
        """Count a time `count` times."""
        self._counts[_bin(seconds)] += count

    @property
    def count(self) -> int:
        """How many times were counted."""
        return sum(self._counts)

    def copy(self) -> "Histogram":
        """An independent histogram with the same counts."""
        other = Histogram()
        other._counts = self._counts.copy()
        return other

    def percentiles(self, *percents: float) -> tuple[float, ...]:
        """The times in seconds that these percents (in (0, 100]) of all times do not exceed.

        By the nearest-rank definition, within 1 %; 0 for each if nothing was counted.
        """
        totals = list(accumulate(self._counts))
        if totals[-1] == 0:
            return (0.0,) * len(percents)
        ranks = (math.ceil(percent / 100 * totals[-1]) for percent in percents)
        return tuple(_middle(bisect_left(totals, rank)) for rank in ranks)


def _bin(seconds: float) -> int:
    if seconds <= _SMALLEST_SECONDS:
        return 0
    return min(int(math.log(seconds / _SMALLEST_SECONDS) * _BINS_PER_E), _BINS - 1)


def _middle(index: int) -> float:
    return float(_SMALLEST_SECONDS * _RATIO ** (index + 0.5))
