"""One picture of a video, with its place in time."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

RgbPicture: TypeAlias = NDArray[np.uint8]
"""A picture as the stylizers see it: uint8 (H, W, 3), RGB, upright."""

Picture: TypeAlias = av.VideoFrame | RgbPicture
"""As decoded or ready to encode (`av.VideoFrame`); between the two as RGB, or as planes of YUV
4:2:0 (`video.convert.Planes`)."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture and its place in time. Stages replace the picture and never touch the time."""

    picture: Picture
    index: int
    """Position in the run, counted from 0."""
    pts: int
    """Presentation time in units of `time_base`; `pts * time_base` is in seconds."""
    time_base: Fraction
    duration: int = 0
    """In units of `time_base`; 0 where the source does not tell."""
    name: str = ""
    """The file name of a picture that came from a folder; else empty."""
    captured: float | None = None
    """When a live source captured it, in seconds of `time.perf_counter()`; else None."""

    def __post_init__(self) -> None:
        if self.time_base <= 0:
            raise ValueError(f"a time base must be positive, got {self.time_base}")

    @property
    def time(self) -> Fraction:
        """Presentation time in seconds, exact."""
        return self.pts * self.time_base

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture as an array, RGB or planes; an error where it is a codec's picture."""
        if isinstance(self.picture, av.VideoFrame):
            raise TypeError("this frame has not been converted to RGB or planes")
        return self.picture

    @property
    def rgb(self) -> RgbPicture:
        """The picture as RGB; an error where it is anything else."""
        if self.pixels.ndim != 3:
            raise TypeError("this frame is planes, not RGB")
        return self.pixels

    def with_picture(self, picture: Picture) -> "Frame":
        """The same moment with another picture."""
        return replace(self, picture=picture)

    def __repr__(self) -> str:
        shape = getattr(self.picture, "shape", None) or f"{self.picture}"
        return f"Frame({self.index}, {float(self.time):.3f} s, {shape})"
