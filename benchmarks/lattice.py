"""How much of what is painted on plain areas repeats with the pixels' grid.

Apart from `losses.lattice`, on purpose: a network must not be judged by what it was trained by.
"""

from collections.abc import Iterator, Sequence
from statistics import mean

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.candidates import Candidate
from vidstyle.video.frame import RgbPicture

PERIODS = (2, 4, 8)
"""Pixels: the grids of features at ½, ¼ and ⅛."""

# Pixels: a side of the areas that are looked at; each phase of each period occurs as often.
_SIDE = 40

# Pixels, the deviation of the blur that noise is taken off by; and levels from 0 to 255, by which
# what is plain departs from a plane.
_BLUR, _PLAIN = 2.0, 2.0


def lattice(candidate: Candidate, photographs: Sequence[RgbPicture]) -> dict[int, float]:
    """What repeats on plain areas of photographs, by period in pixels; 0 is for all detail.

    The root mean square of the mean of each phase, over all areas, in levels from 0 to 255, with
    what is expected by chance taken off; a picture that is not bound to the grid has none.
    """
    details = [
        area
        for photograph in photographs
        if (corners := list(plain_areas(photograph)))
        for area in _details(candidate.paint(photograph), corners)
    ]
    if not details:
        return dict.fromkeys((0, *PERIODS), 0.0)
    powers = {period: mean(_repeated(area, period) for area in details) for period in PERIODS}
    powers[0] = mean(float(area.var()) for area in details)
    return {period: max(power, 0.0) ** 0.5 for period, power in powers.items()}


def plain_areas(photograph: RgbPicture) -> Iterator[tuple[int, int]]:
    """Top left corners of the squares, side by side, in which a photograph is almost a plane."""
    smooth = cv2.GaussianBlur(photograph, (0, 0), _BLUR).astype(np.float32)
    rows, columns = np.mgrid[:_SIDE, :_SIDE].reshape(2, -1)
    plane = np.stack([rows, columns, np.ones_like(rows)], axis=1).astype(np.float32)
    height, width = photograph.shape[:2]
    for top in range(0, height - _SIDE + 1, _SIDE):
        for left in range(0, width - _SIDE + 1, _SIDE):
            area = smooth[top : top + _SIDE, left : left + _SIDE].reshape(-1, 3)
            fitted = plane @ np.linalg.lstsq(plane, area, rcond=None)[0]
            if (area - fitted).std() < _PLAIN:
                yield top, left


def _details(
    painted: RgbPicture, corners: Sequence[tuple[int, int]]
) -> Iterator[NDArray[np.float32]]:
    """Those areas, without what is larger than the largest period."""
    levels = painted.astype(np.float32)
    details = levels - cv2.blur(levels, (max(PERIODS), max(PERIODS)))
    for top, left in corners:
        yield details[top : top + _SIDE, left : left + _SIDE]


def _repeated(area: NDArray[np.float32], period: int) -> float:
    """The variance of the means of all phases, beyond what means of unrelated pixels have."""
    count = _SIDE // period
    phases = area.reshape(count, period, count, period, -1)
    between = phases.mean(axis=(0, 2)).var(axis=(0, 1)).mean()
    within = phases.var(axis=(0, 2)).mean()
    return float(between - within / (count**2 - 1))
