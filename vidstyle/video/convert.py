"""Between a codec's pictures and arrays, RGB or planes of YUV 4:2:0, both ways, by swscale.

A converter keeps a scaler of its own and belongs to one thread.
"""

from dataclasses import dataclass
from typing import TypeAlias

import av
import cv2
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from vidstyle.video.colour import Colour, Range
from vidstyle.video.frame import RgbPicture
from vidstyle.video.orientation import UPRIGHT, Orientation

# Without these two flags swscale takes a path that darkens the picture by about one level of 255.
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_LIMITED_TO_FULL = ((np.arange(256) - 16) * 255 / 219).round().clip(0, 255).astype(np.uint8)

Planes: TypeAlias = NDArray[np.uint8]
"""A picture of even sides in YUV 4:2:0: uint8 (H · 3/2, W), luma and then both planes of chroma."""

PLANAR_FORMAT = "yuv420p"
"""FFmpeg's name for what `Planes` hold."""

# The second is the first in full range.
_PLANAR = (PLANAR_FORMAT, "yuvj420p")


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, as seen (upright)."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class ToRgb:
    """Turns decoded pictures into upright RGB of one size."""

    def __init__(self, size: Size | None = None, orientation: Orientation = UPRIGHT) -> None:
        """`size`: of the upright result; None keeps each picture's own."""
        self._size = size
        self._orientation = orientation
        self._scaler = VideoReformatter()

    def __call__(self, picture: av.VideoFrame) -> RgbPicture:
        """The picture as uint8 (H, W, 3) RGB, full range, scaled and turned upright."""
        colour = Colour.of(picture)
        width, height = picture.width, picture.height
        if self._size is not None:
            width, height = self._orientation.upright_size(self._size.width, self._size.height)
        same_size = (width, height) == (picture.width, picture.height)
        scaled = self._scaler.reformat(
            picture,
            width,
            height,
            "rgb24",
            src_colorspace=colour.swscale_matrix,
            dst_colorspace=colour.swscale_matrix,
            src_color_range=colour.range,
            dst_color_range=Range.FULL,
            interpolation=(Interpolation.POINT if same_size else Interpolation.BICUBIC) | _EXACT,
            threads=1,
        )
        rgb = np.asarray(scaled.to_ndarray(), np.uint8)
        if colour.range is Range.LIMITED and picture.format.name.startswith("gray"):
            rgb = _LIMITED_TO_FULL[rgb]  # swscale takes all grey for full range.
        return self._orientation.apply(rgb)


class FromRgb:
    """Turns RGB pictures into what an encoder takes."""

    def __init__(self, pixel_format: str, colour: Colour) -> None:
        """`pixel_format`: FFmpeg's name, like `yuv420p`; `colour`: of the result and its tags."""
        self._pixel_format = pixel_format
        self._colour = colour
        self._scaler = VideoReformatter()

    def __call__(self, rgb: RgbPicture) -> av.VideoFrame:
        """`rgb`: uint8 (H, W, 3). The result has the `encoded_size`: odd sides may grow by one."""
        height, width = rgb.shape[:2]
        if encoded_size(Size(width, height), self._pixel_format) != Size(width, height):
            rgb = _even_sided(rgb)
        source = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), "rgb24")
        picture = self._scaler.reformat(
            source,
            format=self._pixel_format,
            src_colorspace=self._colour.swscale_matrix,
            dst_colorspace=self._colour.swscale_matrix,
            src_color_range=Range.FULL,
            dst_color_range=self._colour.range,
            # The mean of each square of pixels: what ToRgb repeats is found again unchanged.
            interpolation=Interpolation.AREA,
            threads=1,
        )
        self._colour.tag(picture)
        return picture


class ToPlanes:
    """Turns decoded pictures into planes of YUV 4:2:0, of one size and colour."""

    def __init__(self, size: Size, colour: Colour) -> None:
        """`size` has even sides."""
        self._size = size
        self._colour = colour
        self._scaler = VideoReformatter()

    def __call__(self, picture: av.VideoFrame) -> Planes:
        """The picture as planes; nearly always they are only copied."""
        own, range_ = Colour.of(picture), self._colour.range
        if picture.format.name.startswith("gray") and own.range is range_:
            range_ = Range.FULL  # swscale takes all grey for full range, and keeps it so.
        same_size = Size(picture.width, picture.height) == self._size
        same_colour = (own.matrix, own.range) == (self._colour.matrix, self._colour.range)
        if picture.format.name not in _PLANAR or not same_size or not same_colour:
            picture = self._scaler.reformat(
                picture,
                self._size.width,
                self._size.height,
                PLANAR_FORMAT,
                src_colorspace=own.swscale_matrix,
                dst_colorspace=self._colour.swscale_matrix,
                src_color_range=own.range,
                dst_color_range=range_,
                interpolation=(Interpolation.AREA if same_size else Interpolation.BICUBIC) | _EXACT,
                threads=1,
            )
        return np.asarray(picture.to_ndarray(), np.uint8)


class FromPlanes:
    """Turns planes of YUV 4:2:0 into what an encoder of `PLANAR_FORMAT` takes."""

    def __init__(self, colour: Colour) -> None:
        """`colour`: what the planes are in, for the tags."""
        self._colour = colour

    def __call__(self, planes: Planes) -> av.VideoFrame:
        """`planes`: see `Planes`."""
        picture = av.VideoFrame.from_ndarray(planes, PLANAR_FORMAT)
        self._colour.tag(picture)
        return picture


def encoded_size(size: Size, pixel_format: str) -> Size:
    """The size in the file: odd sides grow by one where chroma is stored for pairs of pixels."""
    if av.VideoFormat(pixel_format, 2, 2).chroma_width() == 2:
        return size
    return Size(size.width + size.width % 2, size.height + size.height % 2)


def _even_sided(rgb: RgbPicture) -> RgbPicture:
    """The picture with its last column and row repeated where its sides are odd."""
    height, width = rgb.shape[:2]
    padded = cv2.copyMakeBorder(rgb, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)
