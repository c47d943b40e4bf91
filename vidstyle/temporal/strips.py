"""Works through pictures strip by strip, so that what is worked out for one stays in the cache."""

from collections.abc import Iterator

# Pixels. Half as many, or four times, are slower at 640×360.
_PIXELS = 1 << 16


def strips(height: int, width: int) -> Iterator[slice]:
    """The rows of a picture from above, strip by strip."""
    rows = max(1, _PIXELS // width)
    for first in range(0, height, rows):
        yield slice(first, min(height, first + rows))
