"""Starting a camera, a stream or a test pattern."""

import av
from av.container import InputContainer

from vidstyle.video.camera import DEFAULT_RATE
from vidstyle.video.cameras import open_camera
from vidstyle.video.container import reason
from vidstyle.video.convert import Size
from vidstyle.video.live_input import InputKind, LiveInput
from vidstyle.video.source import SourceError

_TEST_SIZE = Size(640, 360)

_OPENING_SECONDS = 10.0
# Without data for so long, a stream is taken for lost.
_READING_SECONDS = 5.0
# A playlist (HLS) comes in segments of some seconds.
_READING_SECONDS_BY_HTTP = 15.0

_STREAM_OPTIONS = {
    # FFmpeg would look at five seconds of a stream before it gives out the first packet. "nobuffer"
    # is not among these: it throws away what FFmpeg has looked at, with the first key frame.
    "analyzeduration": "1000000",
    # Over TCP no packets are lost, which would smear the picture.
    "rtsp_flags": "prefer_tcp",
    # A burst that does not fit costs some pictures; it need not end the stream.
    "overrun_nonfatal": "1",
}


def open_live(source: LiveInput) -> InputContainer:
    """Start anything but a file. It may take ten seconds.

    Raises:
        SourceError: it cannot be had; says why.
        UsageError: it is not to be had at the size or rate that is asked.
    """
    match source.kind:
        case InputKind.CAMERA:
            return open_camera(source.address, size=source.size, rate=source.rate)
        case InputKind.STREAM:
            return _open_stream(source)
        case InputKind.TEST:
            return _open_test_pattern(source)
        case InputKind.FILE:
            raise ValueError(f"{source} is a file: FileSource reads those")


def _open_stream(source: LiveInput) -> InputContainer:
    by_http = source.address.lower().startswith("http")
    reading_seconds = _READING_SECONDS_BY_HTTP if by_http else _READING_SECONDS
    try:
        return av.open(
            source.address,
            options=_STREAM_OPTIONS,
            timeout=(_OPENING_SECONDS, reading_seconds),
            metadata_errors="replace",
        )
    except av.ExitError as error:
        raise SourceError(
            f"cannot open {source}: no video came within {_OPENING_SECONDS:g} seconds"
        ) from error
    except (av.FFmpegError, OSError) as error:
        raise SourceError(f"cannot open {source}: {reason(error)}") from error


def _open_test_pattern(source: LiveInput) -> InputContainer:
    size, rate = source.size or _TEST_SIZE, source.rate or DEFAULT_RATE
    graph = source.address or f"testsrc2=size={size}:rate={rate}"
    try:
        return av.open(graph, format="lavfi")
    except (av.FFmpegError, OSError) as error:
        raise SourceError(
            f"FFmpeg cannot draw the test pattern {graph!r} ({reason(error)}): "
            "give it as testsrc2=size=640x360:rate=30"
        ) from error
