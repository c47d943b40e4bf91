"""What styles look like, small."""

from importlib.resources import files

import cv2
import numpy as np

from vidstyle.errors import VidstyleError
from vidstyle.runs.loading import StyleWish
from vidstyle.serving.pictures import jpeg
from vidstyle.video.frame import RgbPicture
from vidstyle.video.pictures import SUFFIXES, read_picture

WIDTH, HEIGHT = 128, 72
"""Pixels."""


def thumbnail_of(wish: StyleWish) -> bytes | None:
    """A JPEG of the style's picture, or of the sample clip in a style that has a name.

    None where there is neither.
    """
    if wish.given is not None:
        return None if wish.given.picture is None else jpeg(filled(wish.given.picture))
    if wish.path.suffix.lower() in SUFFIXES:
        try:
            return jpeg(filled(read_picture(wish.path)))
        except VidstyleError:  # It is told when its turn comes.
            return None
    known = files("vidstyle.serving").joinpath("thumbnails", f"{wish.text}.jpg")
    return known.read_bytes() if known.is_file() else None


def filled(picture: RgbPicture) -> RgbPicture:
    """The middle of a picture, as much as fits, uint8 (HEIGHT, WIDTH, 3)."""
    height, width = picture.shape[:2]
    scale = max(WIDTH / width, HEIGHT / height)
    size = (max(WIDTH, round(width * scale)), max(HEIGHT, round(height * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    top, left = (size[1] - HEIGHT) // 2, (size[0] - WIDTH) // 2
    return np.asarray(scaled[top : top + HEIGHT, left : left + WIDTH], np.uint8)
