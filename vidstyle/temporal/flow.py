"""Optical flow between two pictures, estimated by dense inverse search."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import luma_of

SMALLEST_SIDE = 16
"""Pixels that each side of a picture must have: a smaller one has no pyramid to search."""


class DISFlow:
    """Dense inverse search (Kroeger et al. 2016, arXiv:1603.03590), on the CPU.

    Keeps its work memory between calls: one instance belongs to one thread.
    """

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def __call__(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Where the pixels of `first` are seen in `second`.

        Args:
            first: uint8 (H, W, 3), RGB, or (H, W), grey.
            second: of the shape of `first`.

        Returns:
            Float32 (H, W, 2), in pixels, x then y: pixel p is at p + flow(p) in `second`.

        Raises:
            ValueError: the shapes differ, or a side is under `SMALLEST_SIDE` pixels.
        """
        if first.shape != second.shape or min(first.shape[:2]) < SMALLEST_SIDE:
            raise ValueError(
                f"flow needs two pictures of one shape, {SMALLEST_SIDE} pixels or more a side, "
                f"not {first.shape} and {second.shape}"
            )
        flow = self._dis.calc(luma_of(first), luma_of(second), None)  # type: ignore[call-overload]
        return np.asarray(flow, np.float32)
