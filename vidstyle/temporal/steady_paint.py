"""One painting of a video, held steady along the motion of what it was painted from."""

from concurrent.futures import Executor
from typing import Any

import cv2
import numpy as np

from vidstyle.temporal.blending import Mask, Picture, Plane, blend, enlarged
from vidstyle.temporal.carrying import Carried, Padded, padded
from vidstyle.temporal.contrast import REACH, STROKE, missing_contrast, raise_strokes
from vidstyle.temporal.source_motion import Motion
from vidstyle.temporal.strips import strips


class SteadyPaint:
    """Mixes each painted frame with the result before it, moved along by the source's motion.

    The mix keeps the contrast of a single frame.

    Args:
        threads: work on strips of a frame.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._earlier: Padded | None = None

    def __call__(self, fresh: Picture, motion: Motion | None) -> Picture:
        """The next frame, held steady.

        Args:
            fresh: uint8 (H, W, 3), RGB.
            motion: of the source since the frame before; None: it is another scene.

        Returns:
            uint8 (H, W, 3), RGB.
        """
        earlier, size = self._earlier, fresh.shape[:2]
        if motion is None or earlier is None or earlier.shape[:2] != size:
            self._earlier = padded(fresh)
            return fresh
        height, width = size
        carried = Carried(earlier, motion.x, motion.y)
        kept = enlarged(motion.kept, size)
        missing = enlarged(_missing(fresh, carried, motion), size)
        result, again = np.empty_like(fresh), np.empty_like(earlier)

        def work(strip: slice) -> None:
            reach = slice(max(0, strip.start - REACH), min(height, strip.stop + REACH))
            mixed = blend(fresh[reach], carried[reach], kept[reach])
            raised = raise_strokes(mixed, missing[reach])
            result[strip] = raised[strip.start - reach.start :][: strip.stop - strip.start]
            cv2.cvtColor(result[strip], cv2.COLOR_RGB2RGBA, again[strip])

        for _ in self._threads.map(work, strips(height, width)):
            pass  # What a strip has raised is raised here.
        self._earlier = again
        return result


def _missing(fresh: Picture, carried: Carried, motion: Motion) -> Mask:
    """How much contrast the mix will lack, at the size of the motion."""
    places = _pairs(fresh.shape[:2], motion.kept.shape)
    pixels = cv2.remap(fresh, *places, cv2.INTER_NEAREST, None, cv2.BORDER_REPLICATE)
    strokes = (_difference(pixels), _difference(carried.at(*places)))
    return missing_contrast(*strokes, motion.kept)


def _pairs(size: tuple[int, ...], low: tuple[int, ...]) -> tuple[Plane, Plane]:
    """Columns and rows, (2 h, w) each: of pixels all over a picture, and of one beside each."""
    rows, columns = (
        np.floor((np.arange(parts) + 0.5) * (length / parts)).astype(np.float32)
        for length, parts in zip(size, low, strict=True)
    )
    right, down = STROKE
    x = np.repeat([columns, columns + right], low[0], axis=0)
    y = np.repeat(np.concatenate([rows, rows + down])[:, None], low[1], axis=1)
    return x, y


def _difference(pixels: Any) -> Plane:
    """Of luma, between the pixels of each pair, (h, w)."""
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    half = len(luma) // 2
    return np.asarray(cv2.subtract(luma[:half], luma[half:], dtype=cv2.CV_32F), np.float32)
