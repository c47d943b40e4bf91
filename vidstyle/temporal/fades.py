"""Fades: a painting goes along where its source fades to black, or to any plain frame, and back.

Networks normalise what they see: by themselves they paint the last traces of a picture, and then
the noise of its codec, as vividly as the picture.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from vidstyle.layers import Layer, Pixels
from vidstyle.temporal.shrinking import shrunk

# Levels by which places of a frame differ from the most usual one, on the average. What has less
# than the first is noise, what has more than the second is painted in full: of 1,200 photographs,
# night, snow and fog among them, all but one had 8.6 or more, and 99 in 100 had 15.
_NOISE, _FULL = 0.4, 8.0

# Columns and rows of places: large ones, whose means are free of noise.
_PLACES = (64, 36)


def presence(layers: Sequence[Layer]) -> float:
    """How much there is to paint, 0 (the frame is plain) to 1: its contrast decides.

    It grows with the size of things as with their contrast, both without a step: a lamp that
    moves, or a line that is typed, must not change the whole picture from one frame to the next.

    Args:
        layers: of the frame; see `layers_of`. Without bars, which have contrast of their own.
    """
    return float(np.clip((max(map(_contrast, layers)) - _NOISE) / (_FULL - _NOISE), 0.0, 1.0))


def _contrast(layer: Layer) -> float:
    """Mean difference from the median of all places; of RGB, in the channel where it is most."""
    places = shrunk(layer, _PLACES).reshape(_PLACES[0] * _PLACES[1], -1).astype(np.float32)
    return float(np.abs(places - np.median(places, axis=0)).mean(axis=0).max())


def faded(painting: Pixels, source: Pixels, present: float) -> Pixels:
    """The painting, uint8, as far as it is `present`; for the rest the source, of that shape."""
    if present == 1.0:
        return painting
    return np.asarray(cv2.addWeighted(painting, present, source, 1 - present, 0.0), np.uint8)
