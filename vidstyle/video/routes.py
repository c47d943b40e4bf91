"""How one track gets from a file into another: as it is, or encoded anew."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol, TypeAlias

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from vidstyle.video.metadata import copy_metadata
from vidstyle.video.timeline import Timeline

AnyPacket: TypeAlias = "Packet[Stream]"  # Generic for the type checker alone.

_BITS_PER_SECOND = 96_000
"""Of each channel of a transcoded track: AAC and Opus are transparent there."""

# What AVI tells the size of blocks of.
_IN_BLOCKS = ("ac3", "mp3")

# Encoders know these by name; sound of an old file often tells its number of channels alone.
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class Route(Protocol):
    """One track on its way."""

    def packets(self, packet: AnyPacket) -> Iterator[AnyPacket]:
        """What to write for a packet of the input."""

    def drain(self) -> Iterator[AnyPacket]:
        """What is still to write at the end."""


class Copied:
    """A track that is carried packet by packet."""

    def __init__(self, stream: Stream, output: OutputContainer) -> None:
        self._stream = _like(stream, output)
        self._steady = _Steady() if isinstance(stream, AudioStream) else None
        _describe_alike(stream, self._stream)

    def packets(self, packet: AnyPacket) -> Iterator[AnyPacket]:
        if self._steady is not None:
            self._steady(packet)
        packet.stream = self._stream
        yield packet

    def drain(self) -> Iterator[AnyPacket]:
        return iter(())


class Transcoded:
    """A sound track that is decoded and encoded anew."""

    def __init__(self, stream: AudioStream, output: OutputContainer, encoder: str) -> None:
        rates = av.Codec(encoder, "w").audio_rates or []
        rate = stream.rate if stream.rate in rates else 48_000
        self._input = stream
        self._output: AudioStream = output.add_stream(encoder, rate=rate)  # type: ignore[assignment]
        encoding = self._output.codec_context
        encoding.layout = _layout(stream)
        encoding.bit_rate = _BITS_PER_SECOND * encoding.layout.nb_channels
        # Only an open encoder tells how many samples it takes at a time.
        encoding.open()
        self._fit = _Fit(encoding)
        self._steady = _Steady()
        _describe_alike(stream, self._output)

    def packets(self, packet: AnyPacket) -> Iterator[AnyPacket]:
        self._steady(packet)
        try:
            frames = self._input.decode(packet)
        except av.FFmpegError as error:  # A gap of some milliseconds, which the timestamps keep.
            raise av.InvalidDataError(0, str(error)) from error
        for frame in frames:
            yield from self._encoded(frame)

    def drain(self) -> Iterator[AnyPacket]:
        for frame in [*self._input.decode(None), None]:
            yield from self._encoded(frame)
        yield from self._output.encode(None)

    def _encoded(self, frame: av.AudioFrame | None) -> Iterator[AnyPacket]:
        for fitted in self._fit(frame):
            yield from self._output.encode(fitted)


class _Fit:
    """Makes sound what an encoder takes, also where its channels or its rate change on the way."""

    def __init__(self, encoding: AudioCodecContext) -> None:
        self._encoding = encoding
        self._resampler: av.AudioResampler | None = None
        self._kind: tuple[str, str, int] | None = None
        self._end = 0

    def __call__(self, frame: av.AudioFrame | None) -> Iterator[av.AudioFrame]:
        """What is ready after a frame; None is the end."""
        for fitted in self._resampled(frame):
            # What is like that already passes with its own clock, of milliseconds perhaps.
            clock, rate = fitted.time_base, fitted.sample_rate
            fitted.time_base = Fraction(1, rate)
            if fitted.pts is not None and clock is not None:
                fitted.pts = round(fitted.pts * clock * rate)
            # After a change it may begin before the end of what came before that.
            fitted.pts = self._end if fitted.pts is None else max(fitted.pts, self._end)
            self._end = fitted.pts + fitted.samples
            yield fitted

    def _resampled(self, frame: av.AudioFrame | None) -> Iterator[av.AudioFrame]:
        kind = None
        if frame is not None:
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            if self._resampler is not None:
                yield from self._resampler.resample(None)
            to = self._encoding
            self._resampler, self._kind = av.AudioResampler(to.format, to.layout, to.rate), kind
        if frame is not None and self._resampler is not None:
            yield from self._resampler.resample(frame)


class _Steady:
    """Gives sound packets what muxers insist on: growing times, and a duration each."""

    def __init__(self) -> None:
        self._timeline = Timeline()
        self._last: int | None = None

    def __call__(self, packet: AnyPacket) -> None:
        dts = packet.dts if packet.dts is not None else packet.pts
        assert dts is not None, "Tracks passes on no packet without a time"
        # Matroska tells no durations of some codecs, and MP4 cuts off a last packet of none.
        step = packet.duration or (1 if self._last is None else max(1, dts - self._last))
        self._last = dts
        packet.dts = packet.pts = self._timeline(dts, step)
        packet.duration = step


def _like(stream: Stream, output: OutputContainer) -> Stream:
    """A track for the packets of another one."""
    is_of_avi = stream.container.format.name == output.format.name == "avi"
    if is_of_avi and isinstance(stream, AudioStream):
        codec = stream.codec_context.codec.canonical_name
        if codec in _IN_BLOCKS:  # By their size it would be taken for samples of that size.
            like: AudioStream = output.add_stream(codec, rate=stream.rate)  # type: ignore[assignment]
            encoding = like.codec_context
            encoding.layout = _layout(stream)
            encoding.bit_rate = stream.bit_rate
            return like
    return output.add_stream_from_template(stream)


def _describe_alike(source: Stream, target: Stream) -> None:
    copy_metadata(source.metadata, target.metadata)
    target.disposition = source.disposition


def _layout(stream: AudioStream) -> str:
    return _LAYOUTS.get(stream.layout.nb_channels, "stereo")
