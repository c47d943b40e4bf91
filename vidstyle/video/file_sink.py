"""Writes frames, and the other tracks of their file, into a video file."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from vidstyle.errors import UsageError
from vidstyle.video.codecs import DEFAULT_QUALITY, Codec, check_available, container_format
from vidstyle.video.container import reason
from vidstyle.video.convert import Size, encoded_size
from vidstyle.video.frame import Frame
from vidstyle.video.gif import Palette
from vidstyle.video.metadata import copy_metadata
from vidstyle.video.partial import PartialPath
from vidstyle.video.scheduling import kept_scheduling
from vidstyle.video.sink import Sink, SinkError
from vidstyle.video.source import VideoInfo
from vidstyle.video.tracks import Tracks

# Their players start at the first frame, whatever its time.
_WITHOUT_START = {"avi", "gif"}

# In units of the container's clock: how late a frame may be rather than dropped. Half a unit are
# those of a constant rate that lie between two ticks, and are rounded now up, now down.
_LATEST = Fraction(3, 4)

# In units of the time base: no frame is decoded so long before it is shown.
_LONGEST_DELAY = 2**32

# A player of these shows the last frame until the decoding times end.
_TIMED_BY_DECODING = {"mp4", "mov"}

# They tell the shape of pixels in the pictures themselves; Matroska is told of no other.
_KNOW_THEIR_PIXELS = {Codec.H264, Codec.HEVC}


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How a file is encoded."""

    codec: Codec
    size: Size
    """Of the RGB pictures; odd sides grow by one where the codec needs even ones."""
    quality: int = DEFAULT_QUALITY
    """0 (smallest file) to 100 (best picture)."""
    fast: bool = False
    """Whether time counts more than the size of the file."""

    @property
    def pixel_format(self) -> str:
        """What the encoder takes, by FFmpeg's name."""
        return check_available(self.codec).pixel_format

    @property
    def encoded_size(self) -> Size:
        """The size of the pictures in the file."""
        return encoded_size(self.size, self.pixel_format)


class FileSink(Sink):
    """Encodes pictures that `FromRgb` made, each at its own time; sound and the rest come along.

    The file appears under its final name in `close()`, complete.
    """

    def __init__(
        self,
        path: Path,
        info: VideoInfo,
        encoding: Encoding,
        *,
        cut_short: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begins the file. `info`: of the source.

        `cut_short()` is asked in `close()`: whether the picture ended before its source did, so
        that the sound has to end with it.
        """
        super().__init__()
        self._partial = PartialPath(path)
        self._info, self._encoding = info, encoding
        self._cut_short = cut_short
        container = container_format(path)
        _check_size(encoding)
        self._grid = _grid(container, info)
        # A part of a file begins at 0 by itself; the file's beginning lies before that.
        # It is told in microseconds, rounded: what lies a hair before it is not to be lost.
        delay = max(info.beginning, Fraction(0)) // info.time_base * info.time_base
        self._zero = delay if container in _WITHOUT_START else Fraction(0)
        self._last_pts: int | None = None
        self._durations: dict[int, int] = {}
        self._held: Packet[Any] | None = None
        self._began: tuple[int, int] | None = None
        self._end = Fraction(0)
        self.dropped = 0
        self._tracks: Tracks | None = None
        self._output = _open(self._partial.path, container, info)
        try:
            self._stream = self._add_video(self._output)
            self._tracks = self._add_tracks(self._output)
        except BaseException:
            self.abort()
            raise
        gif = encoding.codec is Codec.GIF
        self._palette = Palette(encoding.size.width, encoding.size.height) if gif else None
        self._note_pixels()
        if encoding.encoded_size != encoding.size:
            self.notes.append(
                f"the picture grows to {encoding.encoded_size}: "
                f"{encoding.codec.value} takes even sides only"
            )

    def write(self, frame: Frame) -> None:
        """Encode one frame whose picture is an `av.VideoFrame` of the encoding's pixel format."""
        if not isinstance(frame.picture, av.VideoFrame):
            raise TypeError("FileSink takes pictures that FromRgb made")
        time, duration = frame.time - self._zero, frame.duration * frame.time_base
        tick = time / self._grid
        pts = round(tick)
        if self._last_pts is not None and pts <= self._last_pts:
            pts = self._last_pts + 1
            if pts - tick > _LATEST:
                self.dropped += 1  # The container's clock is too coarse to tell the two apart.
                return
        self._last_pts = pts
        self._end = time + duration
        picture = frame.picture
        picture.pts, picture.time_base = pts, self._grid
        picture.duration = self._durations[pts] = round(duration / self._grid)
        self._encode(self._palette(picture) if self._palette else picture)

    def close(self) -> None:
        if self._last_pts is None:
            self.abort()  # A file without a frame is none.
            return
        self._encode(None)
        try:
            if self._tracks is not None:
                self._tracks.finish(self._end if self._cut_short() else None)
                self.notes += self._tracks.notes
                self._tracks.close()
            self._output.close()
        except (av.FFmpegError, OSError) as error:
            raise self._write_error(error) from error
        if self.dropped:
            self.notes.append(
                f"{self.dropped} frames were dropped: {self._partial.final.suffix} files "
                f"cannot keep frames less than {float(self._grid):g} s apart"
            )
        self._partial.commit(or_beside=True)

    def abort(self) -> None:
        if self._tracks is not None:
            self._tracks.close()
        self._partial.discard()  # First: without its file, closing does not complete it at length.
        with suppress(av.FFmpegError, OSError):  # It is not complete, and it is gone already.
            self._output.close()
        self._partial.discard()  # Windows removes no file that is open.

    def _encode(self, picture: av.VideoFrame | None) -> None:
        try:
            for packet in self._stream.encode(picture):
                if not 0 <= (packet.pts or 0) - (packet.dts or 0) <= _LONGEST_DELAY:
                    # What x265 gives for fewer frames than it would reorder is no time.
                    packet.dts = packet.pts
                # Not every encoder passes them on.
                packet.duration = self._durations.pop(packet.pts or 0, packet.duration)
                self._began = self._began or (packet.pts or 0, packet.dts or 0)
                self._write_held()
                self._held = packet
            if picture is None:
                self._hold_to_the_end()
                self._write_held()
        except (av.FFmpegError, OSError) as error:
            raise self._write_error(error) from error

    def _write_held(self) -> None:
        packet = self._held
        if packet is None:
            return
        if self._tracks is not None and packet.dts is not None:
            self._tracks.advance(packet.dts * packet.time_base)
        self._output.mux(packet)

    def _hold_to_the_end(self) -> None:
        """Let the packet that is decoded last, not always the one shown last, last to the end."""
        packet = self._held
        if packet is None or self._began is None:
            return
        if self._output.format.name not in _TIMED_BY_DECODING:
            return
        first_pts, first_dts = self._began
        shown = round(self._end / self._grid) - first_pts
        packet.duration = max(packet.duration or 0, shown - ((packet.dts or 0) - first_dts))

    def _add_video(self, output: OutputContainer) -> VideoStream:
        encoding, info = self._encoding, self._info
        encoder = check_available(encoding.codec)
        if encoding.codec is Codec.AV1:
            # SVT-AV1 has no option against its banner on the terminal, only this variable.
            os.environ.setdefault("SVT_LOG", "1")
        stream = output.add_stream(
            encoder.name,
            rate=info.rate,
            options=encoder.options_for(encoding.quality, fast=encoding.fast),
        )
        assert isinstance(stream, VideoStream)
        size, context = encoding.encoded_size, stream.codec_context
        context.width, context.height = size.width, size.height
        context.pix_fmt = "pal8" if encoding.codec is Codec.GIF else encoder.pixel_format
        context.time_base = stream.time_base = self._grid
        context.framerate = info.rate
        context.flags |= Flags.frame_duration
        context.sample_aspect_ratio = pixel_shape(self._info, self._encoding.size)
        if output.format.name == "avi":
            context.max_b_frames = 0  # AVI stores no timestamps, so frames cannot be reordered.
        if encoding.codec is Codec.HEVC and output.format.name in ("mp4", "mov"):
            context.codec_tag = "hvc1"  # Apple's players open no other.
        if encoding.codec is not Codec.GIF:
            info.colour.tag(context)
        if encoding.codec is Codec.AV1:
            try:
                with kept_scheduling():
                    context.open()
            except av.FFmpegError as error:
                raise self._write_error(error) from error
        return stream

    def _note_pixels(self) -> None:
        codec, container = self._encoding.codec, self._output.format.name
        if container == "gif":  # Players keep to what it tells of them, browsers do not.
            why = "most viewers of gif pay no heed to their shape"
        elif container in ("matroska", "webm") and codec not in _KNOW_THEIR_PIXELS:
            why = f"{codec.value} in {self._partial.final.suffix} cannot tell their shape"
        else:
            return
        self.notes += square_pixels(self._info, self._encoding.size, why=why)

    def _add_tracks(self, output: OutputContainer) -> Tracks | None:
        info = self._info
        if info.file is None:
            return None
        tracks = Tracks(
            info.file,
            output,
            video_index=info.stream_index,
            origin=info.origin + self._zero,
            trimmed=info.trimmed,
            end=None if info.end is None else info.end - self._zero,
        )
        copy_metadata(tracks.video_metadata, self._stream.metadata)
        self._stream.disposition = tracks.video_disposition
        return tracks

    def _write_error(self, error: Exception) -> SinkError:
        return SinkError(f"cannot write {self._partial.final}: {reason(error)}")


def _check_size(encoding: Encoding) -> None:
    encoder, size = check_available(encoding.codec), encoding.size
    smallest, largest = encoder.smallest_side, encoder.largest_side
    if min(size.width, size.height) < smallest:
        limit, remedy = f"{smallest} or more", "h264, or a larger"
    elif max(size.width, size.height) > largest:
        limit, remedy = f"{largest} or less", "hevc, or a smaller"
    else:
        return
    raise UsageError(
        f"{encoding.codec.value} cannot take {size} pixels, only {limit} a side: "
        f"choose another --codec, such as {remedy} --output-size"
    )


def _open(path: Path, container: str, info: VideoInfo) -> OutputContainer:
    if container in ("mp4", "mov"):
        # A start above 0 is kept in units of the movie, which are milliseconds if nothing is said.
        unit = str(info.time_base.denominator)
        options = {"movflags": "+faststart", "movie_timescale": unit}
    else:  # Sound that begins a little before 0 (an encoder's delay) must not shift the picture.
        options = {"avoid_negative_ts": "disabled"}
    # FFmpeg itself tries the place only with the first packet, after some of the work.
    if not path.parent.is_dir():
        raise SinkError(f"cannot write into {path.parent}: there is no such folder")
    if not os.access(path.parent, os.W_OK):
        raise SinkError(f"cannot write into {path.parent}: no permission, or it is read-only")
    try:
        return av.open(f"file:{path}", "w", format=container, container_options=options)
    except (av.FFmpegError, OSError) as error:
        raise SinkError(f"cannot write into {path.parent}: {reason(error)}") from error


def _grid(container: str, info: VideoInfo) -> Fraction:
    """The unit of the output's timestamps: that of the input wherever the container can keep it."""
    if container == "gif":
        return Fraction(1, 100)
    if container == "avi":
        return 1 / info.rate
    return info.time_base


def pixel_shape(source: VideoInfo, size: Size) -> Fraction:
    """Width by height of a pixel, so that the picture keeps its shape on screen at another size."""
    before = source.size
    change = Fraction(before.width * size.height, before.height * size.width)
    ratio = source.sample_aspect_ratio * change
    # A size that was rounded to whole pixels is not meant to have slightly oblong ones.
    if abs(change - 1) < Fraction(2, min(size.width, size.height) + 1):
        ratio = source.sample_aspect_ratio
    return ratio.limit_denominator(255)


def square_pixels(source: VideoInfo, size: Size, *, why: str) -> list[str]:
    """What the user is told where pixels count as square; nothing if they are."""
    ratio = pixel_shape(source, size)
    square = Size(2 * round(size.width * ratio / 2), size.height)
    if abs(square.width - size.width) <= 1:
        return []
    return [
        f"pixels of {ratio.numerator}:{ratio.denominator} become square: {why}; "
        f"--output-size {square} keeps that of the picture"
    ]
