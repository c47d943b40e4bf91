"""Frames of a video file, through PyAV."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.packet import Packet
from av.video.stream import VideoStream

from vidstyle.video.colour import Colour
from vidstyle.video.container import beginning, main_video, open_media, reason, seek
from vidstyle.video.convert import Size
from vidstyle.video.filters import Filters
from vidstyle.video.frame import Frame
from vidstyle.video.orientation import Orientation
from vidstyle.video.source import WITHOUT_ALPHA, Losses, Source, SourceError, Span, VideoInfo
from vidstyle.video.timeline import DecodingTimes, Timeline

_DEFAULT_RATE = Fraction(25)

# Their clock may begin anywhere: a recording starts at hours, or below 0 where it wraps.
_OF_ANY_CLOCK = {"mpegts", "mpeg"}

# They tell no lengths of single tracks.
_OF_ONE_LENGTH = ("matroska", "mpeg", "nut")


class FileSource(Source):
    """Decodes a file's main video stream; timestamps stay exactly as they are in the file.

    With `span.start`, time is counted from there instead, and where a format's clock may begin
    anywhere, from the file's beginning. A damaged file is decoded as far as it
    goes, and `notes` says what was lost.
    """

    def __init__(
        self,
        path: Path,
        *,
        span: Span | None = None,
        hardware: str | None = None,
        frames_at_once: bool = True,
        orientation: Orientation | None = None,
    ) -> None:
        """Opens `path` and decodes its first frame. `SourceError` where there is none to decode.

        Args:
            path: of the file.
            span: the part that is wanted; None: all of it.
            hardware: what decodes it, as FFmpeg calls it ("cuda"); see `video.hardware`.
            frames_at_once: decode several frames at a time. Of a file that is played again and
                again the memory of those threads adds up, for each opening starts new ones.
            orientation: of its pictures, where that is known. Finding it costs the memory of a
                frame for some time, see `Orientation.of`.
        """
        super().__init__()
        self.decoder = hardware or self.decoder
        self._path = path
        self._hardware = hardware
        self._frames_at_once = frames_at_once
        self._orientation = orientation
        self._span = span or Span()
        self._losses = Losses()
        self._filters = Filters(letterbox=True)
        self._timeline = Timeline()
        self._container = open_media(path, hardware=hardware)
        try:
            self._stream = self._main_video()
            self._beginning = beginning(self._container)
            self._origin = self._go_to_start()
            self._decoding_times = DecodingTimes() if self._container.format.name == "avi" else None
            self._file_end, self._file_start = self._beginning, Fraction(0)
            decoded = self._decoded()
            first = next(decoded, None)
            if first is None:
                raise SourceError(self._nothing_decoded())
            if not self._span.start and first.pts is not None:
                # FFmpeg leaves tracks out whose start it does not see in the first packets.
                self._beginning = min(self._beginning, first.pts * self._time_base)
            self.info = self._describe(first)
            self._check_end(first)
        except BaseException:
            self.close()
            raise
        self._pictures: Iterator[av.VideoFrame] = chain([first], decoded)
        self._note_transparency(first)
        if orientation is None and "A53_CC" in first.side_data:  # Looking costs memory, as there.
            self.notes.append("closed captions are not carried: they are part of the video track")

    def __iter__(self) -> Iterator[Frame]:
        index, last_end = 0, Fraction(0)
        time_base = self.info.time_base
        try:
            for picture in self._filters(self._pictures):
                pts = self._pts(picture)
                if self.info.end is not None and pts * time_base >= self.info.end:
                    break
                duration = picture.duration or 0
                last_end = (pts + duration) * time_base
                yield Frame(
                    picture=picture, index=index, pts=pts, time_base=time_base, duration=duration
                )
                index += 1
            else:
                self._count_missing(last_end)
        finally:
            self._add_final_notes()
            self.close()

    def close(self) -> None:
        self._container.close()
        # What is half decoded holds this source, and the decoder with it.
        self._pictures = iter(())

    # Decoding

    def _main_video(self) -> VideoStream:
        return main_video(self._container, self._path, frames_at_once=self._frames_at_once)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """Every picture from the start of the span on, as it comes from the decoder."""
        # Once it is reached, an earlier time is that of another recording, joined to the first.
        is_reached = not self._span.start
        for picture in self._all_decoded():
            picture.time_base = self._time_base  # The last ones come without it.
            if self._decoding_times is not None:
                picture.pts = self._decoding_times.next()
            if picture.pts is not None:
                is_reached = is_reached or picture.pts * self._time_base >= self._origin
            if is_reached or picture.pts is None:
                self._losses.damaged_frames += picture.is_corrupt
                yield picture

    def _all_decoded(self) -> Iterator[av.VideoFrame]:
        for packet in self._packets():
            if self._decoding_times is not None:
                self._decoding_times.add(packet.dts)
            try:
                yield from packet.decode()
            except av.FFmpegError:
                self._lose_packet()
        try:
            yield from self._stream.decode(None)  # The last pictures wait inside the decoder.
        except av.FFmpegError:
            self._lose_packet()

    def _lose_packet(self) -> None:
        self._losses.packets += 1
        if self._decoding_times is not None:
            self._decoding_times.next()  # Its own: the next picture must not take it.

    def _packets(self) -> "Iterator[Packet[VideoStream]]":
        """The packets of the main video, up to the end or to where the file cannot be read on."""
        try:
            for packet in self._container.demux():
                if packet.size and packet.pts is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base
                    self._file_end = max(self._file_end, end)
                    self._file_start = min(self._file_start, packet.pts * packet.time_base)
                if packet.size and packet.stream_index == self._stream.index:
                    yield packet  # type: ignore[misc]  # it is of the video stream
        except (av.FFmpegError, OSError) as error:
            self._losses.read_error = reason(error)
        except IndexError:  # PyAV knows no track that begins on the way.
            self._losses.read_error = "another track begins on the way"

    # Time

    @property
    def _time_base(self) -> Fraction:
        return self._stream.time_base or Fraction(1, 1000)

    def _go_to_start(self) -> Fraction:
        """Goes to the start of the span. The moment that becomes time 0, on the stream's grid."""
        if not self._span.start:
            if self._container.format.name in _OF_ANY_CLOCK:
                # FFmpeg tells it in microseconds, rounded.
                beginning = self._beginning + Fraction(1, av.time_base)
                return beginning // self._time_base * self._time_base
            return min(Fraction(0), (self._stream.start_time or 0) * self._time_base)
        start = self._beginning + self._span.start
        if not seek(self._container, self._stream, start):
            self._container.close()
            self._container = open_media(self._path, hardware=self._hardware)
            self._stream = self._main_video()
        return -(-start // self._time_base) * self._time_base

    def _pts(self, picture: av.VideoFrame) -> int:
        """The picture's timestamp in the stream's time base, from the origin, always growing."""
        pts = picture.pts
        if pts is not None:
            pts = round(pts - self._origin / self._time_base)
        elif self._stream.start_time is not None:
            self._losses.retimed_frames += 1  # Other frames of this file do have a timestamp.
        return self._timeline(pts, round(1 / (self.info.rate * self._time_base)))

    # Facts

    def _describe(self, first: av.VideoFrame) -> VideoInfo:
        stream, end = self._stream, self._span.end
        orientation = self._orientation or Orientation.of(first)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        rate = _rate_of(stream)
        return VideoInfo(
            size=Size(*orientation.upright_size(first.width, first.height)),
            time_base=self._time_base,
            rate=rate,
            frames=self._expected_frames(rate),
            colour=Colour.of(first).for_output(),
            orientation=orientation,
            sample_aspect_ratio=1 / aspect if orientation.swaps_sides else aspect,
            file=self._path,
            stream_index=stream.index,
            origin=self._origin,
            trimmed=bool(self._span.start),
            beginning=self._beginning - self._origin,
            end=None if end is None else self._beginning + end - self._origin,
        )

    def _check_end(self, first: av.VideoFrame) -> None:
        end, pts = self.info.end, first.pts
        if end is None or pts is None or pts * self._time_base - self._origin < end:
            return
        start = float(self._span.start or 0)
        raise SourceError(
            f"{self._path} has no frame from {start:g} to {float(self._span.end or 0):g} s"
        )

    def _note_transparency(self, first: av.VideoFrame) -> None:
        # FFmpeg decodes VP8 and VP9 without their alpha, which is a second stream of its own.
        tags = {key.lower(): value for key, value in self._stream.metadata.items()}
        beside = tags.get("alpha_mode") == "1"
        inside = any(component.is_alpha for component in first.format.components)
        if inside and self._container.format.name == "gif":  # It decodes all GIFs with alpha.
            inside = first.to_ndarray(format="rgba")[..., 3].min() < 255
        if beside or inside:
            self.notes.append(WITHOUT_ALPHA)

    def _expected_frames(self, rate: Fraction) -> int | None:
        length = self._length()
        if self._span == Span() and self._stream.frames:
            return self._stream.frames
        if length is None:
            return None
        start, end = self._span.start or Fraction(0), self._span.end
        length = min(length, end) if end is not None else length
        return max(0, round((length - start) * rate))

    def _length(self) -> Fraction | None:
        """Seconds of video that the header promises."""
        if self._container.format.name == "avi" and self._stream.frames:
            # FFmpeg guesses the length of an AVI without an index from its size.
            return self._stream.frames / (self._stream.average_rate or _DEFAULT_RATE)
        if self._has_own_length:
            return (self._stream.duration or 0) * self._time_base
        if self._container.duration:
            return Fraction(self._container.duration, av.time_base)
        return None

    @property
    def _has_own_length(self) -> bool:
        """Whether the length of the video is known apart from that of the file.

        Some formats do not tell it; FFmpeg then takes that of the file, or guesses.
        """
        name = self._container.format.name
        return bool(self._stream.duration) and not any(each in name for each in _OF_ONE_LENGTH)

    def _count_missing(self, last_end: Fraction) -> None:
        """After the last frame: has the video ended well before the header said it would?"""
        length = self._length()
        if length is None or self._container.format.name == "asf":
            return  # That of ASF is a good deal longer than what it plays.
        if self._has_own_length:
            start = (self._stream.start_time or 0) * self._time_base
            missing = start + length - (last_end + self._origin)
        else:  # That of the longest track; Matroska counts it from 0, or from what is before it.
            missing = length - (self._file_end - self._file_start)
        if missing > max(2 / self.info.rate, Fraction(1, 10)):
            self._losses.missing_frames = round(missing * self.info.rate)

    def _add_final_notes(self) -> None:
        self._losses.retimed_frames += self._timeline.repaired
        self.notes += self._filters.notes
        if note := self._losses.note():
            self.notes.append(note)

    def _nothing_decoded(self) -> str:
        if self._span.start and not self._losses.packets and not self._losses.read_error:
            length = self._length()
            known = f" (it is {float(length):.1f} s long)" if length else ""
            return f"{self._path} has no frame from {float(self._span.start):g} s on{known}"
        if self._hardware is not None:
            return f"{self._hardware} cannot decode {self._path} (no frame came)"
        why = "the file is damaged or not complete"
        if self._stream.codec_context.name == "webp":
            why = "it is an animated WebP, which cannot be read, or damaged: make a GIF of it first"
        return f"no frame of {self._path} could be decoded: {why}"


def _rate_of(stream: VideoStream) -> Fraction:
    """Frames a second."""
    average, unit = stream.average_rate, stream.time_base
    # Of raw DV FFmpeg gives the clock of its timestamps as the average.
    if average and unit and average * unit != 1:
        return average
    return stream.guessed_rate or average or _DEFAULT_RATE
