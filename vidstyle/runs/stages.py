"""The stages that a frame passes on its way from a source to a sink."""

from typing import cast

import av
import cv2
import numpy as np

from vidstyle.pipeline import Stage
from vidstyle.video.colour import Colour
from vidstyle.video.convert import FromPlanes, FromRgb, Size, ToPlanes, ToRgb
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.orientation import UPRIGHT, Orientation


def preprocess(size: Size, orientation: Orientation = UPRIGHT) -> Stage[Frame, Frame]:
    """From a decoder's picture to upright RGB of one size."""
    to_rgb = ToRgb(size)

    def work(frame: Frame) -> Frame:
        picture = frame.picture
        if isinstance(picture, av.VideoFrame):
            rgb = to_rgb(picture, colour=Colour.of(picture), orientation=orientation)
            return frame.with_picture(rgb)
        return frame.with_picture(resized(picture, size))

    return Stage.each("preprocess", work)


def size_of(picture: RgbPicture) -> Size:
    """Width and height of a picture (H, W, 3)."""
    height, width = picture.shape[:2]
    return Size(width, height)


def resized(picture: RgbPicture, size: Size) -> RgbPicture:
    """The picture at another size; itself where it has that size already."""
    own = size_of(picture)
    if own == size:
        return picture
    shrinks = size.width * size.height < own.width * own.height
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    result = cv2.resize(picture, (size.width, size.height), interpolation=interpolation)
    return np.asarray(result, np.uint8)


def postprocess(pixel_format: str, colour: Colour) -> Stage[Frame, Frame]:
    """From RGB to what an encoder takes."""
    from_rgb = FromRgb(pixel_format, colour)
    return Stage.each("postprocess", lambda frame: frame.with_picture(from_rgb(frame.rgb)))


def pack(size: Size, colour: Colour) -> Stage[Frame, Frame]:
    """From a decoder's upright picture to planes of YUV 4:2:0."""
    to_planes = ToPlanes(size, colour)

    def work(frame: Frame) -> Frame:
        return frame.with_picture(to_planes(cast(av.VideoFrame, frame.picture)))

    return Stage.each("pack", work)


def wrap(colour: Colour) -> Stage[Frame, Frame]:
    """From planes to what an encoder takes."""
    from_planes = FromPlanes(colour)
    return Stage.each("wrap", lambda frame: frame.with_picture(from_planes(frame.pixels)))
