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
    # In bytes, light and dark each by itself: as signed numbers they take three times as long.
    for brighter, darker, apply in ((luma, held, cv2.add), (held, luma, cv2.subtract)):
        band = cv2.subtract(brighter, darker)
        band = cv2.min(band, _LARGEST)  # type: ignore[call-overload]  # A number does.
        grey = cv2.cvtColor(cv2.convertScaleAbs(band, alpha=amount), cv2.COLOR_GRAY2RGB)
        apply(large, grey, large)
    return np.asarray(large, np.uint8)
