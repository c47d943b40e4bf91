"""What happens to a frame of a live run between its source and its outputs."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol

import av

from vidstyle.runs.live.cross_fade import Change, CrossFade, Mixture
from vidstyle.runs.live.painter import Painter
from vidstyle.runs.live.sizes import WorkSizes
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.sizes import SizeWish, wished_size
from vidstyle.runs.stages import preprocess, resized, size_of
from vidstyle.stylizers.luminance import with_luma_of
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame, RgbPicture
from vidstyle.video.source import VideoInfo


@dataclass(frozen=True)
class Look:
    """What a frame was painted with; equal for frames that were painted alike."""

    mixture: Mixture
    strength: float
    preserve_color: bool


@dataclass(frozen=True, kw_only=True)
class LiveFrame(Frame):
    """A frame of a live run, with what it was made from.

    Attributes:
        original: what the camera saw, RGB, of the output's size.
        content: the same at the network's working size.
        outside: what was painted for outside of the mask; None: nothing.
        state: how the run was set when the frame came, or was painted.
        look: what it was painted with; None before.
        change: the newest change of style that it shows.
    """

    original: RgbPicture
    content: RgbPicture
    state: LiveState
    outside: RgbPicture | None = None
    look: Look | None = None
    change: Change | None = None


class Settings(Protocol):
    """Where stages read how the run is set."""

    @property
    def state(self) -> LiveState:
        """The present state; another object after each command."""


class Arrival:
    """From a decoder's picture to upright RGB of square pixels, at output and working size.

    Args:
        output: the wish for the output's size.
        sizes: the working size.
        info: of the source.
        settings: how the run is set.
    """

    def __init__(
        self,
        output: SizeWish | None,
        sizes: WorkSizes,
        *,
        info: VideoInfo,
        settings: Settings,
    ) -> None:
        self._output = output
        self._settings = settings
        self._sizes = sizes
        self._info = info
        self._upright = cache(partial(preprocess, orientation=info.orientation))

    def __call__(self, frame: Frame) -> LiveFrame:
        full = wished_size(self._output, self._info.squared(self._size_of(frame)))
        original = self._upright(full)(frame).rgb
        content = resized(original, self._sizes.of(full))
        values = {**vars(frame), "picture": content}
        return LiveFrame(**values, original=original, content=content, state=self._settings.state)

    def _size_of(self, frame: Frame) -> Size:
        picture = frame.picture
        if isinstance(picture, av.VideoFrame):
            return Size(*self._info.orientation.upright_size(picture.width, picture.height))
        return size_of(picture)


class Painting:
    """Repaints frames, as the run is set when each comes.

    Args:
        painter: of the method.
        fade: what it paints with.
        settings: how the run is set.
        outside: what it paints outside of the mask, if anything.
    """

    def __init__(
        self,
        painter: Painter,
        fade: CrossFade,
        settings: Settings,
        *,
        outside: Mixture | None = None,
    ) -> None:
        self._painter = painter
        self._fade = fade
        self._settings = settings
        self._outside = outside
        self._has_painted = False

    def __call__(self, frame: LiveFrame) -> LiveFrame:
        state = self._settings.state
        # Asked even where it is not painted with: a fade goes on while the picture stands still.
        mixture = self._fade.at(moment_of(frame))
        picture, outside = frame.content, None
        if not state.original and not (state.freeze and self._has_painted):
            picture = self._painted(frame.content, mixture, state)
            if self._outside is not None:
                outside = self._painted(frame.content, self._outside, state)
            self._has_painted = True
        return replace(
            frame,
            picture=picture,
            outside=outside,
            state=state,
            look=Look(mixture, state.strength, state.preserve_color),
            change=self._fade.change,
        )

    def _painted(self, content: RgbPicture, mixture: Mixture, state: LiveState) -> RgbPicture:
        picture = self._painter.paint(content, mixture, strength=state.strength)
        if state.preserve_color:
            picture = with_luma_of(picture, content, fitted=True)
        return picture


def moment_of(frame: Frame) -> float:
    """When the frame was captured, in seconds of `perf_counter`."""
    if frame.captured is None:
        raise ValueError(f"{frame} has no capture time: it does not come from a live source")
    return frame.captured


class RateCap:
    """Lets frames through at `rate` a second at most, evenly; `dropped` counts the others."""

    def __init__(self, frames: Iterable[Frame], *, rate: float) -> None:
        self._frames = frames
        self._interval = 1 / rate
        self.dropped = 0

    def __iter__(self) -> Iterator[Frame]:
        due = -math.inf
        for frame in self._frames:
            moment = moment_of(frame)
            # Cameras are not punctual: a frame that is nearly due is due.
            if moment < due - self._interval / 4:
                self.dropped += 1
                continue
            due = self._interval + (due if moment < due + self._interval else moment)
            yield frame
