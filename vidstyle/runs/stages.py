"""The stages that a frame passes on its way from a source to a sink."""

from collections.abc import Sequence

import av
import cv2
import numpy as np

from vidstyle.pipeline import Stage
from vidstyle.stylizers import Stylizer
from vidstyle.temporal.stabiliser import Stabiliser
from vidstyle.video.colour import Colour
from vidstyle.video.convert import FromRgb, Size, ToRgb
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


def resized(picture: RgbPicture, size: Size) -> RgbPicture:
    """The picture at another size; itself where it has that size already."""
    height, width = picture.shape[:2]
    if (width, height) == (size.width, size.height):
        return picture
    shrinks = size.width * size.height < width * height
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    result = cv2.resize(picture, (size.width, size.height), interpolation=interpolation)
    return np.asarray(result, np.uint8)


def model(
    stylizer: Stylizer, *, batch: int = 1, stabiliser: Stabiliser | None = None
) -> Stage[Frame, Frame]:
    """Repaints RGB frames, `batch` at a time, and holds them steady."""

    def work(frames: Sequence[Frame]) -> list[Frame]:
        # A batch of one is a view: copying a picture costs as much as a fifth of its conversion.
        alone = len(frames) == 1
        batch = frames[0].rgb[np.newaxis] if alone else np.stack([f.rgb for f in frames])
        pictures: Sequence[RgbPicture] = list(stylizer.stylize(batch))
        if stabiliser is not None:
            pictures = [stabiliser(f.rgb, p) for f, p in zip(frames, pictures, strict=True)]
        return [f.with_picture(picture) for f, picture in zip(frames, pictures, strict=True)]

    return Stage(name="model", work=work, batch=batch)


def postprocess(pixel_format: str, colour: Colour) -> Stage[Frame, Frame]:
    """From RGB to what an encoder takes."""
    from_rgb = FromRgb(pixel_format, colour)
    return Stage.each("postprocess", lambda frame: frame.with_picture(from_rgb(frame.rgb)))
