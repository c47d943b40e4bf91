"""Styles without colour (Gatys et al. 2016, arXiv:1606.05897, section 3)."""

import cv2
import numpy as np
from numpy.typing import NDArray


def grey(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The luma (BT.601) of frames (N, H, W, 3), RGB, in all three channels."""
    count, height, width, _ = frames.shape
    luma = cv2.cvtColor(frames.reshape(count * height, width, 3), cv2.COLOR_RGB2GRAY)
    return np.repeat(luma.reshape(count, height, width, 1), 3, axis=3).astype(np.uint8)


def fitted_luma(style: NDArray[np.uint8], content: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The luma of a style with the mean and deviation of the content's.

    A style that is darker than the content would else darken it (equation 10).

    Args:
        style: uint8 (h, w, 3), RGB.
        content: uint8 (H, W, 3), RGB.

    Returns:
        uint8 (h, w, 3), the same in all channels.
    """
    theirs, own = grey(content[np.newaxis])[0], grey(style[np.newaxis])[0].astype(np.float32)
    scale = theirs.std() / max(float(own.std()), 1.0)
    fitted = (own - own.mean()) * scale + theirs.mean()
    return np.asarray(fitted.round().clip(0, 255), np.uint8)
