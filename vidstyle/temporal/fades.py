"""Fades: a painting goes along where its source fades to black, or to any plain frame, and back.

Networks normalise what they see: by themselves they paint the last traces of a picture, and then
the noise of its codec, as vividly as the picture.
"""

import cv2
import numpy as np

from vidstyle.temporal.layers import Pixels, layers_of
from vidstyle.temporal.shrinking import shrunk

# Levels by which places of a frame differ that is painted in full. Real scenes, dark and pale ones
# too, were found to have over a hundred.
_FULL_CONTRAST = 48

# Columns and rows of places: large ones, whose means are free of noise.
_PLACES = (64, 36)


def presence(source: Pixels) -> float:
    """How much there is to paint, 0 (the frame is plain) to 1: its contrast decides.

    Args:
        source: uint8 (H, W, 3), RGB, or planes of YUV 4:2:0, (H · 3/2, W).
    """
    places = [shrunk(layer, _PLACES) for layer in layers_of(source)]
    contrast = max(int(np.ptp(layer, axis=(0, 1)).max()) for layer in places)
    return min(contrast / _FULL_CONTRAST, 1.0)


def faded(painting: Pixels, source: Pixels, present: float) -> Pixels:
    """The painting, uint8, as far as it is `present`; for the rest the source, of that shape."""
    if present == 1.0:
        return painting
    return np.asarray(cv2.addWeighted(painting, present, source, 1 - present, 0.0), np.uint8)
