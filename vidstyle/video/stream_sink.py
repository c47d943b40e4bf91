"""Streams live frames to a server or to another machine."""

from collections.abc import Callable
from fractions import Fraction
from time import perf_counter
from urllib.parse import urlsplit

from vidstyle.errors import UsageError
from vidstyle.messages import ignore
from vidstyle.video.convert import Size
from vidstyle.video.frame import Frame
from vidstyle.video.letterbox import letterboxed
from vidstyle.video.sink import Sink, SinkError
from vidstyle.video.stream_process import StreamProcess
from vidstyle.video.stream_program import StreamOrder
from vidstyle.video.urls import parsed_url

_CONTAINERS = {
    "rtmp": "flv",
    "rtmps": "flv",
    "rtsp": "rtsp",
    "srt": "mpegts",
    "tcp": "mpegts",
    "udp": "mpegts",
}
# What a network carries whole: seven packets of MPEG-TS.
_UDP_PACKET = 1316

_BITS_PER_PIXEL = Fraction(1, 10)
"""Of each frame, with which x264 gives a good picture at this speed."""

_LONGEST_PAUSE_SECONDS = 30.0
_MICROSECONDS = 1_000_000


class StreamSink(Sink):
    """Streams RGB frames as H.264 of a constant bit rate, and outlives the loss of its server.

    After a loss it connects anew, with growing pauses; frames of that time are left out. Neither
    holds anybody up: the connection is the business of a process of its own.
    """

    def __init__(
        self,
        url: str,
        *,
        size: Size,
        rate: Fraction,
        bits_per_second: int | None = None,
        on_event: Callable[[str], None] = ignore,
        first_pause_seconds: float = 1.0,
        connect_seconds: float = 10.0,
        stall_seconds: float = 3.0,
    ) -> None:
        """Connects, and waits for that.

        `url`: `rtmp://`, `rtsp://`, `udp://`, `tcp://`, or `srt://` where FFmpeg has it. `size`: of
        the video; frames of another are letterboxed. `rate`: frames per second, the most usual
        one. `bits_per_second`: one bit for every ten pixels if nothing is said. `on_event`: is
        told in one line of losses and returns, by whoever calls `write`. `first_pause_seconds`:
        before connecting anew; each loss soon after the last doubles it, up to half a minute.
        `connect_seconds`: how long a server may take to answer, and `stall_seconds`: to take one
        frame later, before it counts as lost.

        Raises:
            UsageError: the URL is not of a kind that can be streamed to.
            SinkError: the server cannot be reached.
        """
        super().__init__()
        url = parsed_url(url).geturl()
        self._order = StreamOrder(
            url=_with_packet_size(url),
            container=_container(url),
            width=size.width,
            height=size.height,
            rate=str(rate),
            bits_per_second=bits_per_second
            or round(size.width * size.height * rate * _BITS_PER_PIXEL),
            connect_seconds=connect_seconds,
            stall_seconds=stall_seconds,
        )
        self._place = _place(url)
        self._on_event = on_event
        self._first_pause = self._pause = first_pause_seconds
        self._attempt_at = 0.0
        self._up_since: float | None = None
        self._losses = 0
        self._zero: Fraction | None = None
        self._process: StreamProcess | None = StreamProcess(self._order)
        self._process.wait()
        if self._process.failure:
            self._process.kill()
            raise SinkError(f"cannot stream to {self._place}: {self._process.failure}")
        self._up_since = perf_counter()

    def write(self, frame: Frame) -> None:
        """Stream one frame whose picture is RGB of any size; leave it out where that cannot be."""
        process = self._connection()
        if process is None:
            self.dropped += 1
            return
        if self._zero is None:
            self._zero = frame.time
        microseconds = round((frame.time - self._zero) * _MICROSECONDS)
        try:
            process.send(letterboxed(frame.rgb, self._order.size), microseconds)
        except OSError:
            self.dropped += 1
            self._lose(process)

    def close(self) -> None:
        if self._process is not None and self._process.connected:
            self._process.finish()
        else:
            self.abort()
        if self.dropped:
            self.notes.append(
                f"frames that were not streamed to {self._place}: {self.dropped}; "
                f"connections lost: {self._losses}"
            )

    def abort(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _connection(self) -> StreamProcess | None:
        """A connection that takes frames, if there is one now; sees to it that there will be."""
        process = self._process
        if process is None:
            if perf_counter() >= self._attempt_at:
                self._process = StreamProcess(self._order)
            return None
        if process.failure:
            self._lose(process)
            return None
        if not process.connected:
            return None
        if self._up_since is None:
            self._up_since = perf_counter()
            self._on_event(f"the stream to {self._place} is back")
        return process

    def _lose(self, process: StreamProcess) -> None:
        """Give a connection up, and plan the next."""
        process.kill()
        self._process = self._zero = None
        now = perf_counter()
        if self._up_since is not None:
            self._losses += 1
            if now - self._up_since > self._pause:  # It was a connection, not one more attempt.
                self._pause = self._first_pause
        self._up_since = None
        self._attempt_at = now + self._pause
        self._on_event(
            f"the stream to {self._place} is lost ({process.failure}): "
            f"connecting anew in {self._pause:g} s"
        )
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)


def _container(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in _CONTAINERS or not parts.hostname:
        kinds = ", ".join(f"{scheme}://" for scheme in _CONTAINERS)
        raise UsageError(f"cannot stream to '{url}': use {kinds} and the name of a host")
    return _CONTAINERS[parts.scheme]


def _place(url: str) -> str:
    """Where it goes, to be shown: without the stream key, with which anybody could stream."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _with_packet_size(url: str) -> str:
    if not url.startswith("udp:") or "pkt_size=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}pkt_size={_UDP_PACKET}"
