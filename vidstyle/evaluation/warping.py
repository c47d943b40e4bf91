"""Warping error: how much of a clip changes that does not move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from torch import Tensor

from vidstyle.nets.pictures import from_pictures
from vidstyle.temporal.flow import DISFlow
from vidstyle.temporal.warp import flow_and_visible, warp
from vidstyle.video.frame import RgbPicture

Motion: TypeAlias = Callable[[int, int], tuple[Tensor, Tensor]]
"""From the numbers of two frames to the flow from the one to the other, and to what of the one is
visible in the other; see `flow_and_visible`."""

LEAST_VISIBLE = 0.2
"""Pairs of frames that share less than this part of their pixels are left out."""


@dataclass(frozen=True)
class WarpingFigures:
    """The warping error of a clip, at one distance in time, beside that of its source.

    Attributes:
        distance: of the frames that are compared, in frames.
        error: root mean square over visible pixels, values 0 to 1, as a mean over pairs.
        input_error: the same of the source: the floor of the measure.
        visible: the share of visible pixels, as a mean over pairs.
        pairs: how many pairs of frames were measured.
    """

    distance: int
    error: float
    input_error: float
    visible: float
    pairs: int

    @property
    def excess(self) -> float:
        """The flicker that was added to the source's own."""
        return self.error - self.input_error


class EstimatedMotion:
    """Motion of a clip by estimated flow, checked forward and backward."""

    def __init__(self, source: Sequence[RgbPicture]) -> None:
        self._source = source
        self._estimate = DISFlow()

    def __call__(self, i: int, j: int) -> tuple[Tensor, Tensor]:
        return flow_and_visible(self._estimate, self._source[i], self._source[j])


def warping_figures(
    source: Sequence[RgbPicture],
    clip: Sequence[RgbPicture],
    motion: Motion | None = None,
    *,
    distance: int = 1,
) -> WarpingFigures | None:
    """The warping error of `clip`, by the motion of its source.

    After E_warp of Lai et al. 2018 (arXiv:1808.00449), as a root and beside its floor. A blander
    clip has less of it: look at the style loss as well.

    Args:
        source: the frames that the clip was made from.
        clip: as many frames of the same size.
        motion: of the source; by default it is estimated.
        distance: of the frames that are compared: 1 shows flicker, 10 shows drift. Every pair is
            measured at distances up to 3, and one in `distance // 2` at larger ones.

    Returns:
        The figures, or None where no two frames share enough.

    Raises:
        ValueError: the frames of clip and source differ in number or size.
    """
    if [frame.shape for frame in source] != [frame.shape for frame in clip]:
        raise ValueError("the frames of clip and source differ in number or size")
    motion = motion or EstimatedMotion(source)
    rows = []
    for first in range(0, len(source) - distance, max(1, distance // 2)):
        second = first + distance
        flow, visible = motion(first, second)
        share = float(visible.double().mean())
        if share < LEAST_VISIBLE:
            continue
        error, floor = (
            warping_error(from_pictures(each[first]), from_pictures(each[second]), flow, visible)
            for each in (clip, source)
        )
        rows.append((float(error), float(floor), share))
    if not rows:
        return None
    mean_error, mean_floor, visibility = np.mean(rows, axis=0).tolist()
    return WarpingFigures(distance, mean_error, mean_floor, visibility, len(rows))


def warping_error(first: Tensor, second: Tensor, flow: Tensor, visible: Tensor) -> Tensor:
    """Root mean square of warp(second) - first over visible pixels and channels.

    Args:
        first: float tensor (N, C, H, W).
        second: float tensor (N, C, H, W).
        flow: float tensor (N, 2, H, W), in pixels, from `first` to `second`.
        visible: bool or float tensor (N, 1, H, W), 0 or 1.

    Returns:
        Float32 tensor (N,); not a number where nothing is visible.
    """
    change = (warp(second, flow) - first).float().square().mean(dim=1, keepdim=True)
    weights = visible.float()
    return ((change * weights).sum(dim=(1, 2, 3)) / weights.sum(dim=(1, 2, 3))).sqrt()
