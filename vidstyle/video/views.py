"""What is shown of a picture and its original."""

import cv2
import numpy as np

from vidstyle.choice import Choice
from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.letterbox import scaled

_LINE = 2
_WHITE = 255


class View(Choice):
    """How the original and the stylised picture share the screen."""

    PLAIN = "plain"
    """The stylised picture alone."""
    SPLIT = "split"
    """The original's left half, and the stylised picture's right half beside it."""
    SIDE = "side"
    """Both whole, the original on the left: twice as wide."""

    def of(self, original: RgbPicture, stylised: RgbPicture) -> RgbPicture:
        """The picture to show; both are uint8 (H, W, 3) and stay as they are.

        The original is brought to the size of the stylised picture, where it has another.
        """
        if self is View.PLAIN:
            return stylised
        height, width = stylised.shape[:2]
        original = scaled(original, Size(width, height))
        if self is View.SIDE:
            return np.hstack([original, stylised])
        middle = width // 2
        split = np.hstack([original[:, :middle], stylised[:, middle:]])
        split[:, max(0, middle - _LINE // 2) : middle + _LINE // 2] = _WHITE
        return split


def mirrored(picture: RgbPicture) -> RgbPicture:
    """Left and right exchanged, as in a mirror."""
    return np.asarray(cv2.flip(picture, 1), np.uint8)
