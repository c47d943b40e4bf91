"""Gives back to a mix of two paintings the contrast that mixing took from it."""

import cv2
import numpy as np

from vidstyle.layers import Layer, luma_of, spread
from vidstyle.temporal.blending import ALL, Mask, Plane, Share

REACH = 2
"""Rows above and below that are needed to tell strokes: what luma has beside its mean around."""

_AROUND_STROKE = (2 * REACH + 1, 2 * REACH + 1)

STROKE = (1, 1)
"""Columns and rows between the two pixels of a pair, whose difference tells strokes."""

# Contrast is measured over this square of the low size.
_AROUND = (5, 5)

# Levels² added to each measure: so faint a contrast is not worth mending.
_FLOOR = 1.0

# Mixing takes contrast from colours and from larger strokes too, and neither is raised: fine
# strokes make up for them. By the style loss of clips.
_MADE_UP = 1.5

# Raised further, the faint double lines of what moved otherwise than its flow turn to white specks.
_MOST = 0.4


def missing_contrast(fresh: Plane, earlier: Plane, share: Share) -> Mask:
    """By how much the strokes of a mix are to be raised, to be as strong as in the fresh painting.

    Where the strokes of two paintings do not agree, their mean is flat; raised to the variance of
    either it keeps its look (after the variance-preserving blending of Heitz & Neyret 2018,
    "High-performance by-example noise using a histogram-preserving blending operator"). Where they
    agree, nothing is missing.

    Args:
        fresh: (h, w), how luma differs between pixels `STROKE` apart in the fresh painting.
        earlier: (h, w), the same in the other one.
        share: (h, w), of the other one in the mix.

    Returns:
        (h, w): 255 would be by as much as they are.
    """
    mixed = fresh + (earlier - fresh) * (share * np.float32(1 / ALL))
    wanted, found = (cv2.blur(strokes * strokes, _AROUND) + _FLOOR for strokes in (fresh, mixed))
    gain = np.sqrt(wanted / found) - 1
    return np.asarray(255 * np.clip(_MADE_UP * gain, 0, _MOST), np.uint8)


def raise_strokes(painting: Layer, missing: Mask) -> Layer:
    """The painting, in place, with its strokes made stronger by what is missing."""
    luma = luma_of(painting)
    ground = cv2.blur(luma, _AROUND_STROKE)
    lighter, darker = (
        spread(cv2.multiply(cv2.subtract(*pair), missing, scale=1 / 255), painting)
        for pair in ((luma, ground), (ground, luma))
    )
    cv2.add(painting, lighter, painting)
    cv2.subtract(painting, darker, painting)
    return painting
