"""What a frame passes on its way from a source to a sink."""

from collections.abc import Callable
from typing import TypeAlias, cast

import av
import cv2

from vidstyle import layers
from vidstyle.layers import Pixels
from vidstyle.video.colour import Colour
from vidstyle.video.convert import FromPlanes, FromRgb, Size, ToPlanes, ToRgb
from vidstyle.video.frame import Frame
from vidstyle.video.orientation import UPRIGHT, Orientation

Step: TypeAlias = Callable[[Frame], Frame]


def preprocess(size: Size, orientation: Orientation = UPRIGHT) -> Step:
    """From a decoder's picture to upright RGB of one size."""
    to_rgb = ToRgb(size, orientation)

    def step(frame: Frame) -> Frame:
        picture = frame.picture
        if isinstance(picture, av.VideoFrame):
            return frame.with_picture(to_rgb(picture))
        return frame.with_picture(resized(picture, size))

    return step


def size_of(picture: Pixels) -> Size:
    """Width and height of a picture: RGB, or planes of YUV 4:2:0."""
    return Size(*layers.size_of(picture))


def resized(picture: Pixels, size: Size) -> Pixels:
    """The picture, RGB or planes, at another size; itself where it has that size already."""
    own = size_of(picture)
    if own == size:
        return picture
    shrinks = size.width * size.height < own.width * own.height
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return layers.scaled(picture, (size.width, size.height), interpolation)


def postprocess(pixel_format: str, colour: Colour) -> Step:
    """From RGB to what an encoder takes."""
    from_rgb = FromRgb(pixel_format, colour)
    return lambda frame: frame.with_picture(from_rgb(frame.rgb))


def pack(size: Size, colour: Colour) -> Step:
    """From a decoder's upright picture to planes of YUV 4:2:0."""
    to_planes = ToPlanes(size, colour)
    return lambda frame: frame.with_picture(to_planes(cast(av.VideoFrame, frame.picture)))


def wrap(colour: Colour) -> Step:
    """From planes to what an encoder takes."""
    from_planes = FromPlanes(colour)
    return lambda frame: frame.with_picture(from_planes(frame.pixels))
