"""Brings back what a picture lost because it was painted at a smaller size."""

import cv2

from vidstyle.layers import Pixels, layers_of, luma_of, scaled, size_of, spread

DEFAULT_DETAIL = 0.5
"""Edges are crisp, and the paint is still paint."""

# Levels. More would draw the source's own edges over the paint.
_LARGEST = 40


def restore_detail(stylised: Pixels, source: Pixels, *, amount: float = 1.0) -> Pixels:
    """The stylised picture at the source's size, with the source's finest light and dark.

    To the enlarged picture is added that band of the source's luma which the smaller size could not
    hold: one level of a Laplacian pyramid (Burt & Adelson 1983).

    Args:
        stylised: uint8 (h, w, 3), RGB, or planes of YUV 4:2:0, (h · 3/2, w).
        source: the same of H ≥ h and W ≥ w.
        amount: of the detail, 0 to 1.

    Returns:
        uint8 of the shape of `source`.
    """
    small, full = size_of(stylised), size_of(source)
    large = scaled(stylised, full, cv2.INTER_CUBIC)
    if amount == 0.0 or small == full:
        return large
    light = layers_of(large)[0]
    luma = luma_of(layers_of(source)[0])
    held = cv2.resize(luma, small, interpolation=cv2.INTER_AREA)
    held = cv2.resize(held, full, interpolation=cv2.INTER_CUBIC)
    # In bytes, light and dark each by itself: as signed numbers they take three times as long.
    for brighter, darker, apply in ((luma, held, cv2.add), (held, luma, cv2.subtract)):
        band = cv2.subtract(brighter, darker)
        band = cv2.min(band, _LARGEST)  # type: ignore[call-overload]  # A number does.
        apply(light, spread(cv2.convertScaleAbs(band, alpha=amount), light), light)
    return large
