"""Frames as layers, worked on one by one: RGB is one layer, planes of YUV 4:2:0 are three."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""RGB (H, W, 3), or planes of YUV 4:2:0: (H · 3/2, W), luma and then both planes of chroma."""

Layer = NDArray[np.uint8]
"""RGB (h, w, 3), or a plane (h, w)."""


def layers_of(frame: Pixels) -> list[Layer]:
    """In the memory of the frame; the first tells light and dark."""
    if frame.ndim == 3:
        return [frame]
    rows, width = frame.shape
    height = rows * 2 // 3
    return [frame[:height], *frame[height:].reshape(2, height // 2, width // 2)]


def size_of(frame: Pixels) -> tuple[int, int]:
    """Width and height of the picture."""
    height, width = layers_of(frame)[0].shape[:2]
    return width, height


def scaled(frame: Pixels, size: tuple[int, int], interpolation: int) -> Pixels:
    """The frame at another width and height, which of planes are even, by OpenCV's method."""
    if frame.ndim == 3:
        return np.asarray(cv2.resize(frame, size, interpolation=interpolation), np.uint8)
    width, height = size
    result = np.empty((height * 3 // 2, width), np.uint8)
    for layer, target in zip(layers_of(frame), layers_of(result), strict=True):
        cv2.resize(layer, target.shape[::-1], dst=target, interpolation=interpolation)
    return result


def luma_of(layer: Layer) -> NDArray[np.uint8]:
    """Light and dark (h, w): of RGB, or the plane itself."""
    if layer.ndim == 2:
        return layer
    return np.asarray(cv2.cvtColor(layer, cv2.COLOR_RGB2GRAY), np.uint8)


def spread(values: NDArray[Any], layer: Layer) -> NDArray[Any]:
    """Values (h, w), one for each pixel, repeated for the channels of a layer of that size."""
    return cv2.cvtColor(values, cv2.COLOR_GRAY2RGB) if layer.ndim == 3 else values
