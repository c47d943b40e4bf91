"""The program of the process that streams: frames on its standard input, H.264 to the network.

FFmpeg holds Python's global lock while it connects, which takes seconds where a server is slow and
for ever where it is silent. In a process of its own it can hold up nobody else.
"""

import faulthandler
import json
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import IO, BinaryIO

import av
import numpy as np

from vidstyle.video.container import reason
from vidstyle.video.convert import Size
from vidstyle.video.frame import RgbPicture
from vidstyle.video.live_encoder import LiveEncoder

CONNECTED = "connected"
"""The line that this program writes when it takes frames; any other says why it ends."""

_OPTIONS = {
    "flush_packets": "1",
    "flvflags": "no_duration_filesize",  # Neither is known, and no server can be gone back in.
    "rtsp_transport": "tcp",
}
_STAMP = struct.Struct("<q")
_MICROSECONDS = 1_000_000
_BUFFERED_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class StreamOrder:
    """What to stream where: the first line of the program's input.

    Not its arguments: other users of the machine can read those, and the URL has the stream key.
    """

    url: str
    container: str
    width: int
    height: int
    rate: str
    bits_per_second: int
    connect_seconds: float
    """How long the server may take to answer, and …"""
    stall_seconds: float
    """… later, to take one frame."""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, stream: BinaryIO) -> "StreamOrder":
        return cls(**json.loads(stream.readline()))

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)


def send_frame(stream: IO[bytes], picture: RgbPicture, microseconds: int) -> None:
    """Write one frame, uint8 (H, W, 3) of the order's size, as `_frames` reads it."""
    stream.write(_STAMP.pack(microseconds))
    stream.write(np.ascontiguousarray(picture).data)
    stream.flush()


def _frames(stream: BinaryIO, size: Size) -> Iterator[tuple[RgbPicture, Fraction]]:
    length = size.width * size.height * 3
    while len(stamp := stream.read(_STAMP.size)) == _STAMP.size:
        data = stream.read(length)
        if len(data) < length:
            return
        picture = np.frombuffer(data, np.uint8).reshape(size.height, size.width, 3)
        (microseconds,) = _STAMP.unpack(stamp)
        yield picture, Fraction(microseconds, _MICROSECONDS)


def _stream(order: StreamOrder, frames: Iterator[tuple[RgbPicture, Fraction]]) -> None:
    output = av.open(order.url, "w", format=order.container, container_options=_OPTIONS)
    encoder = LiveEncoder(
        output,
        size=order.size,
        rate=Fraction(order.rate),
        options=_constant_bit_rate(order.bits_per_second),
    )
    with _at_most(order.connect_seconds):
        output.start_encoding()
    _say(CONNECTED)
    for picture, time in frames:
        with _at_most(order.stall_seconds):
            encoder.write(picture, time)
    with _at_most(order.stall_seconds):
        encoder.finish()
        output.close()


def _constant_bit_rate(bits_per_second: int) -> dict[str, str]:
    buffer = bits_per_second * _BUFFERED_SECONDS
    return {"b": str(bits_per_second), "maxrate": str(bits_per_second), "bufsize": str(buffer)}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """End the whole process where the block takes longer: FFmpeg cannot be interrupted."""
    # Its clock is a thread that needs no lock of Python's.
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _say(line: str) -> None:
    with suppress(BrokenPipeError):  # Who would read it has ended; so will the input.
        print(line, flush=True)


def main() -> None:
    """Stream what standard input brings; its end ends the stream properly."""
    stdin = sys.stdin.buffer
    order = StreamOrder.read(stdin)
    code = 1
    try:
        _stream(order, _frames(stdin, order.size))
        code = 0
    except av.error.ProtocolNotFoundError:
        scheme = order.url.partition(":")[0]
        _say(f"this FFmpeg has no {scheme}: use a PyAV that was built with it")
    except (av.FFmpegError, OSError) as error:
        _say(reason(error))
    # Without the interpreter's cleaning up, in which FFmpeg would talk to a lost server again.
    os._exit(code)


if __name__ == "__main__":
    main()
