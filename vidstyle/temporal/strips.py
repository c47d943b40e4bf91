"""Works through layers strip by strip, so that what is worked out for one stays in the cache."""

from collections.abc import Iterator

from vidstyle.layers import Layer

# Of a layer: 64 Ki pixels of RGB. Half as many, or four times, are slower at 640×360.
_NUMBERS = 3 << 16


def strips(layer: Layer) -> Iterator[slice]:
    """The rows of a layer from above, strip by strip."""
    rows = max(1, _NUMBERS * len(layer) // max(1, layer.size))
    for first in range(0, len(layer), rows):
        yield slice(first, min(len(layer), first + rows))
