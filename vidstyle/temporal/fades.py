"""Fades: a painting goes along where its source fades to black, or to any plain frame, and back.

Networks normalise what they see: by themselves they paint the last traces of a picture, and then
the noise of its codec, as vividly as the picture.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.layers import Layer, Pixels
from vidstyle.temporal.shrinking import shrunk

# Levels by which places of a frame differ from the most usual one, on the average. What has less
# than the first is noise, what has more than the second can be painted in full: an empty road seen
# from above has 7, and of 1,200 photographs, night, snow and fog among them, all but one had 8.6
# or more, and 99 in 100 had 15. The last is that of most; what fades in is on its way there.
_NOISE, _ENOUGH, _USUAL = 0.4, 6.0, 30.0

# Columns and rows of places: large ones, whose means are free of noise.
_PLACES = (64, 36)

# Frames that are compared lie so many apart: in slow fades two neighbours hardly differ.
_APART = 5

# Levels; of less change nothing can be told.
_LEAST_CHANGE = 0.25

# What a fade leaves unexplained of the change, at most, and how alike it leaves frames, at least:
# else something moves, or another scene comes.
_UNEXPLAINED, _ALIKE = 0.5, 0.9

# The change of contrast from frame to frame, as a logarithm: what is slower is no fade.
_SLOWEST = 0.0008

# After light has changed for good: how much of what it was taken for is left, a frame later.
_LEFT = 0.95

# The same where contrast stands still, which is to so much of it from frame to frame: no fade is on
# its way, and what was guessed of one was wrong.
_LEFT_STANDING, _STANDING = 0.8, 0.004


class Fades:
    """Tells, frame by frame, how far a painting of it is to be seen.

    By the frame's contrast: that of nothing is 0, and it grows with the size of things as with
    their contrast, both without a step: a lamp that moves, or a line that is typed, must not change
    the whole picture from one frame to the next.

    And by its course: where contrast falls or rises all over the picture at once, it is a fade, and
    the painting goes along from its beginning. Light that has changed for good is no fade.
    """

    def __init__(self) -> None:
        self._before: deque[_Seen] = deque(maxlen=_APART)
        self._lost = 0.0
        """Logarithm of the share of contrast that a fade has left."""

    def __call__(self, layers: Sequence[Layer]) -> float:
        """For the next frame, 0 (not at all) to 1.

        Args:
            layers: of the frame; see `layers_of`. Without bars, which have contrast of their own.
        """
        places = [_places(layer) for layer in layers]
        contrast = max(map(_contrast, places))
        self._follow(_Seen(_light(places[0]), contrast))
        present = min(max((contrast - _NOISE) / (_ENOUGH - _NOISE), 0.0), 1.0)
        return present * min(1.0, math.exp(self._lost))

    def _follow(self, now: "_Seen") -> None:
        gain = _gain(self._before[0].light, now.light) if self._before else None
        change = math.log(gain) / len(self._before) if gain else 0.0
        if self._stands(now):
            self._lost *= _LEFT_STANDING
        elif any(each.contrast < 2 * _NOISE for each in self._before):
            # Out of a plain frame; how far this one is on its way is a guess.
            self._lost = min(0.0, math.log(max(now.contrast, _NOISE) / _USUAL))
        elif abs(change) > _SLOWEST:
            self._lost += change
        else:
            self._lost *= _LEFT
        self._before.append(now)

    def _stands(self, now: "_Seen") -> bool:
        """Whether contrast is that of the frame before."""
        before = self._before[-1].contrast if self._before else 0.0
        return abs(now.contrast - before) < _STANDING * before


@dataclass(frozen=True)
class _Seen:
    """What is kept of a frame: the light of some places, and its contrast."""

    light: NDArray[np.float32]
    contrast: float


def faded(painting: Pixels, source: Pixels, present: float) -> Pixels:
    """The painting, uint8, as far as it is `present`; for the rest the source, of that shape."""
    if present == 1.0:
        return painting
    return np.asarray(cv2.addWeighted(painting, present, source, 1 - present, 0.0), np.uint8)


def _places(layer: Layer) -> NDArray[np.float32]:
    """Means (places, channels)."""
    return shrunk(layer, _PLACES).reshape(_PLACES[0] * _PLACES[1], -1).astype(np.float32)


def _light(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of squares of 2 × 2 places."""
    width, height = _PLACES
    squares = places.reshape(height // 2, 2, width // 2, 2, -1)
    return np.asarray(squares.mean(axis=(1, 3, 4)).reshape(-1), np.float32)


def _contrast(places: NDArray[np.float32]) -> float:
    """Mean difference from the median of all places, in the channel where it is most."""
    return float(np.abs(places - np.median(places, axis=0)).mean(axis=0).max())


def _gain(before: NDArray[np.float32], now: NDArray[np.float32]) -> float | None:
    """What contrast was multiplied by, all over the picture; None where that is not what happened.

    From how far apart the lighter and the darker half are, each told by one frame and found again
    in the other; both ways, so that what moves between the halves does not count.
    """
    change = np.median(np.abs(now - before))
    if change < _LEAST_CHANGE:
        return None
    spans = [_span(values, by) for by in (before, now) for values in (before, now)]
    if min(spans) < 2 * _LEAST_CHANGE or np.corrcoef(before, now)[0, 1] < _ALIKE:
        return None
    gain = math.sqrt(spans[1] / spans[0] * spans[3] / spans[2])
    explained = np.median(now) + gain * (before - np.median(before))
    is_fade = np.median(np.abs(now - explained)) <= _UNEXPLAINED * change
    return gain if is_fade else None


def _span(values: NDArray[np.float32], by: NDArray[np.float32]) -> float:
    """Between the medians of values where `by` is above its own, and where it is not."""
    is_light: NDArray[Any] = by > np.median(by)
    if not is_light.any():
        return 0.0
    return float(np.median(values[is_light]) - np.median(values[~is_light]))
