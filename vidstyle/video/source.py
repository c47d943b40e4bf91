"""Where frames come from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidstyle.errors import VidstyleError
from vidstyle.video.colour import BT709_LIMITED, Colour
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.orientation import UPRIGHT, Orientation


class SourceError(VidstyleError):
    """An input that cannot be read as a video."""


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """What a sink must know of a source before its first frame."""

    size: Size
    """Of the upright picture."""
    time_base: Fraction
    """Of the frames' timestamps, in seconds."""
    rate: Fraction
    """Frames per second; an average where the rate varies."""
    frames: int | None = None
    """How many frames to expect, where that is known."""
    colour: Colour = BT709_LIMITED
    """What the output is made and tagged with."""
    orientation: Orientation = UPRIGHT
    """What turns the source's pictures upright."""
    sample_aspect_ratio: Fraction = Fraction(1)
    """Width of a pixel over its height, upright."""
    file: Path | None = None
    """The file that sound, subtitles, chapters and metadata are taken from."""
    stream_index: int = 0
    """Which of the file's streams the frames come from."""
    origin: Fraction = Fraction(0)
    """The moment of the file, in seconds, that is time 0 of the frames."""
    trimmed: bool = False
    """Whether what comes before that moment is not wanted."""
    beginning: Fraction = Fraction(0)
    """When the whole file begins to play, in seconds of the frames' time."""
    end: Fraction | None = None
    """When the span that was asked for ends, in seconds of the frames' time."""

    def squared(self, size: Size) -> Size:
        """What a picture of `size`, upright and of this video's pixels, is in square pixels.

        As players show it: its height stays. Ratios beyond 1:4 and 4:1 are taken for mistakes.
        """
        ratio = self.sample_aspect_ratio
        if ratio == 1 or not Fraction(1, 4) <= ratio <= 4:
            return size
        return Size(max(2, 2 * round(size.width * ratio / 2)), size.height)


@dataclass(frozen=True)
class Span:
    """A part of a video, in seconds of playing time from its beginning; None is open."""

    start: Fraction | None = None
    end: Fraction | None = None


class Source(ABC):
    """A video as an iterator of frames. Iterate once; `close()` when done with it early."""

    info: VideoInfo

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What the user should know, one line each; complete once the last frame is out."""
        self.decoder = "the CPU"
        """What decodes the frames."""

    @abstractmethod
    def __iter__(self) -> Iterator[Frame]:
        """The frames in the order of their time."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and devices; may be called twice."""


WITHOUT_ALPHA = "transparency is dropped: the output has no alpha channel"


class Shapes:
    """Knows frames that are of another shape than the first."""

    NOTE = "frames of another shape than the first are letterboxed in it"

    _SAME = 0.02
    """By which the ratio of the sides may differ: sizes are whole pixels."""

    def __init__(self) -> None:
        self.first: Size | None = None
        """Of the first frame, in pixels."""

    def is_another(self, size: Size) -> bool:
        """Whether the next frame has another shape."""
        self.first = first = self.first or size
        ratio = (size.width * first.height) / (size.height * first.width)
        return abs(ratio - 1) > self._SAME


@dataclass
class Losses:
    """What a damaged file has lost."""

    packets: int = 0
    """Could not be decoded at all."""
    damaged_frames: int = 0
    """Were decoded with errors that the decoder concealed."""
    missing_frames: int = 0
    """Were promised by the header and never came."""
    read_error: str = ""
    """Why reading ended early."""
    retimed_frames: int = 0
    """Came without a usable timestamp, or with one not after the frame before."""

    def note(self) -> str | None:
        """One line that counts what was lost, or None."""
        counts = [
            (self.packets, "packets could not be decoded"),
            (self.damaged_frames, "frames are damaged"),
            (self.missing_frames, "frames are missing"),
            (self.retimed_frames, "frames had no usable timestamp and were set after the last one"),
        ]
        parts = [f"{count} {what}" for count, what in counts if count]
        if self.read_error:
            parts.append(f"reading stopped early ({self.read_error})")
        return f"the input is damaged: {', '.join(parts)}" if parts else None
