"""Fades: a painting goes along where its source fades to black, or to any plain frame, and back.

Networks normalise what they see: by themselves they paint the last traces of a picture, and then
the noise of its codec, as vividly as the picture.
"""

import cv2
import numpy as np

from vidstyle.layers import Layer, Pixels, layers_of
from vidstyle.temporal.shrinking import shrunk

# Levels by which places of a frame differ that is painted in full. Of 1,500 photographs, night and
# snow among them, none had less than 49.
_FULL_CONTRAST = 32

# Columns and rows of places: large ones, whose means are free of noise.
_PLACES = (64, 36)

# Percent of the places, the darkest and the lightest, that do not count: a line of text on black,
# or a lamp that goes on at night, must not change the whole picture.
_ASIDE = 2


def presence(source: Pixels) -> float:
    """How much there is to paint, 0 (the frame is plain) to 1: its contrast decides.

    Args:
        source: uint8 (H, W, 3), RGB, or planes of YUV 4:2:0, (H · 3/2, W).
    """
    return min(max(map(_contrast, layers_of(source))) / _FULL_CONTRAST, 1.0)


def _contrast(layer: Layer) -> float:
    """Levels between the dark and the light places; of RGB, in the channel where it is most."""
    places = shrunk(layer, _PLACES).reshape(_PLACES[0] * _PLACES[1], -1)
    dark, light = np.percentile(places, (_ASIDE, 100 - _ASIDE), axis=0)
    return float((light - dark).max())


def faded(painting: Pixels, source: Pixels, present: float) -> Pixels:
    """The painting, uint8, as far as it is `present`; for the rest the source, of that shape."""
    if present == 1.0:
        return painting
    return np.asarray(cv2.addWeighted(painting, present, source, 1 - present, 0.0), np.uint8)
