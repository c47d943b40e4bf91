"""Frames of a camera, a stream or a test pattern, from when it is opened until it is lost."""

import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain
from time import perf_counter

import av
from av.packet import Packet
from av.video.stream import VideoStream

from vidstyle.video.camera import DEFAULT_RATE
from vidstyle.video.colour import Colour
from vidstyle.video.convert import Size
from vidstyle.video.ending import Ending
from vidstyle.video.filters import Filters
from vidstyle.video.frame import Frame
from vidstyle.video.live_container import open_live
from vidstyle.video.live_input import InputKind, LiveInput
from vidstyle.video.orientation import Orientation
from vidstyle.video.packet_reader import PacketReader
from vidstyle.video.source import Losses, Source, SourceError, VideoInfo
from vidstyle.video.timeline import Timeline

SILENCE_SECONDS = 2.0
"""How long a source may give no picture before that is told."""

# Of a stream that is joined between two key frames nothing can be shown before the next.
_FIRST_PICTURE_SECONDS = 12.0

_HIGHEST_RATE = 240

# A first picture that was decoded longer ago is left out.
_FRESH_SECONDS = 0.1

# Video4Linux2 tells when a picture was taken, unless the driver has a clock of its own.
_OLDEST_SECONDS = 1.0


class StreamSource(Source):
    """Decodes the video of one opened camera, stream or test pattern.

    Frames carry the times of the stream, always growing; those of what is not `paced` also say when
    they were captured. Iterating ends with the input, with a `SourceError` where it is lost, and
    when the end is asked for.
    """

    def __init__(
        self, live_input: LiveInput, *, ending: Ending, on_silence: Callable[[], None]
    ) -> None:
        """Opens the input and decodes its first picture. May take ten seconds and more.

        Args:
            live_input: anything but a file.
            ending: cuts short all that this waits for.
            on_silence: called when there has been no picture for two seconds, and every two more.

        Raises:
            SourceError: it cannot be opened, or gives no picture.
        """
        super().__init__()
        self._input = live_input
        self._ending = ending
        self._losses = Losses()
        self._filters = Filters()
        self._timeline = Timeline()
        self._patience, self._on_silence = _FIRST_PICTURE_SECONDS, self._give_up
        self._reader = PacketReader(
            lambda: open_live(live_input), name=str(live_input), ending=ending
        )
        try:
            self._stream = self._reader.stream()
            self._time_base = self._stream.time_base or Fraction(1, 1000)
            decoded = self._decoded()
            first = next(decoded, None)
            if first is None:
                raise SourceError(f"no picture of {live_input} could be decoded")
            self._first_at = perf_counter()
            self.info = self._describe(first)
        except BaseException:
            self.close()
            raise
        self._pictures = chain([first], decoded)
        self._patience, self._on_silence = SILENCE_SECONDS, on_silence
        self._dropped_before = 0

    @property
    def paced(self) -> bool:
        """Whether frames come before their time and have to be held back until then."""
        return self._reader.paced

    @property
    def has_end(self) -> bool:
        """Whether the end of the frames is that of a recording and not a loss."""
        return self._reader.has_end

    @property
    def dropped(self) -> int:
        """How many pictures were never decoded, for newer ones had come already; from the moment
        on at which the first was asked for."""
        return self._reader.dropped - self._dropped_before

    def __iter__(self) -> Iterator[Frame]:
        self._dropped_before = self._reader.dropped
        step = round(1 / (self.info.rate * self._time_base))
        if not self.paced and perf_counter() - self._first_at > _FRESH_SECONDS:
            next(self._pictures)  # It has waited for this moment.
        try:
            for index, picture in enumerate(self._filters(self._pictures)):
                yield Frame(
                    picture=picture,
                    index=index,
                    pts=self._timeline(picture.pts, step),
                    time_base=self._time_base,
                    captured=None if self.paced else self._captured(picture),
                )
        finally:
            self.notes += self._filters.notes
            if note := self._losses.note():
                self.notes.append(note)
            self.close()

    def close(self) -> None:
        self._reader.close()

    # Decoding

    def _decoded(self) -> Iterator[av.VideoFrame]:
        silent_at = perf_counter() + self._patience
        while not self._reader.ended:
            packet = self._reader.next(until=silent_at)
            pictures = self._decode(packet) if packet is not None else []
            if pictures:
                yield from pictures
                silent_at = perf_counter() + self._patience
            elif perf_counter() >= silent_at:
                self._on_silence()
                silent_at = perf_counter() + self._patience
        if self.has_end and not self._ending.requested:
            yield from self._decode(None)  # The last pictures wait inside the decoder.

    def _decode(self, packet: "Packet[VideoStream] | None") -> list[av.VideoFrame]:
        try:
            pictures = self._stream.decode(packet)
        except av.FFmpegError:
            self._losses.packets += 1
            return []
        for picture in pictures:
            picture.time_base = self._time_base  # The last ones come without it.
        return pictures

    def _give_up(self) -> None:
        raise SourceError(
            f"no picture of {self._input} could be decoded in {_FIRST_PICTURE_SECONDS:g} seconds"
        )

    # Facts

    def _captured(self, picture: av.VideoFrame) -> float:
        """When the picture was taken, in seconds of `perf_counter`; if unknown, now."""
        now = perf_counter()
        if self._input.kind is InputKind.CAMERA and sys.platform == "linux" and picture.pts:
            # Both clocks are the kernel's CLOCK_MONOTONIC.
            taken = float(picture.pts * self._time_base)
            if 0 <= now - taken < _OLDEST_SECONDS:
                return taken
        return now

    def _describe(self, first: av.VideoFrame) -> VideoInfo:
        stream = self._stream
        orientation = Orientation.of(first)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        return VideoInfo(
            size=Size(*orientation.upright_size(first.width, first.height)),
            time_base=self._time_base,
            rate=_rate(stream),
            colour=Colour.of(first).for_output(),
            orientation=orientation,
            sample_aspect_ratio=1 / aspect if orientation.swaps_sides else aspect,
        )


def _rate(stream: VideoStream) -> Fraction:
    """What the stream says; of some there is only FFmpeg's guess, which can be absurd."""
    told = (stream.average_rate, stream.guessed_rate)
    return next((rate for rate in told if rate and rate <= _HIGHEST_RATE), DEFAULT_RATE)
