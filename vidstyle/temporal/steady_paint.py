"""One painting of a video, held steady along the motion of what it was painted from."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import Any

import cv2
import numpy as np

from vidstyle.layers import Layer, Pixels, layers_of, luma_of
from vidstyle.temporal.blending import Mask, Plane, Share, blend, enlarged
from vidstyle.temporal.carrying import Carried, padded
from vidstyle.temporal.contrast import REACH, STROKE, missing_contrast, raise_strokes
from vidstyle.temporal.source_motion import Motion

# Of a strip, so that what is worked out for it stays in the cache: 64 Ki pixels of RGB. Half as
# many, or four times, are slower at 640×360.
_NUMBERS = 3 << 16


class SteadyPaint:
    """Mixes each painted frame with the result before it, moved along by the source's motion.

    What comes out has the contrast of a single frame. What is mixed on has not: strokes that were
    made stronger in every frame anew would break up into dots.

    Args:
        threads: work on strips of a frame.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._mix: Pixels | None = None

    def __call__(self, fresh: Pixels, motion: Motion | None) -> Pixels:
        """The next frame, held steady.

        Args:
            fresh: RGB, or planes of YUV 4:2:0.
            motion: of the source since the frame before; None: it is another scene.

        Returns:
            A frame of the same shape.
        """
        earlier = self._mix
        if motion is None or earlier is None or earlier.shape != fresh.shape:
            self._mix = fresh
            return fresh
        self._mix, result = self._mixed(fresh, earlier, motion)
        return result

    def _mixed(self, fresh: Pixels, earlier: Pixels, motion: Motion) -> tuple[Pixels, Pixels]:
        """The mix, and the same with its strokes as strong as they were."""
        mixed, result = np.empty_like(fresh), np.empty_like(fresh)
        work: list[Callable[[], None]] = []
        layers = zip(*map(layers_of, (fresh, earlier, mixed, result)), strict=True)
        for number, (layer, before, *targets) in enumerate(layers):
            height, width = layer.shape[:2]
            carried = Carried(padded(before), motion.x, motion.y)
            kept = enlarged(motion.kept, (height, width))
            missing = None
            if number == 0:  # Strokes are of light and dark alone.
                missing = enlarged(_missing(layer, carried, motion), (height, width))
            mix = partial(_mix, layer, carried, kept, missing, *targets)
            work += [partial(mix, strip) for strip in strips(layer)]
        for _ in self._threads.map(lambda mix: mix(), work):
            pass  # What a strip has raised is raised here.
        return mixed, result


def strips(layer: Layer) -> Iterator[slice]:
    """The rows of a layer from above, strip by strip."""
    rows = max(1, _NUMBERS * len(layer) // max(1, layer.size))
    for first in range(0, len(layer), rows):
        yield slice(first, min(len(layer), first + rows))


def _mix(
    fresh: Layer,
    carried: Carried,
    kept: Share,
    missing: Mask | None,
    mix: Layer,
    result: Layer,
    strip: slice,
) -> None:
    """Some rows of a layer, into those of the mix and of the result."""
    reach = slice(max(0, strip.start - REACH), min(len(mix), strip.stop + REACH))
    mixed = blend(fresh[reach], carried[reach], kept[reach])
    inside = slice(strip.start - reach.start, strip.stop - reach.start)
    mix[strip] = mixed[inside]
    if missing is not None:
        mixed = raise_strokes(mixed, missing[reach])
    result[strip] = mixed[inside]


def _missing(fresh: Layer, carried: Carried, motion: Motion) -> Mask:
    """How much contrast the mix will lack, at the size of the motion."""
    ends = [_places(fresh.shape[:2], motion.kept.shape, beside) for beside in ((0, 0), STROKE)]
    pixels = [cv2.remap(fresh, *end, cv2.INTER_NEAREST, None, cv2.BORDER_REPLICATE) for end in ends]
    moved = [carried.at(*end) for end in ends]
    missing = missing_contrast(_difference(*pixels), _difference(*moved), motion.kept)
    # What stands still is blurred by nothing, and what differs there is noise.
    missing[(motion.x == 0) & (motion.y == 0)] = 0
    return missing


def _places(
    size: tuple[int, ...], low: tuple[int, ...], beside: tuple[int, int]
) -> tuple[Plane, Plane]:
    """Columns and rows, (h, w) each, of pixels so far to the right of and below places all over."""
    rows, columns = (
        np.floor((np.arange(parts) + 0.5) * (length / parts)).astype(np.float32)
        for length, parts in zip(size, low, strict=True)
    )
    right, down = beside
    x = np.tile(columns + right, (low[0], 1))
    y = np.repeat((rows + down)[:, None], low[1], axis=1)
    return x, y


def _difference(pixels: Any, others: Any) -> Plane:
    """Of luma, between pixels and those beside them, (h, w)."""
    luma, other = luma_of(pixels), luma_of(others)
    return np.asarray(cv2.subtract(luma, other, dtype=cv2.CV_32F), np.float32)
