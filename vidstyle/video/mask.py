"""Where in a picture the style goes."""

from collections.abc import Generator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vidstyle.video.convert import Size, ToRgb
from vidstyle.video.file_source import FileSource
from vidstyle.video.frame import RgbPicture
from vidstyle.video.letterbox import scaled
from vidstyle.video.picture_source import DEFAULT_RATE, PictureSource, is_sequence
from vidstyle.video.pictures import SUFFIXES, Opacity, over_black, read_over_black
from vidstyle.video.source import WITHOUT_ALPHA, Source, SourceError, Span

Moments = Generator[tuple[Fraction, RgbPicture]]
"""Pictures of a mask, each with when it begins, in seconds from the beginning of the video."""

# Seconds. A video is opened so much before the first moment: the frame of that may lie before it.
_EARLIER = 1

_NOT_DECODED = "transparency is not decoded in VP8 and VP9: only white and black count"


class Mask:
    """A picture or a video: its white parts are to be stylised, its black ones not, grey in part.

    What is transparent is black. It is stretched to the pictures. A video goes along with the
    source by time; where it is shorter its last frame stays.
    """

    def __init__(
        self,
        moments: Moments,
        *,
        inverted: bool = False,
        beginning: Fraction = Fraction(0),
        notes: list[str] | None = None,
    ) -> None:
        """`moments`: in the order of time, at least one. For the others see `open`."""
        self.notes = [] if notes is None else notes
        """What the user should know; complete when the mask has come to its end."""
        self._moments = moments
        self._inverted = inverted
        self._beginning = beginning
        self._present = next(moments)[1]
        self._next = next(moments, None)
        self._shares: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        inverted: bool = False,
        beginning: Fraction = Fraction(0),
        rate: Fraction = DEFAULT_RATE,
    ) -> Self:
        """The mask in a picture, a video, or a sequence of pictures.

        Args:
            path: of it.
            inverted: black is stylised, white is not.
            beginning: when the source begins, in the time of its frames (`VideoInfo.beginning`).
            rate: of a sequence, in pictures a second: that of the source.

        Raises:
            VidstyleError: it cannot be read.
        """
        notes: list[str] = []
        if path.suffix.lower() in SUFFIXES and not is_sequence(path):
            moments = _still(read_over_black(path))
        elif is_sequence(path):
            moments = _moving(PictureSource(path, rate=rate, read=read_over_black), notes)
        else:
            moments = _moving_from(path, first=-beginning, notes=notes)
        return cls(moments, inverted=inverted, beginning=beginning, notes=notes)

    def go_to(self, time: Fraction) -> None:
        """Go on to a frame of the source by its time, in seconds; never back."""
        while self._next is not None and self._next[0] <= time - self._beginning:
            self._present, self._shares = self._next[1], None
            self._next = next(self._moments, None)

    def mix(self, inside: RgbPicture, outside: RgbPicture) -> RgbPicture:
        """`inside` where the mask is white, `outside` where it is black; all uint8 (H, W, 3)."""
        height, width = inside.shape[:2]
        if self._shares is None or self._shares[0].shape != (height, width):
            self._shares = self._scaled(Size(width, height))
        return np.asarray(cv2.blendLinear(inside, outside, *self._shares), np.uint8)

    def close(self) -> None:
        """Let go of its file."""
        self._moments.close()

    def _scaled(self, size: Size) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How much of each pixel is what is inside, and what is outside."""
        grey = cv2.cvtColor(self._present, cv2.COLOR_RGB2GRAY)
        share = np.asarray(scaled(np.asarray(grey, np.uint8), size), np.float32) / np.float32(255)
        rest = np.float32(1) - share
        return (rest, share) if self._inverted else (share, rest)


def _moving_from(path: Path, *, first: Fraction, notes: list[str]) -> Moments:
    """The frames of a video, from the one on that is seen at `first`, or from before."""
    if first > _EARLIER:
        source = _opened(path, start=first - _EARLIER)
        if source is not None:
            with closing(_moving(source, notes)) as moments:
                moment = next(moments)
                if moment[0] <= first:
                    yield moment
                    yield from moments
                    return
    # What is seen then began long before, and may be the last frame.
    yield from _moving(FileSource(path), notes)


def _opened(path: Path, *, start: Fraction) -> Source | None:
    try:
        return FileSource(path, span=Span(start=start))
    except SourceError:
        return None


def _still(picture: RgbPicture) -> Moments:
    yield Fraction(0), picture


def _moving(source: Source, notes: list[str]) -> Moments:
    orientation = source.info.orientation
    to_rgb = ToRgb(orientation=orientation)
    without_alpha = _NOT_DECODED
    with closing(source):
        for frame in source:
            picture = frame.picture
            if isinstance(picture, av.VideoFrame):
                opacity = _opacity(picture)
                picture = to_rgb(picture)
                if opacity is not None:
                    picture = over_black(picture, orientation.apply(opacity))
                    without_alpha = ""
            yield frame.time - source.info.beginning, picture
    told = [without_alpha if note == WITHOUT_ALPHA else note for note in source.notes]
    notes += [f"the mask: {note}" for note in told if note]


def _opacity(picture: av.VideoFrame) -> Opacity | None:
    if any(component.is_alpha for component in picture.format.components):
        return np.asarray(picture.to_ndarray(format="rgba")[:, :, 3], np.uint8)
    return None
