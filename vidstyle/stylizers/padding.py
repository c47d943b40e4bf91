"""Frames of any size through networks that take only some sizes."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.errors import UsageError

Frames = NDArray[np.uint8]

_SMALLEST = 32
"""Pixels. Below this the deepest features are too few to have statistics or to be mirrored."""


def with_padding(
    run: Callable[[Frames], Frames], frames: Frames, *, multiple: int, planar: bool = False
) -> Frames:
    """`run` on frames whose sides are padded to multiples of `multiple`, then cropped.

    Args:
        run: uint8 (N, H, W, 3), or planes, to the same shape.
        frames: uint8 (N, H, W, 3), H and W from 1; or planes, (N, H · 3/2, W), of a size that fits.
        multiple: what `run` needs both sides to be a multiple of.
        planar: whether the frames are planes.

    Raises:
        UsageError: they are not frames of that kind.
    """
    check_frames(frames, planar=planar)
    if planar:  # They need none.
        return run(frames)
    height, width = frames.shape[1:3]
    padded = pad(frames, multiple=multiple)
    if padded is frames:
        return run(frames)
    return np.ascontiguousarray(run(padded)[:, :height, :width])


def check_frames(frames: Frames, *, planar: bool = False) -> None:
    """`UsageError` unless uint8 (N, H, W, 3), or planes, (N, H · 3/2, W), with H and W from 1."""
    fits = frames.ndim == 3 if planar else frames.ndim == 4 and frames.shape[3] == 3
    if frames.dtype != np.uint8 or not fits or 0 in frames.shape[1:]:
        kind = "(N, H · 3/2, W), planes" if planar else "(N, H, W, 3), RGB, 0 to 255"
        raise UsageError(f"frames are {frames.dtype} {frames.shape}: give uint8 {kind}")


def pad(frames: Frames, *, multiple: int) -> Frames:
    """Frames padded at the right and below with their last pixels, where that is needed."""
    height, width = frames.shape[1:3]
    below, right = _missing(height, multiple), _missing(width, multiple)
    if not below and not right:
        return frames
    padded = np.empty((len(frames), height + below, width + right, 3), np.uint8)
    for frame, target in zip(frames, padded, strict=True):
        cv2.copyMakeBorder(frame, 0, below, 0, right, cv2.BORDER_REPLICATE, dst=target)
    return padded


def padded_size(height: int, width: int, *, multiple: int) -> tuple[int, int]:
    """Height and width that frames of this size have after `pad`."""
    return height + _missing(height, multiple), width + _missing(width, multiple)


def _missing(length: int, multiple: int) -> int:
    return max(_SMALLEST, -(-length // multiple) * multiple) - length
