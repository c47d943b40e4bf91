"""Brings back what a picture lost because it was painted at a smaller size."""

import cv2
import numpy as np

from vidstyle.video.frame import RgbPicture

DEFAULT_DETAIL = 0.5
"""Edges are crisp, and the paint is still paint."""

# Levels. More would draw the source's own edges over the paint.
_LARGEST = 40


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
    # In bytes, light and dark each by itself: as signed numbers they take three times as long. What
    # is added is grey: the same for all channels.
    scaled = np.rint(amount * np.minimum(np.arange(256), _LARGEST)).astype(np.uint8)
    lighter, darker = (
        cv2.cvtColor(cv2.LUT(detail, scaled), cv2.COLOR_GRAY2RGB)
        for detail in (cv2.subtract(luma, held), cv2.subtract(held, luma))
    )
    return np.asarray(cv2.subtract(cv2.add(large, lighter), darker), np.uint8)
