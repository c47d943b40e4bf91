"""Small clips made for one test each, and what is in a file, read back by PyAV alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vidstyle.video.codecs import Codec
from vidstyle.video.convert import FromRgb, Size, ToRgb
from vidstyle.video.file_sink import Encoding, FileSink
from vidstyle.video.file_source import FileSource
from vidstyle.video.frame import RgbPicture
from vidstyle.video.scheduling import kept_scheduling
from vidstyle.video.source import Span, VideoInfo

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 180, 30), (30, 30, 200), (225, 225, 225)


@dataclass(frozen=True, kw_only=True)
class Video:
    """A video track to make."""

    width: int = 64
    height: int = 48
    frames: int = 6
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    options: Mapping[str, str] = field(default_factory=lambda: {"preset": "ultrafast", "qp": "8"})
    pts: Sequence[int] = ()
    """Of each frame, in `time_base`; empty for a constant rate from `start` on."""
    time_base: Fraction | None = None
    start: Fraction = Fraction(0)
    colour: tuple[int, int, int, int] = (2, 2, 2, 0)
    """Matrix, primaries, transfer (H.273; 2 for "not told") and range (0 for "not told")."""
    rotation: int | None = None
    """Counter-clockwise degrees that the display matrix asks for."""
    mirrored: bool = False
    aspect: Fraction | None = None
    interlaced: bool = False
    b_frames: int = 0
    pictures: Sequence[Any] = ()
    """Frames, or what `av.VideoFrame.from_ndarray` takes; empty for `corners`."""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A track with a sine, or anything that the encoder makes of it."""

    codec: str = "aac"
    seconds: Fraction = Fraction(1, 4)
    start: Fraction = Fraction(0)
    rate: int = 48000
    layout: str = "stereo"
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subtitles:
    """A text track; `lines` are (seconds of start, seconds of duration, payload)."""

    codec: str = "subrip"
    lines: Sequence[tuple[Fraction, Fraction, bytes]] = (
        (Fraction(0), Fraction(1, 10), b"first line"),
        (Fraction(1, 10), Fraction(1, 10), b"second line"),
    )
    metadata: Mapping[str, str] = field(default_factory=dict)


def corners(width: int, height: int, index: int = 0) -> RgbPicture:
    """RGB quarters: red, green above, blue, white below.

    Smooth, so that no codec spoils it; later pictures are a little brighter.
    """
    picture = np.zeros((height, width, 3), np.uint8)
    top, left = (height + 1) // 2, (width + 1) // 2
    picture[:top, :left], picture[:top, left:] = RED, GREEN
    picture[top:, :left], picture[top:, left:] = BLUE, WHITE
    return picture + np.uint8(index % 25)


def make_clip(
    path: Path,
    video: Video | None = None,
    *tracks: Sound | Subtitles,
    container: str | None = None,
    metadata: Mapping[str, str] | None = None,
    chapters: Sequence[tuple[int, int, str]] = (),
    options: Mapping[str, str] | None = None,
    metadata_encoding: str = "utf-8",
) -> Path:
    """A file with these tracks; `chapters` are (first ms, last ms, title)."""
    with av.open(
        str(path),
        "w",
        format=container,
        container_options=dict(options or {}),
        metadata_encoding=metadata_encoding,
    ) as output:
        output.metadata.update(metadata or {})
        if chapters:
            output.set_chapters([_chapter(*chapter) for chapter in chapters])
        writers = [] if video is None else [_video_packets(output, video)]
        for track in tracks:
            if isinstance(track, Sound):
                writers.append(_sound_packets(output, track))
            else:
                writers.append(_subtitle_packets(output, track))
        packets = [packet for writer in writers for packet in writer]
        output.start_encoding()
        for packet in sorted(packets, key=_decoding_time):
            output.mux(packet)
    return path


def _chapter(first: int, last: int, title: str) -> Any:
    times = {"start": first, "end": last, "time_base": Fraction(1, 1000)}
    return {"id": first, **times, "metadata": {"title": title}}


def _decoding_time(packet: "Packet[Stream]") -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _video_packets(output: OutputContainer, video: Video) -> "Iterable[Packet[Stream]]":
    stream = output.add_stream(video.codec, rate=video.rate, options=dict(video.options))
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = video.width, video.height, video.pixel_format
    context.time_base = stream.time_base = video.time_base or 1 / video.rate
    context.max_b_frames = video.b_frames
    context.thread_count = 1
    matrix, primaries, transfer, range_ = video.colour
    context.colorspace, context.color_primaries = matrix, primaries
    context.color_trc, context.color_range = transfer, range_
    if video.aspect is not None:
        context.sample_aspect_ratio = video.aspect
    if video.rotation is not None or video.mirrored:
        stream.set_display_rotation(video.rotation or 0, hflip=video.mirrored)
    stream.metadata.update(video.metadata)
    packets: list[Packet[Any]] = []
    with kept_scheduling():
        for frame in _frames(video, context.time_base):
            packets += stream.encode(frame)
        packets += stream.encode(None)
    return packets


def _frames(video: Video, time_base: Fraction) -> Iterable[av.VideoFrame]:
    count = len(video.pts) or len(video.pictures) or video.frames
    for index in range(count):
        if video.pictures:
            made = video.pictures[index % len(video.pictures)]
            is_frame = isinstance(made, av.VideoFrame)
            frame = made if is_frame else av.VideoFrame.from_ndarray(made, video.pixel_format)
        else:
            rgb = av.VideoFrame.from_ndarray(corners(video.width, video.height, index), "rgb24")
            frame = rgb.reformat(format=video.pixel_format, dst_colorspace=5)
        matrix, primaries, transfer, range_ = video.colour
        frame.colorspace, frame.color_primaries = matrix, primaries
        frame.color_trc, frame.color_range = transfer, range_
        time = video.start + index / video.rate
        frame.pts = video.pts[index] if video.pts else round(time / time_base)
        frame.time_base = time_base
        yield frame


def _sound_packets(output: OutputContainer, sound: Sound) -> "Iterable[Packet[Stream]]":
    stream = output.add_stream(sound.codec, rate=sound.rate)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = sound.layout
    stream.metadata.update(sound.metadata)
    count = round(sound.seconds * sound.rate)
    sine = np.sin(np.arange(count) * (2 * np.pi * 440 / sound.rate)).astype(np.float32) * 0.5
    packets: list[Packet[Any]] = []
    channels = stream.codec_context.layout.nb_channels
    for first in range(0, count, 1024):
        interleaved = sine[first : first + 1024].repeat(channels)[None]
        frame = av.AudioFrame.from_ndarray(interleaved, "flt", sound.layout)
        frame.sample_rate, frame.time_base = sound.rate, Fraction(1, sound.rate)
        frame.pts = round(sound.start * sound.rate) + first
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _subtitle_packets(output: OutputContainer, subtitles: Subtitles) -> "Iterable[Packet[Stream]]":
    stream = output.add_mux_stream(subtitles.codec)
    stream.time_base = Fraction(1, 1000)
    stream.metadata.update(subtitles.metadata)
    packets = []
    for start, duration, payload in subtitles.lines:
        packet: Packet[Any] = Packet(payload)
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = round(start * 1000)
        packet.duration = round(duration * 1000)
        packets.append(packet)
    return packets


def transcode(
    source: Path,
    target: Path,
    *,
    codec: Codec = Codec.H264,
    size: Size | None = None,
    quality: int = 75,
    fast: bool = False,
    span: Span | None = None,
) -> "Outcome":
    """The whole way of a video through this room, with nothing done to the pictures."""
    frames = FileSource(source, span=span)
    info = frames.info
    encoding = Encoding(codec=codec, size=size or info.size, quality=quality, fast=fast)
    sink = FileSink(target, info, encoding)
    to_rgb, from_rgb = (
        ToRgb(encoding.size, info.orientation),
        FromRgb(encoding.pixel_format, info.colour),
    )
    times = []
    try:
        for frame in frames:
            picture = frame.picture
            assert isinstance(picture, av.VideoFrame)
            rgb = to_rgb(picture)
            sink.write(frame.with_picture(from_rgb(rgb)))
            times.append(frame.time)
        sink.close()
    except BaseException:
        sink.abort()
        raise
    return Outcome(info=info, times=times, notes=[*frames.notes, *sink.notes])


@dataclass(frozen=True)
class Outcome:
    """What `transcode` has done."""

    info: VideoInfo
    times: list[Fraction]
    """Of the frames on their way, in seconds."""
    notes: list[str]


def decoded(path: Path, index: int = 0) -> list[av.VideoFrame]:
    """All frames of a video track."""
    with av.open(str(path)) as container:
        return list(container.decode(container.streams.video[index]))


def rgb_of(path: Path, index: int = 0) -> RgbPicture:
    """One frame as RGB, the way it is stored (not turned upright)."""
    return ToRgb()(decoded(path)[index])


def times_of(path: Path, index: int = 0) -> list[Fraction]:
    """The timestamps of all frames of a video track, in seconds."""
    frames = decoded(path, index)
    return [(frame.pts or 0) * Fraction(frame.time_base or 0) for frame in frames]


def payloads(path: Path, kind: str, index: int = 0) -> list[bytes]:
    """The bytes of every packet of the track `index` of its kind."""
    with av.open(str(path)) as container:
        stream = container.streams.get({kind: index})[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def packet_times(path: Path, kind: str, index: int = 0) -> list[Fraction]:
    """The presentation times of every packet of a track, in seconds, sorted."""
    with av.open(str(path)) as container:
        stream = container.streams.get({kind: index})[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        return sorted((packet.pts or 0) * packet.time_base for packet in packets)


def looks_like_corners(rgb: RgbPicture, expected: RgbPicture) -> bool:
    """Whether the middle of every quarter has the colour of the expected picture's."""
    height, width = rgb.shape[:2]
    if rgb.shape != expected.shape:
        return False
    spots = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return all(np.abs(rgb[spot].astype(int) - expected[spot]).max() < 20 for spot in spots)


# Colours, by the formulas of ITU-T H.273 and nothing else.

_LUMA_WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
_BT601 = (0.299, 0.114)


def blocks(width: int, height: int, *, seed: int = 0) -> RgbPicture:
    """RGB squares of 8 pixels in random colours, which halved chroma does not change."""
    colours = np.random.default_rng(seed).integers(0, 256, (-(-height // 8), -(-width // 8), 3))
    return colours.repeat(8, 0).repeat(8, 1)[:height, :width].astype(np.uint8)


def waves(width: int, height: int) -> RgbPicture:
    """RGB that changes smoothly through strong colours, like most of a photograph."""
    y, x = np.mgrid[:height, :width]
    tones = [np.sin(x / 19 + y / 41), np.sin(x / 53 - y / 23 + 2), np.sin(x / 31 + y / 37 + 4)]
    return (np.stack(tones, -1) * 110 + 128).round().astype(np.uint8)


def to_planes(rgb: NDArray[Any], *, matrix: int, full: bool, bits: int = 8) -> NDArray[Any]:
    """Y, Cb and Cr (3, H, W) as integer codes of `bits` bits, for RGB in [0, 255]."""
    red_weight, blue_weight = _LUMA_WEIGHTS.get(matrix, _BT601)
    red, green, blue = np.moveaxis(rgb.astype(np.float64) / 255, -1, 0)
    luma = red_weight * red + blue_weight * blue + (1 - red_weight - blue_weight) * green
    chroma_blue = (blue - luma) / (2 - 2 * blue_weight)
    chroma_red = (red - luma) / (2 - 2 * red_weight)
    unit, middle = 2.0 ** (bits - 8), 2 ** (bits - 1)
    if full:
        top = 2**bits - 1
        codes = [luma * top, chroma_blue * top + middle, chroma_red * top + middle]
    else:
        codes = [
            (luma * 219 + 16) * unit,
            chroma_blue * 224 * unit + middle,
            chroma_red * 224 * unit + middle,
        ]
    return np.stack(codes).round().clip(0, 2**bits - 1).astype(np.uint16 if bits > 8 else np.uint8)


def from_planes(planes: NDArray[Any], *, matrix: int, full: bool, bits: int = 8) -> NDArray[Any]:
    """RGB (H, W, 3) in [0, 255] as floats, for Y, Cb and Cr (3, H, W)."""
    red_weight, blue_weight = _LUMA_WEIGHTS.get(matrix, _BT601)
    luma, chroma_blue, chroma_red = planes.astype(np.float64)
    unit, middle = 2.0 ** (bits - 8), 2 ** (bits - 1)
    whole = (2**bits - 1) / unit
    offset, luma_scale, scale = (0.0, whole, whole) if full else (16.0, 219.0, 224.0)
    luma = (luma / unit - offset) / luma_scale
    chroma_blue = (chroma_blue - middle) / unit / scale
    chroma_red = (chroma_red - middle) / unit / scale
    red = luma + (2 - 2 * red_weight) * chroma_red
    blue = luma + (2 - 2 * blue_weight) * chroma_blue
    green = (luma - red_weight * red - blue_weight * blue) / (1 - red_weight - blue_weight)
    rgb: NDArray[Any] = np.clip(np.stack([red, green, blue], -1) * 255, 0, 255)
    return rgb


def to_frame(planes: NDArray[Any], pixel_format: str) -> av.VideoFrame:
    """A planar picture of Y, Cb, Cr (3, H, W); chroma is halved by leaving out."""
    height, width = planes.shape[1:]
    frame = av.VideoFrame(width, height, pixel_format)
    for plane, values in zip(frame.planes, planes, strict=False):
        kept = values[:: round(height / plane.height), :: round(width / plane.width)]
        rows = np.zeros((plane.height, plane.line_size // kept.itemsize), kept.dtype)
        rows[:, : plane.width] = kept
        plane.update(rows.tobytes())
    return frame


def planes_of(frame: av.VideoFrame) -> NDArray[Any]:
    """Y, Cb, Cr (3, H, W) of a planar picture, chroma repeated to full size."""
    planes = []
    for index, plane in enumerate(frame.planes):
        kind = np.dtype("<u2") if frame.format.components[0].bits > 8 else np.dtype(np.uint8)
        rows = np.frombuffer(bytes(plane), kind).reshape(plane.height, -1)[:, : plane.width]
        down, across = -(-frame.height // plane.height), -(-frame.width // plane.width)
        full = rows.repeat(down, 0).repeat(across, 1) if index else rows
        planes.append(full[: frame.height, : frame.width])
    if len(planes) == 1:
        middle = np.full_like(planes[0], 1 << (frame.format.components[0].bits - 1))
        planes += [middle, middle]
    return np.stack(planes)
