"""Pictures of one shape in a frame of another: scaled whole, with black bars for the rest."""

from dataclasses import dataclass

import cv2
import numpy as np

from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture


@dataclass(frozen=True)
class Rectangle:
    """A place in a picture, in pixels from its left and upper edge."""

    left: int
    top: int
    width: int
    height: int


def fitted(size: Size, into: Size) -> Rectangle:
    """The largest place of the shape of `size` in the middle of `into`, at least one pixel."""
    # In integers, so that equal shapes leave no bar of one pixel by rounding.
    width = min(into.width, max(1, round(size.width * into.height / size.height)))
    height = min(into.height, max(1, round(size.height * into.width / size.width)))
    return Rectangle((into.width - width) // 2, (into.height - height) // 2, width, height)


def scaled(picture: RgbPicture, size: Size) -> RgbPicture:
    """The picture at exactly that size; itself where it has it already."""
    height, width = picture.shape[:2]
    if (width, height) == (size.width, size.height):
        return picture
    # The mean of the pixels that become one; linear between those that are drawn apart.
    shrinks = size.width * size.height < width * height
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=how), np.uint8)


def letterboxed(picture: RgbPicture, size: Size) -> RgbPicture:
    """The whole picture in its own shape within `size`; itself where it has that size already."""
    height, width = picture.shape[:2]
    place = fitted(Size(width, height), size)
    inner = scaled(picture, Size(place.width, place.height))
    if (place.width, place.height) == (size.width, size.height):
        return inner
    framed = np.zeros((size.height, size.width, 3), np.uint8)
    framed[place.top : place.top + place.height, place.left : place.left + place.width] = inner
    return framed
