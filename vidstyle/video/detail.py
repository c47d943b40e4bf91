"""Brings back what a picture lost because it was painted at a smaller size."""

import cv2
import numpy as np

from vidstyle.video.frame import RgbPicture

DEFAULT_DETAIL = 0.5
"""Edges are crisp, and the paint is still paint."""

# Levels. More would draw the source's own edges over the paint.
_LARGEST = 40.0


def restore_detail(stylised: RgbPicture, source: RgbPicture, *, amount: float = 1.0) -> RgbPicture:
    """The stylised picture at the source's size, with the source's finest light and dark.

    To the enlarged picture is added that band of the source's luma which the smaller size could not
    hold: one level of a Laplacian pyramid (Burt & Adelson 1983).

    Args:
        stylised: uint8 (h, w, 3), RGB.
        source: uint8 (H, W, 3), RGB, H ≥ h and W ≥ w.
        amount: of the detail, 0 to 1.

    Returns:
        uint8 (H, W, 3), RGB.
    """
    height, width = source.shape[:2]
    large = cv2.resize(stylised, (width, height), interpolation=cv2.INTER_CUBIC)
    if amount == 0.0 or stylised.shape == source.shape:
        return np.asarray(large, np.uint8)
    luma = cv2.cvtColor(source, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(luma, stylised.shape[1::-1], interpolation=cv2.INTER_AREA)
    held = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    detail = cv2.subtract(luma, held, dtype=cv2.CV_16S).clip(-_LARGEST, _LARGEST)
    scaled = (amount * detail).astype(np.int16)
    # One sum for all channels: the detail is grey.
    result = cv2.add(large, cv2.merge([scaled] * 3), dtype=cv2.CV_8U)
    return np.asarray(result, np.uint8)
